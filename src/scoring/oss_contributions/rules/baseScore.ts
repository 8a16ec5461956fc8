/** The base score of a pull request, from its files. */
import { FULL_BONUS_SCORE, MAX_BONUS, MAX_QUALITY } from "./figures.ts"
import { round2 } from "./round2.ts"

/** Sums over the files of a pull request. */
export interface FileTotals {
  /** How many files it changes. */
  readonly files: number
  /** Σ of tree differences, including test files. */
  readonly tokenScore: number
  /** Σ of tree differences of source files. */
  readonly sourceScore: number
  /** Σ of all files' scores, including those by line count. */
  readonly total: number
}

/** `scale`: the source score that earns 63% of the maximum. */
export const baseScore = (totals: FileTotals, scale: number): number => {
  const quality = MAX_QUALITY * (1 - Math.exp(-totals.sourceScore / scale))
  return round2(quality + round2(Math.min(1, totals.total / FULL_BONUS_SCORE) * MAX_BONUS))
}
