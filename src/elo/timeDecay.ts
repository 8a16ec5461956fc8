import type { MilliPoints } from "./expectedScore.ts"
import { divideRoundHalfAway } from "./integer.ts"

/**
 * A rating after `blocks` without a game: its distance from `home` halves every `halfLife` blocks. 2^(-t) is a table with 30 steps per half-life
 * (one a day, where the half-life is 30 days), linear interpolation between them, and an exact halving for each whole half-life. It deviates from
 * the curve by at most 0.00007 of the distance. The result is rounded to a milli-point, half away from `home`.
 */
export const decayTowards = (rating: MilliPoints, home: MilliPoints, blocks: number, halfLife: number): MilliPoints => {
  if (blocks <= 0 || rating === home) return rating
  const halvings = Math.floor(blocks / halfLife)
  if (halvings > 20) return home
  return home + divideRoundHalfAway((rating - home) * factorAfter(blocks - halvings * halfLife, halfLife), SCALE * 2 ** halvings)
}

/** 2^(-blocks / halfLife) in units of 10^-8, for less than one half-life. */
const factorAfter = (blocks: number, halfLife: number): number => {
  const position = blocks * STEPS
  const step = Math.floor(position / halfLife)
  const low = DECAY_E8[step] ?? 0
  const high = DECAY_E8[step + 1] ?? low
  return low - divideRoundHalfAway((low - high) * (position - step * halfLife), halfLife)
}

const STEPS = 30
const SCALE = 100_000_000

/** round(1e8 × 2^(-i / 30)) for i = 0..30, computed once with 50 digits. */
export const DECAY_E8: ReadonlyArray<number> = [
  100_000_000, 97_715_997, 95_484_160, 93_303_299, 91_172_249, 89_089_872, 87_055_056, 85_066_716, 83_123_790, 81_225_240, 79_370_053,
  77_557_238, 75_785_828, 74_054_878, 72_363_462, 70_710_678, 69_095_644, 67_517_497, 65_975_396, 64_468_515, 62_996_052, 61_557_221,
  60_151_252, 58_777_395, 57_434_918, 56_123_102, 54_841_249, 53_588_673, 52_364_706, 51_168_695, 50_000_000
]
