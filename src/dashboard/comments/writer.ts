/**
 * At most one comment per issue, whatever crashes. The index records a create request before sending it. After a crash, the next process finds the record and
 * searches GitHub for the comment. It sends the request again only if GitHub did not show the comment in several checks. A comment that was once seen is
 * never created again: if it is gone, maintainers deleted it. One that they hid is left as it is.
 */
import { Clock, Duration, Effect, Option, Schema } from "effect"
import { IssueRef } from "../../domain/IssueRef.ts"
import { type Comment, GitHubComments, type Place } from "../../layers/github/GitHubComments.ts"
import type { IssueDetail } from "../api/definition/issues.ts"
import { findIssue } from "../api/queries/issues.ts"
import { findMatch } from "../api/sharing/match.ts"
import { newestPace } from "../api/stream/changes.ts"
import { makeAsked } from "./choices.ts"
import { type CommentRecord, findRecord, registeredAt, storeRecord } from "./records.ts"
import { type Commenter, type CommentSubject, commentOf, hashOf, lastWordOf, markOf, movedWordOf } from "./text.ts"

export type Result =
  | "created"
  | "edited"
  /** Unchanged. */
  | "same"
  /** Changed recently, or a request may still succeed. */
  | "waits"
  /** The repository has not requested comments, or refuses them on the issue, or GitHub does not show whether it has. */
  | "unwelcome"
  /** GitHub no longer shows the issue or the comment, or maintainers hid the comment. */
  | "gone"
  | "locked"
  /** GitHub refused, or the comment is another account's. */
  | "refused"

export interface Paces {
  /** Minimum interval between two edits of a comment. */
  readonly edits: Duration.Duration
  /** How long GitHub may take to show a created comment. */
  readonly settled: Duration.Duration
  /** How long maintainers' choices are cached. */
  readonly choices: Duration.Duration
  /** How long a gone, locked or refused issue is skipped. */
  readonly refused: Duration.Duration
  /** How long an issue is skipped after GitHub did not answer. */
  readonly failed: Duration.Duration
  /** How long a head is skipped after GitHub rejected its status: for lack of permission, a missing commit, or too many statuses. */
  readonly refusedHead: Duration.Duration
}

export const PACES: Omit<Paces, "edits"> = {
  settled: Duration.minutes(10),
  choices: Duration.minutes(15),
  refused: Duration.minutes(30),
  failed: Duration.minutes(1),
  refusedHead: Duration.days(1)
}

/** Failed searches for a comment before the create request is sent again. */
const FAILED_SEARCHES = 3

const commentSubjectOf = (id: number) =>
  Effect.gen(function* () {
    const issue = Option.getOrUndefined(yield* findIssue(id))
    if (issue === undefined) return undefined
    const match = issue.competition === null ? null : Option.getOrNull(yield* findMatch(issue.competition.id))
    return { issue, match, pace: yield* newestPace } satisfies CommentSubject
  })

const decodeRef = ({ repository, number }: { readonly repository: string; readonly number: number }) =>
  Effect.orDie(Schema.decode(IssueRef)({ repository, number }))

const noRecord = (issue: number, { repository, number }: Place): CommentRecord => ({
  ...{ issue, repository, number },
  ...{ comment: null, author: null, hash: null, writtenAt: null, reactions: null, sentAt: null }
})

const isEditedSince = ({ writtenAt }: CommentRecord, { editedAt }: Pick<typeof IssueDetail.Encoded, "editedAt">): boolean =>
  writtenAt !== null && editedAt?.time != null && Date.parse(editedAt.time) >= writtenAt.getTime()

