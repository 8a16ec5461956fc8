/**
 * Commit statuses on the heads of competitors' pull requests. GitHub keeps all statuses and shows the newest, so none is stored here: a new process reads the
 * current status, and sends another only if its text differs. Before its first write it waits until GitHub shows the last request of the process before.
 */
import { isDeepStrictEqual } from "node:util"
import { Clock, Duration, Effect, Option, Schema } from "effect"
import { IssueRef } from "../../domain/IssueRef.ts"
import { GitHubComments, type Status, type StatusText } from "../../layers/github/GitHubComments.ts"
import { findWholeCompetition } from "../api/queries/competitions.ts"
import { newestPace } from "../api/stream/changes.ts"
import { makeAsked } from "./choices.ts"
import type { CommentedPull } from "./records.ts"
import { statusFor } from "./statusText.ts"
import type { Commenter } from "./text.ts"
import type { Paces, Result } from "./writer.ts"

const isSaid = (standing: Status, { description, target }: StatusText): boolean =>
  standing.state === "success" && standing.description === description && standing.target === target

const keyOf = ({ repository, number }: CommentedPull): string => `${repository.toLowerCase()}#${number}`

/** Makes the function that checks one pull request as `commenter` and writes at most one status. `refusals`: the roster's. */
export const makeStatuses = (commenter: Commenter, paces: Paces, refusals?: Effect.Effect<ReadonlyArray<string>>) =>
  Effect.gen(function* () {
    const github = yield* GitHubComments
    const askedFor = makeAsked(github, paces.choices, refusals)
    const quiet = Duration.toMillis(Duration.min(paces.settled, paces.edits))
    const quietUntil = (yield* Clock.currentTimeMillis) + quiet
    /** For each head, the time until which no status is sent, because the last request got no response and may have succeeded. */
    const lost = new Map<string, number>()
    /** For each head, the time until which it is skipped, because GitHub refused its status. */
    const refused = new Map<string, number>()
    const restUntil = new Map<string, number>()
    /** Last status by pull request of an ended match. */
    const over = new Map<string, StatusText>()

    const isWanted = (issue: IssueRef) => Effect.map(askedFor(issue), (asked) => asked !== null && asked.because !== null)

    const look = Effect.fn("statuses.look")(function* (pull: CommentedPull) {
      yield* Effect.annotateCurrentSpan("pullRequest", keyOf(pull))
      const match = Option.getOrUndefined(yield* findWholeCompetition(pull.competition))
      const found = match?.pullRequests.find((one) => keyOf({ ...one, competition: pull.competition }) === keyOf(pull))
      if (match === undefined || found === undefined) return "same" as const
      const isOver = match.status !== "Running"
      if (isOver && isDeepStrictEqual(over.get(keyOf(pull)), statusFor({ ...match, pace: null }, found, "", commenter.publicUrl)))
        return "same" as const
      const ref = yield* Effect.orDie(Schema.decode(IssueRef)({ repository: pull.repository, number: pull.number }))
      const issue = yield* Effect.orDie(Schema.decode(IssueRef)({ repository: pull.repository, number: match.issue.number }))
      if (!(yield* isWanted(issue))) return "unwelcome" as const
      const head = yield* github.head(ref)
      // Another repository may have taken the name, with an unrelated pull request of the same number.
      if (head === null || head.author !== found.authorId) return "gone" as const
      const there = new IssueRef({ repository: head.repository, number: issue.number })
      if (head.repository.toLowerCase() !== ref.repository.toLowerCase() && !(yield* isWanted(there))) return "unwelcome" as const
      const now = yield* Clock.currentTimeMillis
      if ((refused.get(head.sha) ?? 0) > now) return "waits" as const
      const said = statusFor({ ...match, pace: yield* newestPace }, found, head.sha, commenter.publicUrl)
      const standing = yield* github.status(head)
      const isEnough = Effect.sync(() => (isOver ? void over.set(keyOf(pull), said) : undefined))
      // A closed pull request without a status does not need one.
      if (standing === null ? found.state === "closed" : isSaid(standing, said)) return yield* Effect.as(isEnough, "same" as const)
      const leaveHead = () => Effect.sync(() => void refused.set(head.sha, now + Duration.toMillis(paces.refusedHead)))
      // Otherwise two indexes, or one index with a new token, would overwrite each other's status for ever.
      if (standing !== null && standing.author !== commenter.author) return yield* Effect.as(leaveHead(), "refused" as const)
      if (Math.max(quietUntil, lost.get(head.sha) ?? 0) > now) return "waits" as const
      yield* github.say(head, said).pipe(
        Effect.tapErrorTag("NotWritten", leaveHead),
        Effect.tapErrorTag("GitHubUnavailable", ({ limited }) =>
          Effect.sync(() => (limited === true ? undefined : lost.set(head.sha, now + quiet)))
        )
      )
      yield* isEnough
      return standing === null ? ("created" as const) : ("edited" as const)
    })

    const rest = (pull: CommentedPull, time: Duration.Duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => void restUntil.set(keyOf(pull), now + Duration.toMillis(time)))

    /** Checks a pull request, unless it is resting. */
    return (pull: CommentedPull) =>
      Effect.gen(function* () {
        if ((restUntil.get(keyOf(pull)) ?? 0) > (yield* Clock.currentTimeMillis)) return "waits" as const
        const result: Result = yield* Effect.catchTag(look(pull), "NotWritten", ({ message }) =>
          Effect.as(Effect.logInfo(message), "refused" as const)
        )
        yield* rest(pull, result === "gone" ? paces.refused : paces.edits)
        return result
      }).pipe(Effect.tapErrorCause(() => rest(pull, paces.failed)))
  })
