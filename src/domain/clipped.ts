/** The beginning of a text that has more characters than `most`, with an ellipsis. */
export const clipped = (text: string, most: number): string => {
  const letters = [...text]
  if (letters.length <= most) return text
  const kept = letters.slice(0, most - 1).join("")
  return `${kept.trimEnd()}…`
}
