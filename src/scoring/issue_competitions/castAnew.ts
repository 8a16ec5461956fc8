/** When a validator casts its vote on an issue's end anew: the vote weighs no more than when it was cast, and the stake may have grown since. Pure. */
import type { Competition, ContractConfig, OutcomeChoice } from "../../contract-client/generated.ts"
import { sameOutcome } from "../../contract-client/outcome.ts"
import { type CastVote, leavingIn } from "../../contract-client/readings.ts"
import { expiresFrom, standingOf, waitOf, weighedBy, weightsNoted } from "../../contract-client/standing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { ContractState } from "../../layers/chain/contract/Contract.ts"

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
 * Whether this validator's vote weighs less than nine tenths of what a new one would, which is what is noted; the new one can stand for its wait
 * before anybody may expire the match; and the votes as they are do not settle the same choice sooner. Votes of those who may be removed now count nowhere.
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

/** This validator's vote on a ballot, and whether it is worth casting anew. */
export const ownOn = (hotkey: AccountAddress, ballot: BallotOnEnd) => ({
  own: ballot.votes.find(({ validator }) => validator === hotkey)?.choice,
  isWorthCastingAnew: (choice: OutcomeChoice) => isWorthCastingAnew(hotkey, choice, ballot)
})
