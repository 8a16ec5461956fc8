/**
 * What a pull request is worth by its files.
 */
import { FULL_BONUS_SCORE, MAX_BONUS, MAX_QUALITY } from "./figures.ts"
import { round2 } from "./round2.ts"

/** What the files of a pull request came to, all in all. */
export interface FileTotals {
  /** How many files it changes. */
  readonly files: number
  /** Σ of the tree differences, test files' too. */
  readonly tokenScore: number
  /** Σ of the tree differences of source files. */
  readonly sourceScore: number
  /** Σ of all files' scores, those by line counts too. */
  readonly total: number
}

/** `scale`: the source score that brings 63% of the most. */
export const baseScore = (totals: FileTotals, scale: number): number => {
  const quality = MAX_QUALITY * (1 - Math.exp(-totals.sourceScore / scale))
  return round2(quality + round2(Math.min(1, totals.total / FULL_BONUS_SCORE) * MAX_BONUS))
}
