/** Turns a verdict into a message of the contract, so that a validator's outcome vote follows GitHub's record until the issue is settled. Pure. */
import type { Competition, ContractConfig, MessageArguments, OutcomeChoice } from "../../contract-client/generated.ts"
import { sameOutcome } from "../../contract-client/outcome.ts"
import { type CastVote, leavingIn } from "../../contract-client/readings.ts"
import { expiresFrom, standingOf, waitOf, weighedBy, weightsNoted } from "../../contract-client/standing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { ContractState } from "../../layers/chain/contract/Contract.ts"
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

/** How many blocks it may take until the new vote is in a block, with the old one's withdrawal: as long as their transaction is valid. */
const CASTING_BLOCKS = 12

export interface BallotOnEnd {
  /** A finalised head. */
  readonly block: number
  readonly config: Pick<ContractConfig, "challengePeriod" | "day" | "ownerDelay" | "quorumBps">
  readonly validators: ContractState["validators"]
  readonly changes: ContractState["changes"]
  /** The running match; undefined for an issue without one. */
  readonly competition: Pick<Competition, "challengePeriod" | "outcomeUntil"> | undefined
  readonly votes: ReadonlyArray<CastVote>
}

/**
 * Whether this validator casts its vote anew: a vote weighs no more than when it was cast, and the stake may have grown since. So it weighs less than nine
 * tenths of what a new one would, which is what is noted; the new one can stand for its wait before anybody may expire the match; and the votes as they
 * are do not settle the same choice sooner. Votes of those who may be removed now count nowhere.
 */
export const isWorthCastingAnew = (
  hotkey: AccountAddress,
  choice: OutcomeChoice,
  { block, changes, competition, config, validators, votes }: BallotOnEnd
): boolean => {
  // Whose votes count is not known.
  if (changes === null) return false
  const noted = weightsNoted(validators)
  const leaving = leavingIn(changes, block)
  const weight = noted.validators.find((validator) => validator.hotkey === hotkey)?.weight ?? 0n
  const cast = votes.find(({ validator }) => validator === hotkey)?.cast ?? null
  if (cast === null || leaving.has(hotkey) || cast * 10n >= weight * 9n) return false
  const wait = waitOf(competition, config)
  if (competition !== undefined && block + CASTING_BLOCKS + wait >= expiresFrom(competition, wait)) return false
  const alike = votes.filter((vote) => sameOutcome(vote.choice, choice) && !leaving.has(vote.validator))
  const terms = { block, wait, totalWeight: noted.total, quorumBps: config.quorumBps }
  return standingOf(weighedBy(noted, alike), terms).state === "tooLight"
}
