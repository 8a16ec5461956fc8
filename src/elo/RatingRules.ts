import type { MilliPoints } from "./expectedScore.ts"

/** The parameters of the rating. Every validator uses the same ones; tests and the dev chain shorten the times. */
export interface RatingRules {
  /** Length in blocks of the time before the round in which games must end, and opportunities start, to count. */
  readonly window: number
  readonly start: MilliPoints
  /** The largest change of one game, in milli-points: `earlyK` for the first `earlyGames` games in the window, then `laterK`. */
  readonly earlyK: number
  readonly laterK: number
  readonly earlyGames: number
  /** The rating that both competitors lose to when a competition expires. */
  readonly phantom: MilliPoints
  /** Length of a period of absence in blocks. Absence costs nothing until a miner has been registered this long. */
  readonly absencePeriod: number
  /** Missing this many opportunities in a row also completes a period. */
  readonly absenceOpportunities: number
  readonly absencePenalty: MilliPoints
  /** Absence alone never lowers a rating below this. */
  readonly absenceFloor: MilliPoints
  /** How many skips in a row count as being present. */
  readonly skipsInARow: number
  /** Blocks without a game after which half of the distance to `start` remains. */
  readonly halfLife: number
  /** The lowest rating that is paired. */
  readonly eligibleFrom: MilliPoints
}

/** Blocks of 12 seconds. */
export const BLOCKS_PER_DAY = 7_200

/**
 * The product's rules: a window of 60 days, K 40 for 10 games and then 20, 15 points for 7 days or 10 opportunities of absence, a half-life of 30
 * days.
 */
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