/** Makes the function that checks one issue as `commenter` and writes at most once. `refusals`: the roster's. */
export const makeWriter = (commenter: Commenter, paces: Paces, refusals?: Effect.Effect<ReadonlyArray<string>>) =>
  Effect.gen(function* () {
    const github = yield* GitHubComments
    const askedFor = makeAsked(github, paces.choices, refusals)
    const looks = new Map<number, number>()
    const restUntil = new Map<number, number>()

    const written = (record: CommentRecord, place: Place, comment: Comment, text: string) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const { repository, number } = place
        const { issue } = record
        const { id, reactions } = comment
        const known = { issue, repository, number, comment: id, author: commenter.author, hash: hashOf(text), reactions, sentAt: null }
        yield* storeRecord(commenter, { ...known, writtenAt: new Date(now) })
      })

    const edit = (record: CommentRecord, place: Place, id: number, text: string) =>
      Effect.gen(function* () {
        const now = yield* github.read(place, id)
        // Maintainers who hide it want no more of it than those who delete it.
        if (now === null || now.isHidden) return "gone" as const
        // An account whose token was used before wrote the comment: it stays, and no second one is written.
        if (now.author !== commenter.author) return "refused" as const
        const isNew = now.body !== text
        const comment = isNew ? yield* github.edit(place, id, text) : now
        yield* written(record, place, comment, text)
        return isNew ? ("edited" as const) : ("same" as const)
      })

    const create = (record: CommentRecord, place: Place, text: string) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        yield* storeRecord(commenter, { ...record, sentAt: new Date(now) })
        looks.set(record.issue, 0)
        const comment = yield* github.create(place, text).pipe(
          Effect.tapErrorTag("NotWritten", () => storeRecord(commenter, { ...record, sentAt: null })),
          Effect.tapErrorTag("GitHubUnavailable", ({ limited }) =>
            Effect.when(storeRecord(commenter, { ...record, sentAt: null }), () => limited === true)
          )
        )
        yield* written(record, place, comment, text)
        return "created" as const
      })

    /** For an issue without a known comment: searches for one, and creates it only if none is found. */
    const begin = (record: CommentRecord, place: Place, text: string) =>
      Effect.gen(function* () {
        const { issue, sentAt } = record
        const found = yield* github.find(place, markOf(commenter, issue), commenter.author, yield* registeredAt(issue))
        if (found !== null) return yield* edit(record, place, found.id, text)
        if (sentAt === null) return yield* create(record, place, text)
        const missed = (looks.get(issue) ?? 0) + 1
        looks.set(issue, missed)
        const isSettled = (yield* Clock.currentTimeMillis) - sentAt.getTime() >= Duration.toMillis(paces.settled)
        return isSettled && missed >= FAILED_SEARCHES ? yield* create(record, place, text) : ("waits" as const)
      })

    /** After the bounty has moved to another issue: says so in the old issue's comment and forgets that comment, so that the next pass creates another. */
    const leave = (record: CommentRecord, ref: IssueRef) =>
      Effect.gen(function* () {
        const [there, here] = yield* Effect.all([Effect.flatMap(decodeRef(record), github.place), github.place(ref)])
        // GitHub may only have renamed or transferred the same issue.
        if (here === null || (there?.repository === here.repository && there.number === here.number)) return undefined
        const { comment, issue } = record
        const result = there === null || comment === null ? "gone" : yield* edit(record, there, comment, movedWordOf(commenter, issue))
        yield* storeRecord(commenter, noRecord(issue, here))
        return result
      })

    const look = Effect.fn("comments.look")(function* (id: number) {
      yield* Effect.annotateCurrentSpan("issue", id)
      const [subject, record] = yield* Effect.all([commentSubjectOf(id), findRecord(commenter, id)])
      if (subject === undefined) return "same" as const
      const { repository, status } = subject.issue
      const ref = yield* decodeRef(subject.issue)
      const hasBegun = record !== undefined && (record.comment !== null || record.sentAt !== null)
      if (record !== undefined && isEditedSince(record, subject.issue)) {
        const left = yield* leave(record, ref)
        if (left !== undefined) return left
      }
      const asked = yield* askedFor(ref)
      if (asked === null || (!hasBegun && asked.because === null)) return "unwelcome" as const
      const { because, repository: calledNow } = asked
      const text = because === null ? lastWordOf(commenter, id) : commentOf(commenter, subject, { repository: calledNow, because })
      if (record?.hash === hashOf(text)) return "same" as const
      const now = yield* Clock.currentTimeMillis
      if (record?.writtenAt != null && now - record.writtenAt.getTime() < Duration.toMillis(paces.edits)) return "waits" as const
      const place = yield* github.place(ref)
      if (place === null) return "gone" as const
      if (place.isLocked) return "locked" as const
      // After a transfer, the maintainers of the new repository decide, and the last text is not meant for them.
      if (place.repository.toLowerCase() !== repository.toLowerCase()) {
        const there = yield* askedFor(new IssueRef(place))
        if (there === null || there.because === null) return "unwelcome" as const
      }
      const known = record ?? noRecord(id, place)
      if (known.comment !== null) return yield* edit(known, place, known.comment, text)
      const isOver = status === "Paid" || status === "Cancelled"
      return isOver && !hasBegun ? ("same" as const) : yield* begin(known, place, text)
    })

    const rest = (id: number, time: Duration.Duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => void restUntil.set(id, now + Duration.toMillis(time)))

    /** Checks an issue, unless it is resting. */
    return (id: number) =>
      Effect.gen(function* () {
        if ((restUntil.get(id) ?? 0) > (yield* Clock.currentTimeMillis)) return "waits" as const
        const result: Result = yield* Effect.catchTag(look(id), "NotWritten", ({ message }) =>
          Effect.as(Effect.logInfo(message), "refused" as const)
        )
        if (result === "gone" || result === "locked" || result === "refused") yield* rest(id, paces.refused)
        return result
      }).pipe(Effect.tapErrorCause(() => rest(id, paces.failed)))
  })
