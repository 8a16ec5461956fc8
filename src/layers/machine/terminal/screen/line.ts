/** Lines of styled text, and frames that fill the screen with them. */
import { clip, safe, widthOf } from "./text.ts"

export type Colour = "red" | "green" | "yellow" | "cyan"

export interface Style {
  readonly bold?: boolean
  readonly dim?: boolean
  readonly inverse?: boolean
  readonly colour?: Colour
}

export interface Span {
  readonly text: string
  readonly style: Style
}
export type Line = ReadonlyArray<Span>

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Exactly one line for each row of the screen, none wider than its columns. */
export type Frame = ReadonlyArray<Line>

export const span = (text: string, style: Style = {}): Span => ({ text: safe(text), style })
export const bold = (text: string): Span => span(text, { bold: true })
export const dim = (text: string): Span => span(text, { dim: true })
export const coloured = (colour: Colour, text: string): Span => span(text, { colour })

export const lineOf = (...parts: ReadonlyArray<string | Span>): Line => parts.map((part) => (typeof part === "string" ? span(part) : part))

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0)

export const clipLine = (line: Line, width: number): Line => {
  const kept: Array<Span> = []
  let rest = width
  for (const [index, part] of line.entries()) {
    const wide = widthOf(part.text)
    const isLast = index === line.length - 1
    if (wide < rest || (wide === rest && isLast)) {
      kept.push(part)
      rest -= wide
    } else {
      // If everything that follows is empty, nothing is cut.
      const isAllThere = wide === rest && line.slice(index + 1).every(({ text }) => text === "")
      kept.push({ ...part, text: isAllThere ? part.text : clip(`${part.text} `, rest) })
      break
    }
  }
  return kept
}

/** Aligns `start` left and `end` right; drops `end` if there is no room for both. */
export const ends = (start: Line, end: Line, width: number): Line => {
  const room = width - lineWidth(start) - lineWidth(end)
  return room >= 1 ? [...start, span(" ".repeat(room)), ...end] : clipLine(start, width)
}

/** Applies a style to a line across the whole width. */
export const across = (line: Line, width: number, style: Style): Line =>
  [...line, span(" ".repeat(Math.max(0, width - lineWidth(line))))].map(({ text, style: own }) => ({ text, style: { ...own, ...style } }))

/** Fits lines to the screen: drops surplus lines and adds empty ones. */
export const frameOf = (lines: ReadonlyArray<Line>, { columns, rows }: Size): Frame =>
  Array.from({ length: rows }, (_, row) => clipLine(lines[row] ?? [], columns))
