/** Turns a verdict into a message of the contract, so that a validator's vote on an issue's outcome follows what GitHub shows. */
import type { CancelReason, Competition, Issue, MessageArguments, OutcomeChoice } from "../../contract-client/generated.ts"
import { sameOutcome } from "../../contract-client/outcome.ts"
import { takesVoteBack } from "./rules/verdict.ts"
import type { Verdict } from "./rules/verdictCase.ts"

/** An outcome vote or its withdrawal. `choice` is what is voted or withdrawn. */
export type OutcomeBallot = { readonly choice: OutcomeChoice } & (
  | { readonly kind: "outcome"; readonly name: "voteOutcome"; readonly args: MessageArguments<"voteOutcome"> }
  | { readonly kind: "withdrawal"; readonly name: "withdrawOutcomeVote"; readonly args: MessageArguments<"withdrawOutcomeVote"> }
)

/** An issue with a competition, as it stands at a block. */
export interface Standing {
  readonly issue: Pick<Issue, "id" | "waiting">
  readonly competition: Pick<Competition, "outcomeUntil" | "status">
  readonly block: number
}

/** The choice that a verdict leads to, if nothing waits. */
const choiceOf = (verdict: Verdict): OutcomeChoice | undefined => {
  switch (verdict._tag) {
    case "Solved":
      return { _tag: "Solved", hotkey: verdict.hotkey, pullRequest: verdict.pullRequest }
    case "Cancelled":
      return { _tag: "Cancelled", reason: verdict.reason }
    case "Unsolved":
      return { _tag: "Unsolved" }
    case "NoVote":
      return undefined
  }
}

/** Whether only a validator's operator casts this vote, so that no verdict on GitHub's record speaks for or against it. */
const isByHand = (choice: OutcomeChoice): boolean =>
  choice._tag === "PayTo" || choice._tag === "Dissolved" || (choice._tag === "Cancelled" && choice.reason._tag === "PaymentImpossible")

/** Why the record calls for a cancellation, also while a validator still watches it. */
const reasonIn = (verdict: Verdict): CancelReason | undefined =>
  verdict._tag === "Cancelled" ? verdict.reason : verdict._tag === "NoVote" ? verdict.settling?.reason : undefined

/** Whether the record calls for what was decided. Of the reasons for a cancellation only a competitor's early pull request has a consequence of its own. */
const calledFor = (decided: OutcomeChoice, verdict: Verdict): boolean => {
  if (decided._tag !== "Cancelled") return decided._tag === verdict._tag
  const reason = reasonIn(verdict)
  if (reason === undefined) return false
  const isEarly = decided.reason._tag === "SubmittedTooEarly" || reason._tag === "SubmittedTooEarly"
  return !isEarly || sameOutcome(decided, { _tag: "Cancelled", reason })
}

/** Whether the record proves nothing now: what was voted or decided stays. */
const isUnclear = (verdict: Verdict): boolean => verdict._tag === "NoVote" && !takesVoteBack(verdict)

/** Whether a vote would come too late for the contract to decide how the competition ends. */
const isOver = ({ block, competition }: Standing): boolean => competition.status._tag === "Running" && block >= competition.outcomeUntil

/** What a validator votes after a verdict, if anything: what was decided and waits is taken back where the record does not call for it. */
export const choiceOn = (standing: Standing, verdict: Verdict): OutcomeChoice | undefined => {
  const choice = isOver(standing) ? undefined : choiceOf(verdict)
  const { waiting } = standing.issue
  if (waiting === null || choice?._tag === "Solved") return choice
  const stays = isByHand(waiting.choice) || isUnclear(verdict) || calledFor(waiting.choice, verdict)
  return stays ? undefined : { _tag: "TakenBack" }
}

/** Whether a validator has voted what the record says again. Its vote stays while it watches anew, as after it lost the file with its looks. */
const isAlready = (own: OutcomeChoice, verdict: Verdict): boolean =>
  verdict._tag === "NoVote" && verdict.settling !== undefined && sameOutcome(own, { _tag: "Cancelled", reason: verdict.settling.reason })

/** What a validator sends after a verdict; undefined if its vote on the ballot (`own`) is already right. */
export const outcomeBallotFor = (standing: Standing, verdict: Verdict, own: OutcomeChoice | undefined): OutcomeBallot | undefined => {
  const issue = standing.issue.id
  const choice = choiceOn(standing, verdict)
  if (choice !== undefined)
    return own !== undefined && sameOutcome(own, choice)
      ? undefined
      : { kind: "outcome", choice, name: "voteOutcome", args: { issue, choice } }
  if (own === undefined || (standing.issue.waiting === null && isOver(standing))) return undefined
  const byHand = [own, standing.issue.waiting?.choice].some((one) => one !== undefined && isByHand(one))
  if (byHand || isUnclear(verdict) || isAlready(own, verdict)) return undefined
  return { kind: "withdrawal", choice: own, name: "withdrawOutcomeVote", args: { issue } }
}
