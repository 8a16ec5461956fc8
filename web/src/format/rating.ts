/** Ratings as lichess shows them: with a question mark while they rest on too few games. */
export const ratingText = (points: number | null, provisional: boolean): string =>
  points === null ? "unrated" : `${Math.round(points)}${provisional ? "?" : ""}`

/** "+12", "−8", "±0": a change of a rating. */
export const changeText = (before: number, after: number): string => {
  const change = Math.round(after - before)
  return change > 0 ? `+${change}` : change < 0 ? `−${-change}` : "±0"
}

export const oddsText = (expected: number): string => `${(expected * 100).toFixed(0)}%`
