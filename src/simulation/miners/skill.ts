/**
 * How good miners really are, and what comes of two of them on one issue. A skill is a number on the scale of ratings: when somebody solves the
 * issue, the better one is the first as often as Elo's curve says, so that a rating is an estimate of the skill. Whether anybody solves it is
 * a game of each against the issue. All of it is whole numbers, so that a seed decides it on every machine.
 */
import { expectedScorePpm, type MilliPoints } from "../../elo/expectedScore.ts"
import type { Random } from "../random.ts"

export interface SkillModel {
  readonly mean: MilliPoints
  readonly deviation: MilliPoints
  /** How hard issues are, on the same scale: a miner of that skill solves every other one in time if nobody else does. */
  readonly difficulty: MilliPoints
}

/** Skills spread by 200 points around 1500; issues that a middling miner solves alone in 3 of 4 cases. */
export const defaultSkillModel: SkillModel = { mean: 1_500_000, deviation: 200_000, difficulty: 1_300_000 }

/** Skills with nearly a normal distribution: each is the sum of twelve even draws. */
export const drawSkill = (random: Random, { deviation, mean }: SkillModel): MilliPoints => {
  let sum = -6_000
  for (let draw = 0; draw < 12; draw++) sum += random.below(1_001)
  return mean + Math.round((sum * deviation) / 1_000)
}

/** What a competition comes to by the miners' work alone. */
export interface Solution {
  /** 0: the first of the two, 1: the second. */
  readonly solver: 0 | 1
  /** When, in parts per million of the time from the first block for submissions to the deadline. */
  readonly atPpm: number
}

/** One who tries at an issue: its skill, or null where it does not try. */
export type Attempt = MilliPoints | null

/** Who solves an issue first and when, or null where nobody does in time. */
export const solve = (random: Random, a: Attempt, b: Attempt, difficulty: MilliPoints): Solution | null => {
  const misses = [a, b].map((skill) => (skill === null ? 1_000_000 : 1_000_000 - expectedScorePpm(skill, difficulty)))
  const nobodyPpm = Math.floor(((misses[0] ?? 0) * (misses[1] ?? 0)) / 1_000_000)
  // The draws are made whatever comes of them: what one miner does changes no later draw.
  const [nobody, aFirst] = [random.chance(nobodyPpm), random.chance(a === null || b === null ? 0 : expectedScorePpm(a, b))]
  const atPpm = Math.min(random.below(1_000_000), random.below(1_000_000))
  if (nobody) return null
  return { solver: b === null || aFirst ? 0 : 1, atPpm }
}
