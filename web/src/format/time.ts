/** Formats times. Rules count in blocks, people in hours, so both are shown. */
import * as Time from "../../../src/story/time.ts"
import { wholeNumber, written } from "./amount.ts"

export { type Pace, timeOfBlock } from "../../../src/story/time.ts"

/** "2 d 4 h", "3 min 20 s": the two largest units. */
export const duration = (seconds: number): string => written(Time.duration(seconds))

/** "7,200 blocks (≈ 1 d)", or "7,200 blocks" where the pace is unknown. */
export const blocksText = (...of: Parameters<typeof Time.blocksText>): string => written(Time.blocksText(...of))

/** "≈ 26 min 15 s", or "31 blocks" where the pace is unknown or the estimate has run out. */
export const leftUntil = (...of: Parameters<typeof Time.leftUntil>): string => written(Time.leftUntil(...of))

/** A day as the rules count it. */
export const DAY_IN_BLOCKS = 7_200

/** Seconds below which a time says less than its number of blocks. */
const BRIEF = 60

/** A time in seconds; on a chain whose blocks follow fast, as in the demo, a short one in blocks. */
export const durationInBlocks = (seconds: number, pace: Pick<Time.Pace, "milliseconds"> | null): string => {
  if (seconds >= BRIEF || pace === null) return duration(seconds)
  const blocks = Math.max(1, Math.round((seconds * 1_000) / pace.milliseconds))
  return `${wholeNumber(blocks)} ${blocks === 1 ? "block" : "blocks"}`
}

/** "2 d ago", in one unit. */
export const ago = (seconds: number): string => {
  if (seconds < 10) return "just now"
  return `${duration(seconds).split(" ").slice(0, 2).join(" ")} ago`
}

/** "in 2 h" or "3 h ago". A time that is only estimated has not come yet, or comes now. One that is known has come, though another clock told it. */
export const relativeTime = (secondsAhead: number, isEstimated: boolean): string => {
  if (isEstimated) return secondsAhead < 1 ? "≈ now" : `in ≈ ${duration(secondsAhead)}`
  return ago(Math.max(0, -secondsAhead))
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" })
const brief = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
const dayOnly = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })

/** A day in the reader's time zone, without its year. */
export const shortDay = (milliseconds: number): string => day.format(milliseconds)

/** The reader's time zone, as "Europe/Berlin" or "UTC". */
export const timeZone = (): string => local.resolvedOptions().timeZone

/** In the reader's time zone. */
export const localTime = (milliseconds: number): string => local.format(milliseconds)
export const briefTime = (milliseconds: number): string => brief.format(milliseconds)
/** A day in UTC, as the index counts. */
export const utcDay = (day: string): string => dayOnly.format(new Date(`${day}T00:00:00Z`))
