/** Formats amounts, blocks, times and people for the screen. */
import { formatAlpha } from "../../../domain/Amount.ts"
import { clipMiddle } from "../../../layers/machine/terminal/screen/text.ts"
import { timeOfBlock } from "../../../story/time.ts"
import type { Board, Rated } from "./board.ts"
import type { Model } from "./model.ts"

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
export const share = (bps: number): string => `${bps / 100}%`

/** `1516.0`, with a question mark if provisional. */
export const rating = ({ milliPoints, provisional }: Pick<Rated, "milliPoints" | "provisional">): string =>
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

type Clocked = Pick<Model, "now" | "zone">

/** ISO 8601 in the viewer's time zone; without the date if it is today. */
export const clock = (at: number, { now, zone }: Clocked): string => {
  const local = (milliseconds: number) => new Date(milliseconds + zone * MINUTE).toISOString()
  const text = local(at)
  return text.slice(0, 10) === local(now).slice(0, 10) ? text.slice(11, 19) : `${text.slice(0, 10)} ${text.slice(11, 16)}`
}

/** The time of a past block, or the estimated time of a future one. */
export const timeOf = (block: number, { block: head, at, pace }: Pick<Board, "block" | "at" | "pace">): number =>
  Math.round(timeOfBlock(block, { block: head, time: at }, pace))

/** Milliseconds from now until a block; 0 if the block exists. */
export const until = (block: number, board: Board, { now }: Clocked): number =>
  block <= board.block ? 0 : Math.max(0, timeOf(block, board) - now)

/** `block 1,234,567, about 19:20:01 (in 12 min)`. */
export const moment = (block: number, board: Board, clocked: Clocked): string => {
  const isToCome = block > board.block
  const when = `block ${number(block)}, about ${clock(timeOf(block, board), clocked)}`
  return isToCome ? `${when} (in ${duration(until(block, board, clocked))})` : when
}

export const short = (hotkey: string | null, width = 13): string => (hotkey === null ? "?" : clipMiddle(hotkey, width))
