/** Draws the difference between two frames, in few bytes for slow connections. */
import { type Frame, type Line, lineWidth, type Span, type Style } from "./line.ts"
import { ascii } from "./text.ts"

const ESC = "\u001b"

/** What the terminal can show. */
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

/** A line's bytes. Erases the rest of the row, unless the line fills it: erasing there would remove its last cell. */
const lineBytes = (line: Line, columns: number, abilities: Abilities): string =>
  line.map((part) => spanBytes(part, abilities)).join("") + (lineWidth(line) < columns ? `${ESC}[K` : "")

const isSame = (a: Line | undefined, b: Line): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b)

/** The bytes that turn `before` into `after`, or draw all of `after`. Terminals with synchronised output (mode 2026) show them at once. */
export const paint = (before: Frame | undefined, after: Frame, columns: number, abilities: Abilities): string => {
  const changed = after.flatMap((line, row) =>
    isSame(before?.[row], line) ? [] : [`${ESC}[${row + 1};1H${lineBytes(line, columns, abilities)}`]
  )
  if (before !== undefined && changed.length === 0) return ""
  return `${ESC}[?2026h${before === undefined ? `${ESC}[0m${ESC}[2J` : ""}${changed.join("")}${ESC}[?2026l`
}

/** Switches to the alternate screen, hides the cursor, and turns off wrapping and turns on bracketed paste. */
export const ENTER_SCREEN = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[?2004h`
/** Undoes `ENTER`, in an order that leaves the original screen untouched. */
export const LEAVE = `${ESC}[?2026l${ESC}[0m${ESC}[?2004l${ESC}[?7h${ESC}[?25h${ESC}[?1049l`
