/**
 * Measures how a validator's own scores differ from the consensus of an epoch, in reproducible figures: integers, and fractions that are rounded
 * exactly, halves away from zero. Pure.
 *
 * Values are parts per million by UID. UID 0 recycles and is no miner, so it is left out of every comparison.
 */
import * as ExactInteger from "effect/BigInt"
import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type AggregatedValue, HIGHEST_VALUE, type ReportedScore, type ScoredNeuron, type Voter } from "./aggregate.ts"
import { measuredValues } from "./measured.ts"

/** How many of the best miners are compared. */
const TOP = 10

type Values = ReadonlyMap<number, number>

/** A neuron that is compared, with its hotkey at the epoch's first block. */
type Measured = Pick<ScoredNeuron, "uid" | "hotkey">

/** The UIDs of the best miners with a value above 0, best first; of equal ones the lower UID first. */
const best = (values: Values, count: number): ReadonlyArray<number> =>
  [...values]
    .filter(([uid, value]) => value > 0 && uid !== RECYCLE_UID)
    .sort(([leftUid, left], [rightUid, right]) => right - left || leftUid - rightUid)
    .slice(0, count)
    .map(([uid]) => uid)

/** Twice the rank of each value, so that the middle rank of equal values is whole. */
const doubledRanks = (values: ReadonlyArray<number>): ReadonlyArray<bigint> => {
  const sorted = values.toSorted((left, right) => left - right)
  const ranks = new Map<number, bigint>()
  for (let first = 0; first < sorted.length; ) {
    const value = sorted[first] ?? 0
    let end = first
    while (sorted[end] === value) end++
    ranks.set(value, BigInt(first + 1 + end))
    first = end
  }
  return values.map((value) => ranks.get(value) ?? 0n)
}

