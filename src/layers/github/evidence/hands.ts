/**
 * Which closings were by hand. GraphQL's `closer` is null for these, and also for what it hides: a closer that the token may not see, or whose account is flagged as spam. So
 * it takes more: REST names somebody who closed the issue at that moment, and no commit; and the default branch got nothing just then, as it does when a pull request
 * closes an issue. What the branch got is asked in two ways: its history goes by people's clocks, and the list of who moved it may not be shown.
 */
import { Effect, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import type { TimelineEvent } from "../../../domain/IssueEvidence.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { readList } from "../client/pages.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { readLatestMoves } from "./activity.ts"
import { hasBetween, type NamedBranch } from "./defaultBranch.ts"

const IssueEvent = Schema.Struct({
  id: Schema.Int,
  event: Schema.String,
  created_at: Time,
  commit_id: Schema.optional(Schema.NullOr(Schema.String)),
  actor: Schema.NullOr(Schema.Unknown)
})

/** A branch that did not exist before. */
const NO_COMMIT = /^0+$/

const isHidden = (event: TimelineEvent): boolean => event._tag === "Closed" && event.closer._tag === "Hidden"

/** GitHub closes an issue within seconds of the merge, and gives the commit its own time. */
const BEFORE = 15_000
const AFTER = 2_000

/** Whether the default branch got something at that moment. */
const hasArrivals = (place: NamedBranch, at: number) =>
  Effect.flatMap(hasBetween(place, { since: at - BEFORE, until: at + AFTER }), (has) =>
    has
      ? Effect.succeed(true)
      : Effect.map(readLatestMoves(place.rest, place, at - BEFORE), (moves = []) =>
          moves.some(({ before, timestamp }) => timestamp >= at - BEFORE && timestamp <= at + AFTER && !NO_COMMIT.test(before))
        )
  )

/**
 * The timeline with those closings by hand that REST knows as such; if there is a closing without a closer: one request for each hundred
 * events of the issue, and two for each such closing.
 */
export const withHands = (
  place: NamedBranch,
  ref: IssueRef,
  timeline: ReadonlyArray<TimelineEvent>
): Effect.Effect<ReadonlyArray<TimelineEvent>, GitHubUnavailable> =>
  Effect.gen(function* () {
    if (!timeline.some(isHidden)) return timeline
    const events = yield* readList(place.rest, {
      question: {
        operation: `read the events of ${ref}`,
        route: "GET /repos/{owner}/{repo}/issues/{number}/events",
        parameters: { ...ref.ownerAndName, number: ref.number }
      },
      page: Schema.Array(IssueEvent),
      nameOf: ({ id }) => id
    })
    const byHand = new Set(
      (events ?? []).flatMap(({ actor, commit_id, created_at, event }) =>
        event === "closed" && actor !== null && commit_id === null ? [created_at] : []
      )
    )
    return yield* Effect.forEach(timeline, (event) =>
      event._tag === "Closed" && isHidden(event) && byHand.has(event.at)
        ? Effect.map(hasArrivals(place, event.at), (hasSome): TimelineEvent => (hasSome ? event : { ...event, closer: { _tag: "Hand" } }))
        : Effect.succeed(event)
    )
  })
