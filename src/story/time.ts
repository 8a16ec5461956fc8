/** Formats durations and the time until a block. Rules count in blocks, people in hours. */

const UNITS: ReadonlyArray<readonly [seconds: number, letter: string]> = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"]
]

/** "2 d 4 h", "3 min 20 s": the two largest units. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  const start = UNITS.findIndex(([size]) => whole >= size)
  if (start < 0) return "0 s"
  let rest = whole
  const parts: Array<string> = []
  for (const [size, letter] of UNITS.slice(start, start + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${letter}`)
  }
  return parts.join(" ")
}

/** A countdown's last shown state. */
export interface Shown {
  readonly block: number
  readonly seconds: number
}

/** The seconds to show of a countdown to a block. They never increase, even if the estimate does. */
export const falling = (before: Shown | undefined, { block, seconds }: Shown): number =>
  before?.block === block ? Math.min(before.seconds, seconds) : seconds

/** The time of a block, estimated from another block whose time is known and from the block time in milliseconds. */
export const timeOfBlock = (block: number, known: { readonly block: number; readonly time: number }, pace: number): number =>
  known.time + (block - known.block) * pace
