/** Turns a verdict into a message of the contract, so that a validator's vote on an issue's outcome follows what GitHub shows. */
import type { MessageArguments, OutcomeChoice } from "../../contract-client/generated.ts"
import { sameOutcome } from "../../contract-client/outcome.ts"
import { takesVoteBack } from "./rules/verdict.ts"
import type { Verdict } from "./rules/verdictCase.ts"

/** An outcome vote or its withdrawal. `choice` is what is voted or withdrawn. */
export type OutcomeBallot = { readonly choice: OutcomeChoice } & (
  | { readonly kind: "outcome"; readonly name: "voteOutcome"; readonly args: MessageArguments<"voteOutcome"> }
  | { readonly kind: "withdrawal"; readonly name: "withdrawOutcomeVote"; readonly args: MessageArguments<"withdrawOutcomeVote"> }
)

/** The choice that a verdict leads to, if any. */
export const choiceOf = (verdict: Verdict): OutcomeChoice | undefined => {
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

/** Whether only a validator's operator casts this vote, so that no verdict on GitHub's record takes it back. */
const isByHand = (choice: OutcomeChoice): boolean =>
  choice._tag === "PayTo" || (choice._tag === "Cancelled" && choice.reason._tag === "PaymentImpossible")

/** Whether a validator has voted what the record says again. Its vote stays while it watches anew, as after it lost the file with its looks. */
const isAlready = (own: OutcomeChoice, verdict: Verdict): boolean =>
  verdict._tag === "NoVote" && verdict.settling !== undefined && sameOutcome(own, { _tag: "Cancelled", reason: verdict.settling.reason })

/** What a validator sends after a verdict; undefined if its vote on the ballot (`own`) is already right. */
export const outcomeBallotFor = (issue: number, verdict: Verdict, own: OutcomeChoice | undefined): OutcomeBallot | undefined => {
  const choice = choiceOf(verdict)
  if (choice !== undefined)
    return own !== undefined && sameOutcome(own, choice)
      ? undefined
      : { kind: "outcome", choice, name: "voteOutcome", args: { issue, choice } }
  if (own !== undefined && isAlready(own, verdict)) return undefined
  return own !== undefined && !isByHand(own) && takesVoteBack(verdict)
    ? { kind: "withdrawal", choice: own, name: "withdrawOutcomeVote", args: { issue } }
    : undefined
}