const floorOfRoot = (square: bigint): bigint => {
  if (square < 2n) return square
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** part / whole in thousandths, halves up. */
const thousandths = (part: bigint, whole: bigint): number => Number((2_000n * part + whole) / (2n * whole))

/** Spearman's rank correlation in parts per million, corrected for ties (the correlation of middle ranks). Null if all values of one side are equal. */
export const spearmanPpm = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number | null => {
  const count = BigInt(left.length)
  const [leftRanks, rightRanks] = [doubledRanks(left), doubledRanks(right)]
  // Deviations from the mean of doubled ranks, which is count + 1.
  const product = (ones: ReadonlyArray<bigint>, others: ReadonlyArray<bigint>): bigint =>
    ones.reduce((sum, rank, index) => sum + (rank - count - 1n) * ((others[index] ?? 0n) - count - 1n), 0n)
  const [leftVariance, rightVariance] = [product(leftRanks, leftRanks), product(rightRanks, rightRanks)]
  if (leftVariance === 0n || rightVariance === 0n) return null
  const covariance = product(leftRanks, rightRanks)
  // floor(2,000,000 × |correlation|), and then half of it rounded up.
  const doubled = floorOfRoot((4_000_000_000_000n * covariance * covariance) / (leftVariance * rightVariance))
  const magnitude = Number((doubled + 1n) / 2n)
  return covariance < 0n ? -magnitude : magnitude
}

/** A UID's median if all stake that did not measure it had voted 0, and if it had voted the highest value. */
export interface MedianRange {
  readonly uid: number
  readonly least: number
  readonly most: number
}

/**
 * The range of the lower median over all stake, with the missing stake at either end. It is narrow if nearly all stake measured the UID, or if those
 * who did agree.
 */
export const medianRanges = (voters: ReadonlyArray<Voter>, neurons: ReadonlyArray<Measured>): ReadonlyArray<MedianRange> => {
  const total = ExactInteger.sumAll(voters.map(({ stake }) => stake))
  const reports = voters.flatMap(({ stake, scores }) => (scores === null ? [] : [{ stake, values: measuredValues(scores, neurons) }]))
  return neurons
    .toSorted((left, right) => left.uid - right.uid)
    .map(({ uid }) => {
      const votes = reports
        .flatMap(({ stake, values }) => {
          const value = values.get(uid)
          return value === undefined ? [] : [{ value, stake }]
        })
        .sort((left, right) => left.value - right.value)
      const missing = total - ExactInteger.sumAll(votes.map(({ stake }) => stake))
      /** The first value at which half of all stake is reached, if the stake `below` voted 0. */
      const reached = (below: bigint): number => {
        let sum = below
        if (below > 0n && 2n * sum >= total) return 0
        for (const { value, stake } of votes) {
          sum += stake
          if (2n * sum >= total) return value
        }
        return HIGHEST_VALUE
      }
      return { uid, least: votes.length === 0 ? 0 : reached(missing), most: reached(0n) }
    })
}

/** How far a peer's report repeats the last epoch's consensus instead of measuring. */
export interface CopyScore {
  /** 0: the report has all changes since. 1,000: none, as a copy of the last epoch's consensus. Null if there are no changes. */
  readonly milli: number | null
  /** The sum of the changes, in parts per million. A score on little evidence says little. */
  readonly evidence: number
}

/**
 * The copy score of a peer's report, by a validator's own report of the same epoch and the previous epoch's consensus (parts per million by hotkey).
 * For each miner, the change is the distance from the old consensus to the own value; a peer shows as much of the change as it went in that
 * direction, at most all of it. So noise in other places does not hide a copy, and exaggeration does not make up for it. Miners that one of the two
 * did not measure are left out; a miner without an old consensus had 0.
 */
export const copyScore = (
  peer: ReadonlyArray<ReportedScore>,
  own: ReadonlyArray<ReportedScore>,
  consensusBefore: ReadonlyMap<string, number>,
  neurons: ReadonlyArray<Measured>
): CopyScore => {
  const miners = neurons.filter(({ uid }) => uid !== RECYCLE_UID)
  const [peerValues, ownValues] = [measuredValues(peer, miners), measuredValues(own, miners)]
  let [evidence, shown] = [0, 0]
  for (const { uid, hotkey } of miners) {
    const [theirs, ours, before] = [peerValues.get(uid), ownValues.get(uid), consensusBefore.get(hotkey) ?? 0]
    if (theirs === undefined || ours === undefined) continue
    const news = Math.abs(ours - before)
    const way = ours < before ? before - theirs : theirs - before
    evidence += news
    shown += Math.min(Math.max(way, 0), news)
  }
  return { milli: evidence === 0 ? null : thousandths(BigInt(evidence - shown), BigInt(evidence)), evidence }
}

/** One epoch's figures. */
export interface Divergence {
  /** Whether own scores and consensus have the same best miner; null if one of them has none. */
  readonly sameTop: boolean | null
  /** Over the miners that the validator measured; null if all values of one side are equal. */
  readonly spearmanPpm: number | null
  /** How many miners are among the best `TOP` of both. */
  readonly overlap: number
  /** The possible overlap: the length of the shorter list. */
  readonly overlapOf: number
}

/** Own scores against an epoch's aggregate. */
export const divergence = (
  own: ReadonlyArray<ReportedScore>,
  aggregated: ReadonlyArray<Pick<AggregatedValue, "uid" | "value">>,
  neurons: ReadonlyArray<Measured>
): Divergence => {
  const ownValues = measuredValues(own, neurons)
  const together = new Map(aggregated.map(({ uid, value }) => [uid, value]))
  const [ownBest, commonBest] = [best(ownValues, TOP), best(together, TOP)]
  const compared = [...ownValues].filter(([uid]) => uid !== RECYCLE_UID && together.has(uid))
  const [ownTop, commonTop] = [ownBest[0], commonBest[0]]
  return {
    sameTop: ownTop === undefined || commonTop === undefined ? null : ownTop === commonTop,
    spearmanPpm: spearmanPpm(
      compared.map(([, value]) => value),
      compared.map(([uid]) => together.get(uid) ?? 0)
    ),
    overlap: ownBest.filter((uid) => commonBest.includes(uid)).length,
    overlapOf: Math.min(ownBest.length, commonBest.length)
  }
}
