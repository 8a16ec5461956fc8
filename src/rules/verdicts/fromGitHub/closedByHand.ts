/**
 * Finds closings by hand. GraphQL's `closer` is null for them, but also for a closer that the token may not see, or whose account is flagged as spam.
 * So two more conditions must hold. REST names an account that closed the issue at that timestamp, and no commit. And the default branch got nothing
 * just then, as it would when a pull request closes an issue. Two sources tell what the branch got, since its history goes by people's clocks, and
 * the list of its pushes may be hidden. Pure. Times are milliseconds since 1970.
 */
import type { TimelineEvent } from "../../../domain/IssueEvidence.ts"

/** An event of an issue, as REST lists it. */
export interface ListedEvent {
  readonly event: string
  readonly created_at: number
  readonly commit_id?: string | null | undefined
  /** The account that did it; null if GitHub names none. */
  readonly actor: unknown
}

/** The `before` of a branch's creation. */
const NO_COMMIT = /^0+$/

/** GitHub closes an issue within seconds of the merge, and gives the commit its own time. */
const MERGE_TO_CLOSING = 15_000
const CLOCK_DIFFERENCE = 2_000

/** When the default branch may have got the closing commit of an issue closed at `at`, both ends included. */
export const closingTimes = (at: number) => ({ since: at - MERGE_TO_CLOSING, until: at + CLOCK_DIFFERENCE })

/** Whether a branch got something between two times, by the list of its pushes. */
export const hasArrival = (
  moves: ReadonlyArray<{ readonly before: string; readonly timestamp: number }>,
  { since, until }: ReturnType<typeof closingTimes>
): boolean => moves.some(({ before, timestamp }) => timestamp >= since && timestamp <= until && !NO_COMMIT.test(before))

/** Whether GitHub does not show what closed the issue. */
export const isHidden = (event: TimelineEvent): boolean => event._tag === "Closed" && event.closer._tag === "Hidden"

/** Whether REST lists a closing of the timeline as one by hand. */
export const mayBeByHand = (event: TimelineEvent, events: ReadonlyArray<ListedEvent>): boolean =>
  isHidden(event) &&
  events.some(
    ({ actor, commit_id, created_at, event: kind }) => kind === "closed" && actor !== null && commit_id === null && created_at === event.at
  )

/** The event, closed by hand unless the default branch got something just then. */
export const closedByHand = (event: TimelineEvent, hasArrivals: boolean): TimelineEvent =>
  event._tag !== "Closed" || hasArrivals ? event : { ...event, closer: { _tag: "Hand" } }
