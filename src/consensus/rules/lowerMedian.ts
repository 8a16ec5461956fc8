/**
 * The lower median of values weighted by stake, fast enough for a million values. Values are counted into buckets and not sorted, so that the time
 * does not depend on the reports; stakes are exact pairs of floating-point numbers, not bigints.
 */

const LOW_BITS = 32
const LOW_UNIT = 2 ** LOW_BITS

/** While all stake is below this, every sum and comparison here is exact: 65,536 stakes of 64 bits each stay below it. */
export const STAKE_LIMIT = 2n ** 80n

/** Marks a value that was not measured. */
export const NOT_MEASURED = -1

const BUCKET_BITS = 10
/** Two levels of buckets distinguish 2^20 values; every report's values are below that. */
const BUCKETS = 1 << BUCKET_BITS

/** high × 2^32 + low. Sums need no carry: of 65,536 stakes, each part stays below 2^50. */
interface Sum {
  high: number
  low: number
}

const highOf = (stake: bigint): number => Number(stake >> BigInt(LOW_BITS))
const lowOf = (stake: bigint): number => Number(BigInt.asUintN(LOW_BITS, stake))

/**
 * Whether high × 2^32 + low is not negative, for integers of at most 53 bits. Exact: the product only moves the exponent, and the rounded sum of two numbers
 * has the sign of their sum.
 */
const isNotNegative = (high: number, low: number): boolean => high * LOW_UNIT + low >= 0

/**
 * A function from values, one for each of `stakes`, to the least value at which its stake and that of all lower values is at least half of the stake
 * that measured. Undefined if that is less than two thirds of `total`. Values are integers from 0 and below 2^20, or NOT_MEASURED; stakes are not
 * negative, and `total` is above 0 and below `STAKE_LIMIT`.
 */
export const lowerMedianBy = (stakes: ReadonlyArray<bigint>, total: bigint): ((values: Int32Array) => number | undefined) => {
  const high = Float64Array.from(stakes, highOf)
  const low = Float64Array.from(stakes, lowOf)
  const whole: Sum = { high: highOf(total), low: lowOf(total) }
  const bucketHigh = new Float64Array(BUCKETS)
  const bucketLow = new Float64Array(BUCKETS)

  /** Adds buckets to `below` until it is at least half of `measuring`, and returns that bucket. `below` ends without it. */
  const firstHalf = (below: Sum, measuring: Sum): number => {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const reached = { high: below.high + (bucketHigh[bucket] ?? 0), low: below.low + (bucketLow[bucket] ?? 0) }
      if (isNotNegative(2 * reached.high - measuring.high, 2 * reached.low - measuring.low)) return bucket
      below.high = reached.high
      below.low = reached.low
    }
    return BUCKETS - 1
  }

  return (values) => {
    bucketHigh.fill(0)
    bucketLow.fill(0)
    const measuring: Sum = { high: 0, low: 0 }
    for (let voter = 0; voter < values.length; voter++) {
      const value = values[voter] ?? NOT_MEASURED
      if (value === NOT_MEASURED) continue
      const bucket = value >> BUCKET_BITS
      bucketHigh[bucket] = (bucketHigh[bucket] ?? 0) + (high[voter] ?? 0)
      bucketLow[bucket] = (bucketLow[bucket] ?? 0) + (low[voter] ?? 0)
      measuring.high += high[voter] ?? 0
      measuring.low += low[voter] ?? 0
    }
    if (!isNotNegative(3 * measuring.high - 2 * whole.high, 3 * measuring.low - 2 * whole.low)) return undefined
    const below: Sum = { high: 0, low: 0 }
    const coarse = firstHalf(below, measuring)
    bucketHigh.fill(0)
    bucketLow.fill(0)
    for (let voter = 0; voter < values.length; voter++) {
      const value = values[voter] ?? NOT_MEASURED
      if (value >> BUCKET_BITS !== coarse) continue
      const bucket = value & (BUCKETS - 1)
      bucketHigh[bucket] = (bucketHigh[bucket] ?? 0) + (high[voter] ?? 0)
      bucketLow[bucket] = (bucketLow[bucket] ?? 0) + (low[voter] ?? 0)
    }
    return coarse * BUCKETS + firstHalf(below, measuring)
  }
}
