/** The multipliers for a merged pull request's age and for maintainers' reviews. */
import type { TimeDecay } from "../../domain/Roster.ts"
import { HOURS_PER_DAY, MAX_REVIEW_COLLATERAL, MICROSECONDS_PER_SECOND, SECONDS_PER_HOUR } from "./figures.ts"
import { round2 } from "./round2.ts"

/** The time decay of a merged pull request. Timestamps are in microseconds. */
export const decayMultiplier = (mergedAt: number, now: number, decay: TimeDecay): number => {
  const hours = (now - mergedAt) / MICROSECONDS_PER_SECOND / SECONDS_PER_HOUR
  if (hours < decay.grace_period_hours) return 1
  const sigmoid = 1 / (1 + Math.exp(decay.sigmoid_steepness * (hours / HOURS_PER_DAY - decay.sigmoid_midpoint_days)))
  return round2(Math.max(sigmoid, decay.min_multiplier))
}

/** `changeRequests`: maintainers' reviews that asked for changes. */
export const reviewMultiplier = (changeRequests: number, rate: number): number => round2(Math.max(0, 1 - rate * changeRequests))

/** For open pull requests: requested changes raise the collateral. */
export const reviewCollateral = (changeRequests: number, rate: number): number => Math.min(MAX_REVIEW_COLLATERAL, 1 + rate * changeRequests)
