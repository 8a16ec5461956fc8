/** When something last changed, as validators agree on it. Pure. */

/** The latest of these moments; null if one is not known, or after `now`: another validator may have asked before it. */
export const lastChange = (moments: ReadonlyArray<number | null | undefined>, now: number): number | null => {
  let last: number | null = null
  for (const moment of moments) {
    if (moment === null || moment === undefined || moment > now) return null
    last = Math.max(last ?? moment, moment)
  }
  return last
}
