/** Periods in blocks, the chain's only clock, and their conversion to days, hours and minutes. */
import { Either } from "effect"
import { InvalidInput } from "./failures.ts"

/** Seconds between two blocks on Bittensor. */
export const BLOCK_SECONDS = 12

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1]
] as const

const invalidPeriod = (input: string, reason: string) => new InvalidInput({ message: `"${input}" is not a period: ${reason}` })

/** `"14400"`, `"2d"` or `"1d12h"` → blocks. A time must be a whole number of blocks, so that the value sent is the value written. */
export const parsePeriod = (input: string): Either.Either<number, InvalidInput> => {
  const text = input.trim()
  if (/^\d{1,10}$/.test(text)) return Either.right(Number(text))
  const parts = /^(?:\d{1,7}[dhms])+$/.test(text) ? [...text.matchAll(/(\d{1,7})([dhms])/g)] : []
  if (parts.length === 0) return Either.left(invalidPeriod(input, "write a number of blocks like 7200, or a time like 2d, 12h or 1d12h"))
  const seconds = parts.reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (SECONDS[unit] ?? 1), 0)
  return seconds % BLOCK_SECONDS === 0
    ? Either.right(seconds / BLOCK_SECONDS)
    : Either.left(invalidPeriod(input, `a block takes ${BLOCK_SECONDS} s, and this is ${seconds / BLOCK_SECONDS} blocks`))
}

/** The approximate duration in its two largest units: 7200 → `1 day`, 10800 → `1 day 12 hours`. */
export const formatPeriod = (blocks: number): string => {
  const words: Array<string> = []
  let rest = blocks * BLOCK_SECONDS
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0) words.push(`${count} ${unit}${count === 1 ? "" : "s"}`)
  }
  return words.length === 0 ? "no time" : words.slice(0, 2).join(" ")
}

/** 14400 → `14,400 blocks`. */
export const formatBlocks = (blocks: number): string => `${blocks.toLocaleString("en")} block${blocks === 1 ? "" : "s"}`
