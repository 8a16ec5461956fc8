/**
 * One epoch's scores from all validators' reports: the stake-weighted lower median of each UID. Pure, in exact integers.
 *
 * While less than a third of all stake lies or withholds its reports, each median is within the range of honest measurements: the voters on a UID
 * hold at least two thirds of all stake, so liars hold less than half of that.
 */

import { lowerMedianBy, NOT_MEASURED, STAKE_LIMIT } from "./lowerMedian.ts"

/** A value is in parts per million of the whole, an integer of 0 to 1,000,000. */
export const HIGHEST_VALUE = 1_000_000

/** The whole of which the chain's consensus of a UID is a part. */
const U16_MAX = 65_535

const HIGHEST_UID = 65_535

/** One validator's score of one UID. */
export interface ReportedScore {
  readonly uid: number
  /** The hotkey that held the UID when it was measured. */
  readonly hotkey: string
  readonly value: number | null
}

/** A validator that held a permit and was active at the epoch's first block, E. */
export interface Voter {
  readonly hotkey: string
  /** At E, in rao, not negative. */
  readonly stake: bigint
  /** In any order, each UID at most once; null if there is no valid report of this validator. */
  readonly scores: ReadonlyArray<ReportedScore> | null
}

/** A neuron at E. */
export interface ScoredNeuron {
  readonly uid: number
  readonly hotkey: string
  /** The chain's own consensus at E, in parts of 65,535. */
  readonly consensus: number
}

/** `median`: of the reports. `chain`: too little stake measured the UID, so its consensus on the chain stands. */
export type AggregateSource = "median" | "chain"

export interface AggregatedValue {
  readonly uid: number
  /** Parts per million. Medians of several UIDs need not add up to a million. */
  readonly value: number
  readonly source: AggregateSource
}

export interface Aggregate {
  /** The stake of all validators, in rao. */
  readonly totalStake: bigint
  /** The stake of those with a report, in rao. */
  readonly reportingStake: bigint
  /** Whether validators with at least two thirds of all stake reported. False if there is no stake. */
  readonly quorum: boolean
  /** One for each neuron, sorted by UID; null without a quorum. */
  readonly values: ReadonlyArray<AggregatedValue> | null
}

interface Reporter extends Voter {
  readonly scores: ReadonlyArray<ReportedScore>
}

/**
 * Each reporter's value of each neuron, column by column. A UID that a report leaves out has the value 0. An entry for another hotkey than the
 * neuron's counts as not measured, and one for a UID without a neuron is ignored.
 */
const tableOf = (reporters: ReadonlyArray<Reporter>, neurons: ReadonlyArray<ScoredNeuron>): Int32Array => {
  const columns = new Int32Array(HIGHEST_UID + 1).fill(-1)
  for (const [column, { uid }] of neurons.entries()) columns[uid] = column
  const table = new Int32Array(neurons.length * reporters.length)
  /** The last row that named a UID, plus one. */
  const namedBy = new Int32Array(HIGHEST_UID + 1)
  for (const [row, { hotkey: reporter, scores }] of reporters.entries()) {
    for (const { uid, hotkey, value } of scores) {
      if (!(Number.isInteger(uid) && uid >= 0 && uid <= HIGHEST_UID)) throw new RangeError(`the report of ${reporter} names UID ${uid}`)
      if (namedBy[uid] === row + 1) throw new RangeError(`the report of ${reporter} names UID ${uid} twice`)
      namedBy[uid] = row + 1
      if (value !== null && !(Number.isInteger(value) && value >= 0 && value <= HIGHEST_VALUE))
        throw new RangeError(`the report of ${reporter} gives UID ${uid} the value ${value}`)
      const column = columns[uid] ?? -1
      if (column < 0) continue
      table[column * reporters.length + row] = value === null || hotkey !== neurons[column]?.hotkey ? NOT_MEASURED : value
    }
  }
  return table
}

const totalOf = (voters: ReadonlyArray<Voter>): bigint => {
  const seen = new Set<string>()
  let total = 0n
  for (const { hotkey, stake } of voters) {
    if (seen.has(hotkey)) throw new RangeError(`the validator ${hotkey} is there twice`)
    if (stake < 0n) throw new RangeError(`the stake of ${hotkey} is negative`)
    seen.add(hotkey)
    total += stake
  }
  if (total >= STAKE_LIMIT) throw new RangeError(`a total stake of ${total} is more than any chain has`)
  return total
}

/**
 * The aggregate of one epoch; it does not depend on the order of validators, scores and neurons.
 *
 * A UID's voters are the reporters that measured it. If they hold two thirds of all stake, the value is their lower median: the least value at which
 * the stake behind it and behind all lower values reaches half of their stake. Otherwise it is the chain's consensus, floor(consensus × 1,000,000 /
 * 65,535).
 *
 * It is a defect of the caller (RangeError) if a validator, a neuron's UID or a UID in a report occurs twice, a stake is negative, all stake is 2^80
 * rao or more, or a value is not an integer of 0 to 1,000,000. Callers validate input from outside first.
 */
export const aggregate = (voters: ReadonlyArray<Voter>, neurons: ReadonlyArray<ScoredNeuron>): Aggregate => {
  const totalStake = totalOf(voters)
  const ascending = neurons.toSorted((left, right) => left.uid - right.uid)
  for (const [index, { uid }] of ascending.entries())
    if (uid === ascending[index - 1]?.uid) throw new RangeError(`the UID ${uid} has two neurons`)
  const reporters = voters.filter((voter): voter is Reporter => voter.scores !== null)
  const reportingStake = reporters.reduce((sum, { stake }) => sum + stake, 0n)
  const table = tableOf(reporters, ascending)
  if (totalStake === 0n || 3n * reportingStake < 2n * totalStake) return { totalStake, reportingStake, quorum: false, values: null }

  const count = reporters.length
  const medianOf = lowerMedianBy(
    reporters.map(({ stake }) => stake),
    totalStake
  )
  const values = ascending.map(({ uid, consensus }, column): AggregatedValue => {
    const median = medianOf(table.subarray(column * count, (column + 1) * count))
    return median === undefined
      ? { uid, value: Math.floor((consensus * HIGHEST_VALUE) / U16_MAX), source: "chain" }
      : { uid, value: median, source: "median" }
  })
  return { totalStake, reportingStake, quorum: true, values }
}
