/** Figures as people read them. */

/** A part of a whole, cut to a hundredth of a percent: `66.66%`. */
export const percent = (part: bigint, whole: bigint): string => {
  const hundredths = whole === 0n ? 0n : (part * 10_000n) / whole
  const fraction = (hundredths % 100n).toString().padStart(2, "0")
  return `${hundredths / 100n}${fraction === "00" ? "" : `.${fraction}`}%`
}

/** Milli-points as points: `1516.0`. */
export const points = (milliPoints: number): string => (milliPoints / 1000).toFixed(1)

/** A change in milli-points as points, with its sign: `+16.0`. */
export const change = (milliPoints: number): string => `${milliPoints < 0 ? "" : "+"}${points(milliPoints)}`
