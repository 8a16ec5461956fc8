/** A message's decision, derived from its events. */
import { recordOf } from "./cells.ts"

export type Event = Readonly<Record<string, unknown>>

/** A choice as text. */
export const said = (choice: unknown): string => {
  const { _tag, hotkey, pullRequest, reason, slashA, slashB } = recordOf(choice)
  const { _tag: why, hotkey: about } = recordOf(reason)
  return [_tag, hotkey, pullRequest, slashA, slashB, why, about].join()
}

/** The choice that a settled issue's events mean. */
export const decisionOf = (events: ReadonlyArray<Event>): Event | undefined => {
  const has = (tag: string) => events.find(({ _tag }) => _tag === tag)
  const [won, unsolved, voided, cancelled] = ["CompetitionWon", "CompetitionUnsolved", "CompetitionVoided", "IssueCancelled"].map(has)
  if (won !== undefined) return { ...won, choice: { ...won, _tag: "Solved" } }
  if (unsolved !== undefined) return { ...unsolved, choice: { ...unsolved, _tag: "Unsolved" } }
  if (cancelled !== undefined) return { ...voided, ...cancelled, choice: { _tag: "Cancelled", reason: cancelled.reason } }
  return voided && { ...voided, choice: { _tag: "Dissolved" } }
}

/** Messages that note the weights. */
export const deciding: ReadonlyArray<string> = ["noteWeights", "settle", "expire", "drop"]

/** Events after which an outcome vote no longer applies. */
export const ballotEnds = [
  "CompetitionStarted",
  "CompetitionWon",
  "CompetitionUnsolved",
  "CompetitionExpired",
  "CompetitionVoided",
  "IssueCancelled",
  "IssueEdited"
]
