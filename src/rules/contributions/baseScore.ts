/** The base score of a pull request, from its files. */

import { FULL_BONUS_SCORE, MAX_BONUS, MAX_QUALITY } from "./figures.ts"
import type { FileTotals } from "./files/totals.ts"
import { round2 } from "./round2.ts"

/** `scale`: the source score that earns 63% of the maximum. */
export const baseScore = (totals: FileTotals, scale: number): number => {
  const quality = MAX_QUALITY * (1 - Math.exp(-totals.sourceScore / scale))
  return round2(quality + round2(Math.min(1, totals.total / FULL_BONUS_SCORE) * MAX_BONUS))
}
