/** Reads which closings were by hand, by the rule of rules/verdicts/fromGitHub/closedByHand.ts. */
import { Effect, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import type { TimelineEvent } from "../../../domain/IssueEvidence.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { closedByHand, closingTimes, hasArrival, isHidden, mayBeByHand } from "../../../rules/verdicts/fromGitHub/closedByHand.ts"
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

/** Whether the default branch got a commit at the time of the closing. */
const hasArrivals = (place: NamedBranch, at: number) => {
  const times = closingTimes(at)
  return Effect.flatMap(hasBetween(place, times), (has) =>
    has ? Effect.succeed(true) : Effect.map(readLatestMoves(place.rest, place, times.since), (moves = []) => hasArrival(moves, times))
  )
}

/**
 * Marks the closings in the timeline that REST knows to be by hand. If a closing has no closer, costs one request per hundred events of the issue,
 * and two per such closing.
 */
export const readClosings = (
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
    return yield* Effect.forEach(timeline, (event) =>
      mayBeByHand(event, events ?? []) ? Effect.map(hasArrivals(place, event.at), (has) => closedByHand(event, has)) : Effect.succeed(event)
    )
  })
