/** Text as a terminal's cells hold it: safe to show, and as wide as it is. */

/** Control characters move the cursor and worse, and marks of direction turn text around: what others wrote is shown without them. */
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

export const safe = (text: string): string => text.replace(UNSAFE, " ")

/** In cells. */
export const widthOf = (text: string): number => Bun.stringWidth(text)

const segments = new Intl.Segmenter("en", { granularity: "grapheme" })

/** Cut to a width, and an ellipsis where something is missing. */
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

/** The same from both ends: an address is known by its beginning and its end. */
export const clipMiddle = (text: string, width: number): string => {
  if (text.length <= width) return text
  const before = Math.ceil((width - 1) / 2)
  return width <= 1 ? clip(text, width) : `${text.slice(0, before)}…${text.slice(text.length - (width - 1 - before))}`
}

export const left = (text: string, width: number): string => {
  const shown = clip(text, width)
  return shown + " ".repeat(Math.max(0, width - widthOf(shown)))
}

export const right = (text: string, width: number): string => {
  const shown = clip(text, width)
  return " ".repeat(Math.max(0, width - widthOf(shown))) + shown
}

/** Words in lines of a width; a longer word is cut. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (widthOf(longer) <= width) line = longer
    else {
      if (line !== "") lines.push(line)
      line = clip(word, width)
    }
  }
  return [...lines, line]
}

/** One cell for one cell, for a terminal that is not known to show more. */
const PLAIN: Readonly<Record<string, string>> = {
  "█": "#",
  "░": ".",
  "─": "-",
  "│": "|",
  "▸": ">",
  "…": "~",
  α: "a",
  "·": "-",
  "↑": "^",
  "↓": "v",
  "≈": "~",
  "✓": "*"
}

/** Without anything that is not ASCII. */
export const ascii = (text: string): string => text.replace(/[^ -~]/gu, (character) => PLAIN[character] ?? "?".repeat(widthOf(character)))
