/** Turns a verdict into a message of the contract, so that a validator's outcome vote follows GitHub's record until the issue is settled. */
import type { MessageArguments, OutcomeChoice } from "../../contract-client/generated.ts"
import { sameOutcome } from "../../contract-client/outcome.ts"
import { takesVoteBack, type Verdict } from "../../rules/verdicts/verdictCase.ts"

interface Withdrawal {
  readonly name: "withdrawOutcomeVote"
  readonly args: MessageArguments<"withdrawOutcomeVote">
}

/** An outcome vote or its withdrawal. `choice`: the choice voted or withdrawn; `after`: what is sent in the same transaction before it. */
export type OutcomeBallot = { readonly choice: OutcomeChoice; readonly after?: Withdrawal } & (
  | { readonly kind: "outcome"; readonly name: "voteOutcome"; readonly args: MessageArguments<"voteOutcome"> }
  | ({ readonly kind: "withdrawal" } & Withdrawal)
)

/** The choice that a validator votes for a verdict; undefined for no vote. After the subnet's end (`hasEnded`) only a solution is voted. */
export const choiceOf = (verdict: Verdict, hasEnded = false): OutcomeChoice | undefined => {
  if (hasEnded && verdict._tag !== "Solved") return undefined
  switch (verdict._tag) {
    case "Solved":
      return { _tag: "Solved", hotkey: verdict.hotkey, pullRequest: verdict.pullRequest }
    case "Cancelled":
      return { _tag: "Cancelled", reason: verdict.reason }
    case "Unsolved":
      return { _tag: "Unsolved", slashA: verdict.slashed[0], slashB: verdict.slashed[1] }
    case "NoVote":
      return undefined
  }
}

const voteFor = (issue: number, choice: OutcomeChoice): OutcomeBallot => ({
  kind: "outcome",
  choice,
  name: "voteOutcome",
  args: { issue, choice }
})

/** A vote for the same choice that begins anew. */
export const anewFor = (issue: number, choice: OutcomeChoice): OutcomeBallot => ({
  ...voteFor(issue, choice),
  after: { name: "withdrawOutcomeVote", args: { issue } }
})

const withdrawalOf = (issue: number, choice: OutcomeChoice): OutcomeBallot => ({
  kind: "withdrawal",
  choice,
  name: "withdrawOutcomeVote",
  args: { issue }
})

/**
 * The message that a validator sends after a verdict; undefined if its vote on the ballot (`own`) is already right. A vote that its operator cast by
 * hand stays until the record contradicts it. A verdict of no vote is no contradiction. After the subnet's end, a verdict for
 * another end takes a vote for a solution back.
 */
export const outcomeBallotFor = (
  issue: number,
  verdict: Verdict,
  own: OutcomeChoice | undefined,
  isByHand = false,
  hasEnded = false
): OutcomeBallot | undefined => {
  const choice = choiceOf(verdict, hasEnded)
  if (choice !== undefined) return own !== undefined && sameOutcome(own, choice) ? undefined : voteFor(issue, choice)
  if (verdict._tag !== "NoVote") return own?._tag === "Solved" ? withdrawalOf(issue, own) : undefined
  if (own === undefined || own._tag === "Dissolved" || isByHand || !takesVoteBack(verdict)) return undefined
  return withdrawalOf(issue, own)
}
