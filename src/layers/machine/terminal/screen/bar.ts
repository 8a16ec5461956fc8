/** Progress bars. */
import { Number as Numbers } from "effect"
import { type Colour, type Span, span } from "./line.ts"

const clamp = (value: number, minimum: number, maximum: number): number => Numbers.clamp(value, { minimum, maximum })

/** The filled cells. Rounding never fills the bar completely, or empties it, unless the part is the whole or nothing. */
export const cellsOf = (part: bigint, whole: bigint, width: number): number => {
  if (whole <= 0n || part <= 0n || width <= 0) return 0
  if (part >= whole) return width
  return clamp(Number((part * BigInt(width)) / whole), width > 1 ? 1 : 0, Math.max(0, width - 1))
}

/** `██████░░░░`, optionally with a mark `│` at `line`. */
export const bar = (part: bigint, whole: bigint, width: number, colour: Colour, line?: bigint): ReadonlyArray<Span> => {
  const filled = cellsOf(part, whole, width)
  const at = line === undefined ? -1 : clamp(Number((line * BigInt(width)) / (whole > 0n ? whole : 1n)), 0, width - 1)
  const cells = (from: number, to: number): ReadonlyArray<Span> => [
    span("█".repeat(clamp(filled - from, 0, Math.max(0, to - from))), { colour }),
    span("░".repeat(clamp(to - Math.max(from, filled), 0, Math.max(0, to - from))), { dim: true })
  ]
  const all = at < 0 ? cells(0, width) : [...cells(0, at), span("│", { bold: true }), ...cells(at + 1, width)]
  return all.filter(({ text }) => text !== "")
}
