/** Divides a whole in proportion to values, without a remainder. Pure, in exact integers. */
import type { AggregatedValue } from "./aggregate.ts"

/**
 * Divides `whole` in proportion to `values` by largest remainder: each gets the floor of its part, and the rest goes one by one to those with the largest
 * fractions, of equal ones to the first. Null if the values add up to 0. Values are integers that are not negative; each times `whole` must be below 2^53.
 */
export const divided = (values: ReadonlyArray<number>, whole: number): ReadonlyArray<number> | null => {
  const sum = values.reduce((total, value) => total + value, 0)
  if (sum === 0) return null
  const remainders = values.map((value) => (value * whole) % sum)
  const parts = values.map((value, index) => (value * whole - (remainders[index] ?? 0)) / sum)
  const left = whole - parts.reduce((total, part) => total + part, 0)
  const losers = remainders
    .map((_, index) => index)
    .sort((one, other) => (remainders[other] ?? 0) - (remainders[one] ?? 0) || one - other)
    .slice(0, left)
  for (const index of losers) parts[index] = (parts[index] ?? 0) + 1
  return parts
}

/** A UID's part of the whole in parts per million. */
export interface Weight {
  readonly uid: number
  readonly ppm: number
}

const WHOLE_PPM = 1_000_000

/**
 * The aggregate as weights that add up to exactly a million, of equal remainders the lower UID first. Null if there is no quorum or every value is 0.
 * Then the weights on the chain are held.
 */
export const normalise = (aggregated: ReadonlyArray<AggregatedValue> | null): ReadonlyArray<Weight> | null => {
  if (aggregated === null) return null
  const ascending = aggregated.toSorted((left, right) => left.uid - right.uid)
  const parts = divided(
    ascending.map(({ value }) => value),
    WHOLE_PPM
  )
  return parts === null ? null : ascending.map(({ uid }, index) => ({ uid, ppm: parts[index] ?? 0 }))
}
