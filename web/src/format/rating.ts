/** Ratings as lichess shows them: with a question mark while they rest on too few games. */
export const ratingText = (points: number | null, provisional: boolean): string =>
  points === null ? "unrated" : `${Math.round(points)}${provisional ? "?" : ""}`

/** "+12", "−8", "±0": a change of a rating. */
export const changeText = (before: number, after: number): string => {
  const change = Math.round(after - before)
  return change > 0 ? `+${change}` : change < 0 ? `−${-change}` : "±0"
}

export const oddsText = (expected: number): string => `${(expected * 100).toFixed(0)}%`

/** The round values on an axis: as many as leave room for their labels. */
export const ticksOf = (low: number, high: number): ReadonlyArray<number> => {
  const step = [10, 20, 50, 100, 200, 500].find((size) => (high - low) / size <= 4) ?? 1_000
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, index) => (first + index) * step)
}
