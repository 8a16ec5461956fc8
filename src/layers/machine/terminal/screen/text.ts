/** Measures and cuts text in terminal cells, and makes it safe to show. */

/** Control characters can move the cursor, and direction marks reverse text: strangers' text must have neither. */
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

export const safe = (text: string): string => text.replace(UNSAFE, " ")

/** The width in cells. */
export const widthOf = (text: string): number => Bun.stringWidth(text)

const segments = new Intl.Segmenter("en", { granularity: "grapheme" })

/** Cuts a text to a width and marks the cut with an ellipsis. (`Bun.sliceAnsi` exceeds the width when it cuts at a wide character: oven-sh/bun#42551.) */
export const clip = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ""
  let [kept, used] = ["", 0]
  for (const { segment } of segments.segment(text)) {
    used += widthOf(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Cuts out the middle, because people recognise an address by its beginning and its end. */
export const clipMiddle = (text: string, width: number): string => {
  if (text.length <= width) return text
  const before = Math.ceil((width - 1) / 2)
  return width <= 1 ? clip(text, width) : `${text.slice(0, before)}…${text.slice(text.length - (width - 1 - before))}`
}

export const alignLeft = (text: string, width: number): string => {
  const shown = clip(text, width)
  return shown + " ".repeat(Math.max(0, width - widthOf(shown)))
}

export const right = (text: string, width: number): string => {
  const shown = clip(text, width)
  return " ".repeat(Math.max(0, width - widthOf(shown))) + shown
}

/** Breaks a text into lines of a width; a word that is longer than a line is cut. */
export const wrap = (text: string, width: number): ReadonlyArray<string> =>
  Bun.wrapAnsi(text, Math.max(1, width))
    .split("\n")
    .map((line) => clip(line, width))

/** ASCII stand-ins, one cell for one cell, for terminals that may not show Unicode. */
const PLAIN: Readonly<Record<string, string>> = {
  "█": "#",
  "░": ".",
  "─": "-",
  "│": "|",
  "▸": ">",
  "…": "~",
  α: "a",
  "·": "-",
  "•": "*",
  "↑": "^",
  "↓": "v",
  "≈": "~",
  "−": "-",
  "✓": "*",
  "●": "o",
  "○": ".",
  "━": "=",
  "★": "*",
  "’": "'",
  "“": '"',
  "”": '"'
}

/** Replaces everything that is not ASCII. */
export const ascii = (text: string): string => text.replace(/[^ -~]/gu, (character) => PLAIN[character] ?? "?".repeat(widthOf(character)))
