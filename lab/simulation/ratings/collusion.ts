/** Measures what a cartel gains: the same season with the cartel and with everybody playing honestly. */
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import { BLOCKS_PER_DAY, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { alwaysPresent } from "./cartels/cartels.ts"
import { isMember, STAR, shareColdkey } from "./cartels/members.ts"
import { competitionBetween, competitorOf } from "./competitors.ts"
import { pointsAdded } from "./pairingRules.ts"
import { type Cartel, Season } from "./season.ts"
import { DATES, type SeasonSettings } from "./seasonSettings.ts"
import { average } from "./statistics.ts"

export interface CollusionSettings {
  readonly season: SeasonSettings
  readonly skill: MilliPoints
  /** Honest days before the attack, so that ratings and ranks reach their long-run state. */
  readonly daysBefore: number
  readonly days: number
}

/**
 * Gains over miners of the same skill who play honestly in the same season, except that they enrol for every issue while busy. Cartels do that too:
 * it keeps a miner from being absent, and is no collusion.
 */
export interface LandedChange {
  readonly cartel: string
  readonly size: number
  /** Points gained by the star, the member that the others feed. */
  readonly star: number
  /** Average points gained by a member. */
  readonly average: number
  /** Alpha gained per member. */
  readonly bounties: number
  /** Competitions between two members. */
  readonly arranged: number
  /** Hotkeys registered anew. */
  readonly swaps: number
  /** Competitions of everybody in the season's days. */
  readonly competitions: number
}

/** The same season with everybody playing honestly. */
export interface HonestSeason {
  /** In alpha, for a miner of the cartel's skill. */
  readonly bounties: number
  readonly competitions: number
  /** Gains of such a miner alone, in points and alpha, from enrolling for every issue while busy. */
  readonly presentPoints: number
  readonly presentBounties: number
}

export interface Collusion {
  readonly honest: HonestSeason
  readonly gains: ReadonlyArray<LandedChange>
}

/** The size of the control group: as many honest miners of the cartel's skill as the largest cartel has. */
const EQUALS = 16

const startOf = ({ daysBefore, season, skill }: CollusionSettings): Season =>
  new Season(season, { count: Math.min(EQUALS, season.miners), skill }).playDays(daysBefore)

export const measureCollusion = (settings: CollusionSettings, cartels: ReadonlyArray<Cartel>): Collusion => {
  const before = startOf(settings)
  const honest = before.copy().playDays(settings.days)
  const present = before.copy().playDays(settings.days, alwaysPresent(EQUALS))
  const [honestRating, rating] = [honest, present].map((season) => average(pointsOf(season, EQUALS)))
  const [honestBounties, bounties] = [honest, present].map((season) => bountiesOf(season, before.at, EQUALS))
  const gains = cartels.map((cartel): LandedChange => {
    const days = Math.min(settings.days, cartel.lastDays ?? settings.days)
    const season = before.copy()
    if (cartel.sharesColdkey === true) shareColdkey(season, STAR + 1, cartel.size)
    season.playDays(settings.days - days).playDays(days, cartel)
    const points = pointsOf(season, cartel.size)
    const isNew = (startedAt: number) => startedAt > season.at - days * BLOCKS_PER_DAY
    return {
      cartel: cartel.name,
      size: cartel.size,
      star: (points[0] ?? 0) - (rating ?? 0),
      average: average(points) - (rating ?? 0),
      bounties: bountiesOf(season, before.at, cartel.size) - (bounties ?? 0),
      arranged: season.played.filter(({ a, b, startedAt }) => isNew(startedAt) && isMember(cartel.size, a) && isMember(cartel.size, b))
        .length,
      swaps: season.persons - honest.persons,
      competitions: endedAfter(season, before.at)
    }
  })
  return {
    honest: {
      bounties: honestBounties ?? 0,
      competitions: endedAfter(honest, before.at),
      presentPoints: (rating ?? 0) - (honestRating ?? 0),
      presentBounties: (bounties ?? 0) - (honestBounties ?? 0)
    },
    gains
  }
}

const endedAfter = ({ played }: Season, block: number): number => played.filter(({ endsAt }) => endsAt > block).length

/**
 * The value of extra milli-points to a miner, in alpha: the difference between two seasons, in one of which 16 equally skilled miners get the points
 * for free.
 */
export const worthOfPoints = (settings: CollusionSettings, milliPoints: MilliPoints): number => {
  const before = startOf(settings)
  const won = (season: Season) => bountiesOf(season.playDays(settings.days), before.at, EQUALS)
  const favoured = before.copy()
  favoured.settings = {
    ...before.settings,
    pairing: pointsAdded(new Set(Array.from({ length: EQUALS }, (_, uid) => uid)), milliPoints)
  }
  return won(favoured) - won(before.copy())
}

const pointsOf = ({ rating }: Season, size: number): ReadonlyArray<number> => Array.from(rating.subarray(0, size), (own) => own / 1_000)

/** Alpha won per member in competitions that ended after block `after`. */
const bountiesOf = (season: Season, after: number, size: number): number =>
  season.played.reduce(
    (sum, { bounty, endsAt, winner }) => (winner !== null && isMember(size, winner) && endsAt > after ? sum + bounty : sum),
    0
  ) / size

/**
 * The most points above 1500 that a cartel could give a star in a window if it could choose all pairs: each other member loses to the star as often
 * as two miners may meet, one competition after the other, the last one just before the rating is taken.
 */
export const mostThatFeedingGives = (size: number, rules: RatingRules): number => {
  const spacing = DATES.submissionsFrom + BLOCKS_PER_DAY / 10
  const games = Math.min(2 * (size - 1), Math.floor(rules.window / spacing))
  const at = rules.window
  const competitions = Array.from({ length: games }, (_, game) => {
    const endsAt = at - (games - 1 - game) * spacing
    return competitionBetween({
      id: game + 1,
      a: competitorOf(0),
      b: competitorOf(1 + (game % (size - 1))),
      startedAt: endsAt - DATES.submissionsFrom,
      status: { _tag: "Won", winner: 0, pullRequest: 1, at: endsAt }
    })
  })
  const miners = Array.from({ length: size }, (_, index) => ({ ...competitorOf(index), registeredAt: 0 }))
  const ratings = computeRatings({ at, competitions, miners, rules })
  return ((ratings.get(competitorOf(0).hotkey)?.rating ?? rules.start) - rules.start) / 1_000
}
