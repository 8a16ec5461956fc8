/**
 * A status on the head of each pull request that a competitor wrote. GitHub keeps all that were ever put and shows the newest, so nothing is kept here: whoever starts reads
 * what stands there, and puts another one only where that says something else. What the process before may have sent last has time to show until then.
 */
import { isDeepStrictEqual } from "node:util"
import { Clock, Duration, Effect, Option, Schema } from "effect"
import { IssueRef } from "../../domain/IssueRef.ts"
import { GitHubComments, type Said, type Status } from "../../layers/github/GitHubComments.ts"
import { findWholeCompetition } from "../api/queries/competitions.ts"
import { askedBy, makeChoices } from "./choices.ts"
import type { CommentedPull } from "./records.ts"
import { statusFor } from "./statusText.ts"
import type { Commenter } from "./text.ts"
import type { Paces, Result } from "./writer.ts"

const isSaid = (standing: Status, { description, target }: Said): boolean =>
  standing.state === "success" && standing.description === description && standing.target === target

const keyOf = ({ repository, number }: CommentedPull): string => `${repository.toLowerCase()}#${number}`

/** Puts statuses as `commenter`: what it returns looks at one pull request, and puts at most one. */
export const makeStatuses = (commenter: Commenter, paces: Paces) =>
  Effect.gen(function* () {
    const github = yield* GitHubComments
    const choicesOf = makeChoices(github, paces.choices)
    const quiet = Duration.toMillis(Duration.min(paces.settled, paces.edits))
    const quietUntil = (yield* Clock.currentTimeMillis) + quiet
    /** Until when a head may get no status, because one may be on its way. */
    const lost = new Map<string, number>()
    /** Until when a head is left alone. */
    const refused = new Map<string, number>()
    const restUntil = new Map<string, number>()
    /** What was said at the end of a match. */
    const over = new Map<string, Said>()

    const isWanted = (repository: IssueRef["repository"]) =>
      Effect.map(choicesOf(repository), (chosen) => chosen !== null && askedBy(chosen) !== null)

    const look = Effect.fn("statuses.look")(function* (pull: CommentedPull) {
      yield* Effect.annotateCurrentSpan("pullRequest", keyOf(pull))
      const match = Option.getOrUndefined(yield* findWholeCompetition(pull.competition))
      const found = match?.pullRequests.find((one) => keyOf({ ...one, competition: pull.competition }) === keyOf(pull))
      if (match === undefined || found === undefined) return "same" as const
      const isOver = match.status !== "Running"
      if (isOver && isDeepStrictEqual(over.get(keyOf(pull)), statusFor(match, found, "", commenter.publicUrl))) return "same" as const
      const ref = yield* Effect.orDie(Schema.decode(IssueRef)({ repository: pull.repository, number: pull.number }))
      if (!(yield* isWanted(ref.repository))) return "unwelcome" as const
      const head = yield* github.head(ref)
      // Another repository may have taken the name, with a pull request of the same number by somebody else.
      if (head === null || head.author !== found.authorId) return "gone" as const
      if (head.repository.toLowerCase() !== ref.repository.toLowerCase() && !(yield* isWanted(head.repository))) return "unwelcome" as const
      const now = yield* Clock.currentTimeMillis
      if ((refused.get(head.sha) ?? 0) > now) return "waits" as const
      const said = statusFor(match, found, head.sha, commenter.publicUrl)
      const standing = yield* github.status(head)
      const isEnough = Effect.sync(() => (isOver ? void over.set(keyOf(pull), said) : undefined))
      // A closed one that never had any does not need one.
      if (standing === null ? found.state === "closed" : isSaid(standing, said)) return yield* Effect.as(isEnough, "same" as const)
      const leaveHead = () => Effect.sync(() => void refused.set(head.sha, now + Duration.toMillis(paces.refusedHead)))
      // Two indexes, or one with another token than before, would otherwise take turns for ever.
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

    /** Looks at a pull request unless it rests. */
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
