/** From one frame to the next by as few bytes as it takes: a terminal may be at the other end of a slow line. */
import { type Frame, type Line, lineWidth, type Span, type Style } from "./line.ts"
import { ascii } from "./text.ts"

const ESC = "\u001b"

/** What the terminal at hand can show. */
export interface Abilities {
  readonly colours: boolean
  readonly unicode: boolean
}

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36 } as const

const codesOf = ({ bold, dim, inverse, colour }: Style, colours: boolean): ReadonlyArray<number> => [
  ...(bold === true ? [1] : []),
  ...(dim === true ? [2] : []),
  ...(inverse === true ? [7] : []),
  ...(colour !== undefined && colours ? [COLOURS[colour]] : [])
]

const spanBytes = ({ text, style }: Span, { colours, unicode }: Abilities): string => {
  const shown = unicode ? text : ascii(text)
  const codes = codesOf(style, colours)
  return codes.length === 0 || shown === "" ? shown : `${ESC}[${codes.join(";")}m${shown}${ESC}[0m`
}

/** A line's bytes; what was behind it is erased, unless it ends at the edge, where erasing would take its last cell. */
const lineBytes = (line: Line, columns: number, abilities: Abilities): string =>
  line.map((part) => spanBytes(part, abilities)).join("") + (lineWidth(line) < columns ? `${ESC}[K` : "")

const isSame = (a: Line | undefined, b: Line): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b)

/** The bytes that make `after` of a screen that shows `before`; without `before` all of it. Terminals that know how show it at once. */
export const paint = (before: Frame | undefined, after: Frame, columns: number, abilities: Abilities): string => {
  const changed = after.flatMap((line, row) =>
    isSame(before?.[row], line) ? [] : [`${ESC}[${row + 1};1H${lineBytes(line, columns, abilities)}`]
  )
  if (before !== undefined && changed.length === 0) return ""
  return `${ESC}[?2026h${before === undefined ? `${ESC}[0m${ESC}[2J` : ""}${changed.join("")}${ESC}[?2026l`
}

/** The alternate screen, no cursor, no wrapping at the edge, and pasted text told from typed keys. */
export const ENTER = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[?2004h`
/** The same undone, in the order that leaves nothing on the screen that was there before. */
export const LEAVE = `${ESC}[?2026l${ESC}[0m${ESC}[?2004l${ESC}[?7h${ESC}[?25h${ESC}[?1049l`
