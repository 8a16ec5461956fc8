/** A miner's credibility in a repository, and the limit of open work above which it earns nothing. */
import { wholeTimes } from "./sums.ts"

/** The share of finished work that ended well; 0 if none is finished. */
export const credibilityOf = (well: number, badly: number): number => (well + badly === 0 ? 0 : well / (well + badly))

export interface OpenWorkLimits {
  readonly free: number
  readonly scorePerFreeOne: number
  readonly most: number
}

/** 1 while the open work is within its allowance, otherwise 0. The allowance grows with the merged score. */
export const spamMultiplier = (open: number, score: number, limits: OpenWorkLimits): 0 | 1 =>
  open <= Math.min(limits.free + wholeTimes(score, limits.scorePerFreeOne), limits.most) ? 1 : 0
