/** Text for a terminal of 80 columns. */

const WIDTH = 80

const indentedLines = (lines: ReadonlyArray<string>, columns: number): ReadonlyArray<string> =>
  lines.map((line) => " ".repeat(columns) + line)

/**
 * Breaks a text into lines of at most 80 columns. The first line is indented by `indent` and the others by `hanging`; a word that is longer than
 * a line stands alone. (`Doc.hang` of @effect/printer does the same, but takes 60 ms a paragraph.)
 */
export const paragraph = (text: string, indent = 0, hanging = indent): ReadonlyArray<string> => {
  const [first = ""] = Bun.wrapAnsi(text, WIDTH - indent).split("\n", 1)
  const rest = text.slice(first.length).trim()
  const lines = rest === "" ? [] : Bun.wrapAnsi(rest, WIDTH - hanging).split("\n")
  return [...indentedLines([first], indent), ...indentedLines(lines, hanging)]
}
