/** The text, cut to `most` characters with an ellipsis if it has more. */
export const clipped = (text: string, most: number): string => {
  const letters = [...text]
  if (letters.length <= most) return text
  const kept = letters.slice(0, most - 1).join("")
  return `${kept.trimEnd()}…`
}
