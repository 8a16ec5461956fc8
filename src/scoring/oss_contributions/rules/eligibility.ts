/**
 * From when on a miner earns in a repository, and when too much of its work is open.
 */
import { wholeTimes } from "./sums.ts"

/** The part of what ended that ended well; 0 when nothing ended. */
export const credibilityOf = (well: number, badly: number): number => (well + badly === 0 ? 0 : well / (well + badly))

export interface OpenWorkLimits {
  readonly free: number
  readonly scorePerFreeOne: number
  readonly most: number
}

/** 1 while no more is open than is free, else 0. What is free grows with the score that was merged. */
export const spamMultiplier = (open: number, score: number, limits: OpenWorkLimits): 0 | 1 =>
  open <= Math.min(limits.free + wholeTimes(score, limits.scorePerFreeOne), limits.most) ? 1 : 0
