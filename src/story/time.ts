/** Formats durations and the time until a block. Rules count in blocks, people in hours. */

import { countedNoun } from "./figures.ts"

const TIME_UNITS: ReadonlyArray<readonly [seconds: number, letter: string]> = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"]
]

/** "2 d 4 h", "3 min 20 s": the two largest units. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  const start = TIME_UNITS.findIndex(([size]) => whole >= size)
  if (start < 0) return "0 s"
  let rest = whole
  const parts: Array<string> = []
  for (const [size, letter] of TIME_UNITS.slice(start, start + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${letter}`)
  }
  return parts.join(" ")
}

/**
 * The estimate of when blocks come: the same for the page, the API, the terminal, calendars and comments. It follows from the chain's times alone, and is
 * re-based at every fiftieth block.
 */
export interface Pace {
  /** The block from which it counts, and its time in milliseconds since 1970. */
  readonly block: number
  readonly time: number
  /** From one block to the next, in milliseconds. */
  readonly milliseconds: number
  /** Number of blocks over which it was measured. */
  readonly blocks: number
}

const REBASED_EVERY = 50
/** Measured over a day of blocks at most, in this many stretches. */
const [OVER, STRETCHES] = [7_200, 24]

/** The blocks, newest first, whose times give the estimate at a head. `first`: the oldest block that is known. Empty: too few blocks. */
export const paceBlocks = (head: number, first: number): ReadonlyArray<number> => {
  const from = head - (head % REBASED_EVERY)
  const length = Math.floor(Math.min(OVER, from - first) / STRETCHES)
  return length < 1 ? [] : Array.from({ length: STRETCHES + 1 }, (_, place) => from - place * length)
}

/** A stretch counts at most as twice the median one, so that an outage of the chain hardly does. Null: unknown. `seen`: `paceBlocks`, with their times. */
export const paceOf = (seen: ReadonlyArray<{ readonly block: number; readonly time: number }>): Pace | null => {
  const [newest, oldest] = [seen[0], seen.at(-1)]
  if (newest === undefined || oldest === undefined || seen.length <= STRETCHES) return null
  const stretches = seen.slice(1).map(({ time }, place) => (seen[place]?.time ?? time) - time)
  const most = 2 * (stretches.toSorted((a, b) => a - b)[STRETCHES / 2] ?? 0)
  const blocks = newest.block - oldest.block
  const milliseconds = Math.round((1_000 * stretches.reduce((sum, one) => sum + Math.min(one, most), 0)) / blocks) / 1_000
  return milliseconds > 0 ? { ...newest, milliseconds, blocks } : null
}

/** The estimated time of a block, in milliseconds since 1970. */
export const timeOfBlock = (block: number, { block: from, milliseconds, time }: Pace): number =>
  Math.round(time + (block - from) * milliseconds)

/** A number of blocks: "7,200 blocks (≈ 1 d)", or "7,200 blocks" where the pace is unknown. */
export const blocksText = (blocks: number, pace: Pick<Pace, "milliseconds"> | null): string =>
  `${countedNoun(blocks, "block", "blocks")}${pace === null ? "" : ` (≈ ${duration((blocks * pace.milliseconds) / 1_000)})`}`

/** "≈ 26 min 15 s", or "31 blocks" where the pace is unknown or the estimate has run out. `now`: the chain's time. Zero blocks are left once it is reached. */
export const leftUntil = (block: number, head: number, pace: Pace | null, now: number): string => {
  const seconds = pace === null ? 0 : (timeOfBlock(block, pace) - now) / 1_000
  if (seconds >= 1) return `≈ ${duration(seconds)}`
  return countedNoun(Math.max(0, block - head), "block", "blocks")
}
