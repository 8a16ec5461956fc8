/** Amounts are whole rao (10⁻⁹ alpha) and stay exact from the chain to the screen. */
import { percent } from "../../../src/story/figures.ts"

export { exactAlpha, percent, shareOf, shortAlpha, wholeNumber } from "../../../src/story/figures.ts"

/** 10,000 basis points as "100%", 5,001 as "50.01%". */
export const basisPoints = (points: number): string => percent(points / 10_000, 2).replace(/\.?0+%$/, "%")

export const sumOf = (amounts: ReadonlyArray<string>): string => amounts.reduce((sum, rao) => sum + BigInt(rao), 0n).toString()

/** The largest of some amounts in rao; 0 if there are none. Math.max does not take bigints. */
export const largestOf = (amounts: ReadonlyArray<bigint>): bigint => {
  const [first] = amounts.toSorted((left, right) => (left < right ? 1 : -1))
  return first ?? 0n
}
