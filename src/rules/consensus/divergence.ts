/**
 * Measures how a validator's own scores differ from the consensus of an epoch, in reproducible figures: integers, and fractions that are rounded
 * exactly, halves away from zero. Pure.
 *
 * A value is what a UID earned in all repositories, in millionths of a point. UID 0 recycles and is no miner, so it is left out of every comparison.
 */
import { type Holders, RECYCLE_UID } from "../../domain/Metagraph.ts"
import type { Report } from "../../domain/Report.ts"
import type { SettledCell, Settlement } from "../../domain/Settlement.ts"

/** How many of the best miners are compared. */
const MINERS_COMPARED = 10

type Values = ReadonlyMap<number, number>

/** Neurons with their hotkeys at the epoch's first block. */
type Neurons = Holders["neurons"]

type MinersOfReport = Pick<Report, "miners">

/** The score of each neuron in a report. A neuron has none if the report did not measure all of its cells, or names another hotkey. */
export const valuesIn = ({ miners }: MinersOfReport, neurons: Neurons): Values => {
  const entries = new Map(miners.map((miner) => [miner.uid, miner]))
  return new Map(
    neurons.flatMap(({ uid, hotkey }) => {
      const entry = entries.get(uid)
      if (entry === undefined) return [[uid, 0] as const]
      if (entry.hotkey !== hotkey || entry.cells === null || entry.cells.some(({ sum }) => sum === null)) return []
      return [[uid, entry.cells.reduce((total, { sum, less }) => total + Math.max(0, (sum ?? 0) - less), 0)] as const]
    })
  )
}

/** The score of each UID in a settlement. */
export const settledValues = ({ cells }: { readonly cells: ReadonlyArray<Pick<SettledCell, "uid" | "net">> }): Values => {
  const values = new Map<number, number>()
  for (const { uid, net } of cells) values.set(uid, (values.get(uid) ?? 0) + net)
  return values
}

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

/** How far a peer's report repeats the last epoch's consensus instead of measuring. */
export interface CopyScore {
  /** 0: the report has all changes since. 1,000: none, as a copy of the last epoch's consensus. Null if there are no changes. */
  readonly milli: number | null
  /** The sum of the changes, in millionths of a point. A score on little evidence says little. */
  readonly evidence: number
}

/**
 * The copy score of a peer's report, by a validator's own report of the same epoch and the previous epoch's consensus (by hotkey).
 * For each miner, the change is the distance from the old consensus to the own value; a peer shows as much of the change as it went in that
 * direction, at most all of it. So noise in other places does not hide a copy, and exaggeration does not make up for it. Miners that one of the two
 * did not measure are left out; a miner without an old consensus had 0.
 */
export const copyScore = (
  peer: MinersOfReport,
  own: MinersOfReport,
  consensusBefore: ReadonlyMap<string, number>,
  neurons: Neurons
): CopyScore => {
  const miners = neurons.filter(({ uid }) => uid !== RECYCLE_UID)
  const [peerValues, ownValues] = [valuesIn(peer, miners), valuesIn(own, miners)]
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
  /** How many miners are among the best `MINERS_COMPARED` of both. */
  readonly overlap: number
  /** The possible overlap: the length of the shorter list. */
  readonly overlapOf: number
}

/** Own scores against a settlement. */
export const divergence = (own: MinersOfReport, settlement: Pick<Settlement, "cells">, neurons: Neurons): Divergence => {
  const ownValues = valuesIn(own, neurons)
  const settled = settledValues(settlement)
  const together = new Map(neurons.map(({ uid }) => [uid, settled.get(uid) ?? 0]))
  const [ownBest, commonBest] = [best(ownValues, MINERS_COMPARED), best(together, MINERS_COMPARED)]
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
