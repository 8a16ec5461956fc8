/** Predicts the contract's `settle`: what the outcome votes would settle, from which block on, and why not now. Pure. */
import { least, most } from "../domain/Amount.ts"
import { canonicalJson } from "../domain/canonicalJson.ts"
import type { Competition, ContractConfig, Electorate, OutcomeVote, Validator, ValidatorInfo } from "./generated.ts"

/** The longest wait that counts: two weeks in blocks of 12 seconds. */
export const LONGEST_WAIT = 100_800

export type Clocks = Pick<ContractConfig, "challengePeriod" | "day" | "ownerDelay">

/** How many blocks votes must have stood before they count: the longest of the match's wait, the setting's, and the owner's delay and half a day. */
export const waitOf = (
  competition: Pick<Competition, "challengePeriod"> | null | undefined,
  { challengePeriod, day, ownerDelay }: Clocks
): number => Math.min(LONGEST_WAIT, Math.max(competition?.challengePeriod ?? 0, challengePeriod, ownerDelay + Math.floor(day / 2)))

/** The first block in which anybody may expire a match with this wait, unless it can be settled. */
export const expiresFrom = ({ outcomeUntil }: Pick<Competition, "outcomeUntil">, wait: number): number => outcomeUntil + 3 * wait + 1

export interface StandingVote<Choice> {
  readonly choice: Choice
  /** The block since which it has stood unchanged. */
  readonly since: number
  /** The weight of the vote, by the validator's noted stake. */
  readonly weight: bigint
}

/** What each validator's vote weighs. */
export interface Weights {
  readonly validators: ReadonlyArray<Pick<ValidatorInfo, "hotkey" | "weight">>
}

/** By the contract's notes alone: the most that a vote cast now on an end can weigh, and the total. In rao. */
export const weightsNoted = (validators: ReadonlyArray<Pick<Validator, "hotkey" | "noted">>): Weights & Pick<Electorate, "total"> => {
  const sumOf = (which: "before" | "day") => validators.reduce((sum, { noted }) => sum + noted[which], 0n)
  const total = most(sumOf("before"), sumOf("day"))
  return { validators: validators.map(({ hotkey, noted: { day, since } }) => ({ hotkey, weight: least(day, since) })), total }
}

/** What votes weigh: a vote on an end no more than when it was cast. */
export const weighedBy = <Vote extends Pick<OutcomeVote, "validator"> & { readonly cast?: bigint | null }>(
  { validators }: Weights,
  votes: ReadonlyArray<Vote>
): ReadonlyArray<Vote & { readonly weight: bigint }> => {
  const weights = new Map(validators.map(({ hotkey, weight }) => [hotkey, weight]))
  return votes.map((vote) => {
    const now = weights.get(vote.validator) ?? 0n
    return { ...vote, weight: least(vote.cast ?? now, now) }
  })
}

export interface Terms {
  readonly block: number
  /** How many blocks votes must have stood before they count. */
  readonly wait: number
  readonly totalWeight: bigint
  readonly quorumBps: number
}

export interface VotesStanding<Choice> {
  /** The choice with the most weight behind it; null without a vote. */
  readonly choice: Choice | null
  readonly weight: bigint
  /** Whether the choice can be settled in this block, and if not, why. */
  readonly state: "noVotes" | "tooLight" | "tooYoung" | "settleable"
  /** The first block in which it can be settled if the votes and their weights stay; null if they are too light. */
  readonly from: number | null
}

/** The least weight that decides a ballot, at least 1: without weight nothing is decided. */
export const quorumOf = ({ totalWeight, quorumBps }: Pick<Terms, "totalWeight" | "quorumBps">): bigint => {
  const least = (totalWeight * BigInt(quorumBps) + 9_999n) / 10_000n
  return least > 0n ? least : 1n
}

/** Whether this weight decides a ballot. */
const passes = (weight: bigint, terms: Pick<Terms, "totalWeight" | "quorumBps">): boolean => weight >= quorumOf(terms)

const sumOf = (votes: ReadonlyArray<StandingVote<unknown>>): bigint => votes.reduce((sum, { weight }) => sum + weight, 0n)

/** How far the votes for one choice are from settling it: too light, too young, or able to settle it from which block on. */
const standingOfChoice = <Choice>(
  alike: readonly [StandingVote<Choice>, ...Array<StandingVote<Choice>>],
  terms: Terms
): VotesStanding<Choice> => {
  const about = { choice: alike[0].choice, weight: sumOf(alike) }
  const oldest = alike.toSorted((left, right) => left.since - right.since)
  const deciding = oldest.find((_, index) => passes(sumOf(oldest.slice(0, index + 1)), terms))
  if (deciding === undefined) return { ...about, state: "tooLight", from: null }
  const from = deciding.since + terms.wait
  return { ...about, state: from <= terms.block ? "settleable" : "tooYoung", from }
}

/** The standing of each choice with votes, the heaviest first. */
export const standingsOf = <Choice>(votes: ReadonlyArray<StandingVote<Choice>>, terms: Terms): ReadonlyArray<VotesStanding<Choice>> => {
  const choices: Array<[StandingVote<Choice>, ...Array<StandingVote<Choice>>]> = []
  for (const vote of votes) {
    const alike = choices.find(([first]) => canonicalJson(first.choice) === canonicalJson(vote.choice))
    if (alike === undefined) choices.push([vote])
    else alike.push(vote)
  }
  return choices
    .map((alike) => standingOfChoice(alike, terms))
    .toSorted((left, right) => (left.weight === right.weight ? 0 : left.weight < right.weight ? 1 : -1))
}

/** The standing of the heaviest choice, the only one that can be settled: two choices cannot both have a quorum. */
export const standingOf = <Choice>(votes: ReadonlyArray<StandingVote<Choice>>, terms: Terms): VotesStanding<Choice> =>
  standingsOf(votes, terms)[0] ?? { choice: null, weight: 0n, state: "noVotes", from: null }
