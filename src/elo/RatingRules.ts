import type { MilliPoints } from "./expectedScore.ts"

/** The figures of the rating. Every validator uses the same ones; tests and the dev chain shorten the times. */
export interface RatingRules {
  /** Only what ended (games) or started (opportunities) in this many blocks up to the round counts. */
  readonly window: number
  readonly start: MilliPoints
  /** Thousandths of a point that a certain win against certain defeat would move: first for `earlyGames` games in the window, then later. */
  readonly earlyK: number
  readonly laterK: number
  readonly earlyGames: number
  /** Whom both play who let a competition expire. */
  readonly phantom: MilliPoints
  /** A miner must have been registered for so many blocks before absence costs anything; a period of absence is as long. */
  readonly absencePeriod: number
  /** So many missed opportunities in a row are a full period too. */
  readonly absenceOpportunities: number
  readonly absencePenalty: MilliPoints
  /** Absence alone lowers no rating further than this. */
  readonly absenceFloor: MilliPoints
  /** How many skips in a row count as being there. */
  readonly skipsInARow: number
  /** Blocks without a game after which half of the distance to `start` is left. */
  readonly halfLife: number
  /** The lowest rating that is given a pair. */
  readonly eligibleFrom: MilliPoints
}

/** Blocks of 12 seconds. */
export const BLOCKS_PER_DAY = 7_200

/** The product's rules: 60 days, K 40 for 10 games and then 20, 15 points for 7 days or 10 opportunities of absence, half-life 30 days. */
export const defaultRatingRules: RatingRules = {
  window: 60 * BLOCKS_PER_DAY,
  start: 1_500_000,
  earlyK: 40_000,
  laterK: 20_000,
  earlyGames: 10,
  phantom: 1_500_000,
  absencePeriod: 7 * BLOCKS_PER_DAY,
  absenceOpportunities: 10,
  absencePenalty: 15_000,
  absenceFloor: 1_300_000,
  skipsInARow: 3,
  halfLife: 30 * BLOCKS_PER_DAY,
  eligibleFrom: 1_200_000
}
