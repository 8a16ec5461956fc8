/** Formats amounts, blocks, times and people for the screen. */
import { formatAlpha } from "../../../domain/Amount.ts"
import { clipMiddle } from "../../../layers/machine/terminal/screen/text.ts"
import { countedNoun } from "../../../story/figures.ts"
import { timeOfBlock } from "../../../story/time.ts"
import type { Board, RatedMiner } from "./board.ts"

const thousands = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",")

export const number = (value: number): string => thousands(String(value))

/** `12,345.5 α`, exact. */
export const alpha = (rao: bigint): string => {
  const [whole = "", fraction] = formatAlpha(rao).split(".")
  return `${thousands(whole)}${fraction === undefined ? "" : `.${fraction}`} α`
}

/** At most three decimals, truncated; `…` marks truncation. */
export const alphaShort = (rao: bigint): string => {
  const [whole = "", fraction = ""] = formatAlpha(rao).split(".")
  const point = fraction === "" ? "" : `.${fraction.slice(0, 3)}${fraction.length > 3 ? "…" : ""}`
  return `${thousands(whole)}${point} α`
}

/** Whole percents, rounded down, so that 100% means all. */
export const percent = (part: bigint, whole: bigint): string => (whole <= 0n ? "-" : `${(part * 100n) / whole}%`)

/** Basis points: `50.01%`. */
export const shareText = (bps: number): string => `${bps / 100}%`

/** `1516.0`, with a question mark if provisional. */
export const ratingWords = ({ milliPoints, provisional }: Pick<RatedMiner, "milliPoints" | "provisional">): string =>
  milliPoints === null ? "unrated" : `${(milliPoints / 1000).toFixed(1)}${provisional ? "?" : ""}`

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Precision by length: `2 d 3 h`, `3 h 12 min`, `12 min`, `40 s`. */
export const duration = (milliseconds: number): string => {
  const all = Math.max(0, milliseconds)
  if (all >= DAY) return `${Math.floor(all / DAY)} d ${Math.floor((all % DAY) / HOUR)} h`
  if (all >= HOUR) return `${Math.floor(all / HOUR)} h ${Math.floor((all % HOUR) / MINUTE)} min`
  if (all >= MINUTE) return `${Math.floor(all / MINUTE)} min`
  return `${Math.floor(all / 1000)} s`
}

/** The time by the chain's clock, and the local time zone's offset from UTC in minutes. */
interface Clocked {
  readonly now: number
  readonly zone: number
}

/** ISO 8601 in the viewer's time zone; without the date if it is today. */
export const clock = (at: number, { now, zone }: Clocked): string => {
  const local = (milliseconds: number) => new Date(milliseconds + zone * MINUTE).toISOString()
  const text = local(at)
  return text.slice(0, 10) === local(now).slice(0, 10) ? text.slice(11, 19) : `${text.slice(0, 10)} ${text.slice(11, 16)}`
}

/** The time of a block: known, or estimated; null: neither. */
export const timeOf = (block: number, { pace, times }: Pick<Board, "pace" | "times">): number | null =>
  times.get(block) ?? (pace === null ? null : timeOfBlock(block, pace))

/** What is left until a block: `12 min`, or `31 blocks` where the pace is unknown or the estimate has run out. */
export const until = (block: number, board: Board, { now }: Clocked): string => {
  const at = block <= board.block ? null : timeOf(block, board)
  return at === null || at - now < 1_000 ? countedNoun(Math.max(0, block - board.block), "block", "blocks") : duration(at - now)
}

/** `block 1,234,567, about 19:20:01`. */
export const blockAndTime = (block: number, board: Board, clocked: Clocked): string => {
  const at = timeOf(block, board)
  return `block ${number(block)}${at === null ? "" : `, ${board.times.has(block) ? "" : "about "}${clock(at, clocked)}`}`
}

/** `block 1,234,567, about 19:20:01 (in 12 min)`. */
export const moment = (block: number, board: Board, clocked: Clocked): string =>
  `${blockAndTime(block, board, clocked)}${block > board.block ? ` (in ${until(block, board, clocked)})` : ""}`

export const shortHotkey = (hotkey: string | null, width = 13): string => (hotkey === null ? "?" : clipMiddle(hotkey, width))
