/**
 * The true skills of miners, and the outcome when two of them work on an issue. A skill is a number on the rating scale: if the issue is solved,
 * the better miner is first as often as Elo's curve says, so a rating is an estimate of the skill. Whether it is solved is a game of each miner
 * against the issue. Everything is in integers, so that a seed gives the same result on every machine.
 */
import { expectedScorePpm, type MilliPoints } from "../../../src/elo/expectedScore.ts"
import type { Random } from "../random.ts"

export interface SkillModel {
  readonly mean: MilliPoints
  readonly deviation: MilliPoints
  /** The difficulty of issues on the same scale: a miner with that skill solves every other one in time when alone. */
  readonly difficulty: MilliPoints
}

/** Skills with a deviation of 200 points around 1500, and issues that an average miner solves alone in 3 of 4 cases. */
export const defaultSkillModel: SkillModel = { mean: 1_500_000, deviation: 200_000, difficulty: 1_300_000 }

/** Approximately normally distributed: the sum of twelve uniform draws. */
export const drawSkill = (random: Random, { deviation, mean }: SkillModel): MilliPoints => {
  let sum = -6_000
  for (let draw = 0; draw < 12; draw++) sum += random.below(1_001)
  return mean + Math.round((sum * deviation) / 1_000)
}

/** The outcome of a competition by the miners' work alone. */
export interface Solution {
  /** 0: the first competitor, 1: the second. */
  readonly solver: 0 | 1
  /** The time of the solution, in parts per million from the start of submissions to the deadline. */
  readonly atPpm: number
}

/** The skill of a miner that works on an issue; null if it does not. */
export type Attempt = MilliPoints | null

/** The miner that solves an issue first, and when; null if neither does in time. */
export const solve = (random: Random, a: Attempt, b: Attempt, difficulty: MilliPoints): Solution | null => {
  const misses = [a, b].map((skill) => (skill === null ? 1_000_000 : 1_000_000 - expectedScorePpm(skill, difficulty)))
  const nobodyPpm = Math.floor(((misses[0] ?? 0) * (misses[1] ?? 0)) / 1_000_000)
  // Always make all draws, so that one miner's choice does not change later draws.
  const [nobody, aFirst] = [random.chance(nobodyPpm), random.chance(a === null || b === null ? 0 : expectedScorePpm(a, b))]
  const atPpm = Math.min(random.below(1_000_000), random.below(1_000_000))
  if (nobody) return null
  return { solver: b === null || aFirst ? 0 : 1, atPpm }
}
