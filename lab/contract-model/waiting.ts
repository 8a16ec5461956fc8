/** Decisions that cannot be undone wait for the challenge period, and can be taken back until they are carried out. */
import { Either } from "effect"
import type { Competition, Issue, OutcomeChoice } from "../../src/contract-client/generated.ts"
import { stopsPayment } from "../../src/contract-client/waiting.ts"
import { forgetOutcomeVotes, putIssue, type Ruled, refuse, type Turn } from "./Turn.ts"

/** For so many challenge periods after a solution a decision that is taken back puts the payment off. */
const MOST_CHALLENGES = 3

/** Refuses where a decision waits. */
export const unlessWaiting = ({ id, waiting }: Issue): Ruled<void> =>
  waiting === null ? Either.void : refuse({ _tag: "OutcomeWaits", issue: id, from: waiting.from })

/** The quorum decided what cannot be undone. */
export const decide = (turn: Turn, issue: Issue, { challengePeriod, id }: Competition, choice: OutcomeChoice): void => {
  const from = turn.subnet.block + challengePeriod
  putIssue(turn, { ...issue, waiting: { choice, from } })
  forgetOutcomeVotes(turn, issue)
  turn.events.push({ _tag: "OutcomeDecided", issue: issue.id, competition: id, choice, from })
}

/** Everything is as it was before the decision, but that a bounty whose payment it had stopped waits for another challenge period. */
export const takeBack = (turn: Turn, issue: Issue, competition: Competition): void => {
  if (issue.waiting === null) return
  const payableAt = stopsPayment(issue, competition) ? payableAfter(turn, issue, competition) : issue.payableAt
  putIssue(turn, { ...issue, payableAt, waiting: null })
  forgetOutcomeVotes(turn, issue)
  turn.events.push({ _tag: "OutcomeTakenBack", issue: issue.id, competition: competition.id, choice: issue.waiting.choice, payableAt })
}

const payableAfter = (turn: Turn, { payableAt }: Issue, { challengePeriod, status }: Competition): number | null => {
  if (payableAt === null || status._tag !== "Won") return payableAt
  const last = status.at + MOST_CHALLENGES * challengePeriod
  return Math.max(payableAt, Math.min(turn.subnet.block, last) + challengePeriod)
}
