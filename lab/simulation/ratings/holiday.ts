/** One miner's rating day by day, without randomness: it wins some games, and then stays away, skips, or enrols without being drawn. */
import type { Competition } from "../../../src/domain/Competition.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { BLOCKS_PER_DAY, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { competitionBetween, competitorOf } from "./competitors.ts"

export type HolidayBehaviour = "away" | "skips" | "enrolled, never drawn"

export interface HolidaySettings {
  /** Competitions of others that start each day. */
  readonly startsPerDay: number
  readonly behaviour: HolidayBehaviour
  readonly days: number
  readonly rules: RatingRules
}

/** Wins before the holiday, one every other day: enough for about 1600. */
const WINS = 7

/** The miner's rating at the end of each day of the holiday, in points; the first is the one at departure. */
export const ratingsOnHoliday = ({ behaviour, days, rules, startsPerDay }: HolidaySettings): ReadonlyArray<number> => {
  const leaves = 40 * BLOCKS_PER_DAY
  const [traveller, one, other] = [0, 1, 2].map(competitorOf)
  if (traveller === undefined || one === undefined || other === undefined) return []
  const wins = Array.from({ length: WINS }, (_, game) => {
    const at = leaves - 2 * (WINS - 1 - game) * BLOCKS_PER_DAY
    return competitionBetween({
      id: game + 1,
      a: traveller,
      b: competitorOf(10 + game),
      startedAt: at - 2 * BLOCKS_PER_DAY,
      status: { _tag: "Won", winner: 0, pullRequest: 1, at }
    })
  })
  const there = fromUids([0, 1, 2])
  const others: ReadonlyArray<Competition> = Array.from({ length: Math.floor(days * startsPerDay) }, (_, index) => ({
    ...competitionBetween({
      id: WINS + 1 + index,
      a: one,
      b: other,
      startedAt: leaves + Math.floor(((index + 1) * BLOCKS_PER_DAY) / startsPerDay),
      status: { _tag: "Running" }
    }),
    enrolled: behaviour === "enrolled, never drawn" ? there : fromUids([1, 2]),
    skipped: fromUids(behaviour === "skips" ? [0] : [])
  }))
  return Array.from({ length: days + 1 }, (_, day) => {
    const at = leaves + day * BLOCKS_PER_DAY
    const ratings = computeRatings({ at, competitions: [...wins, ...others], miners: [{ ...traveller, registeredAt: 0 }], rules })
    return (ratings.get(traveller.hotkey)?.rating ?? rules.start) / 1_000
  })
}
