/** Measures what a cartel gains: the same season with the cartel and with everybody playing honestly. */
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { BLOCKS_PER_DAY, type RatingRules } from "../../elo/RatingRules.ts"
import { computeRatings } from "../../elo/ratings.ts"
import { isMember, ratingOf } from "./cartels.ts"
import { competitionBetween, competitorOf } from "./competitors.ts"
import { type PairingRule, pointsAdded } from "./pairingRules.ts"
import { playDays, startSeason } from "./season.ts"
import { DATES, type SeasonSettings } from "./seasonSettings.ts"
import type { Cartel, Season } from "./seasonState.ts"
import { average } from "./statistics.ts"

export interface CollusionSettings {
  readonly season: SeasonSettings
  readonly skill: MilliPoints
  /** Honest days before, so that ratings and ranks reach their long-run state. */
  readonly daysBefore: number
  readonly days: number
}

/** Gains compared with miners of the same skill who play honestly in the same season. */
export interface Gain {
  readonly cartel: string
  readonly size: number
  /** Points gained by the member for whom the others work. */
  readonly star: number
  /** Average points gained by a member. */
  readonly average: number
  /** Alpha gained per member. */
  readonly bounties: number
  /** Competitions between two members. */
  readonly arranged: number
  /** Hotkeys registered anew. */
  readonly swaps: number
}

/** The same season with everybody playing honestly. */
export interface HonestSeason {
  /** In alpha, for a miner of the cartel's skill. */
  readonly bounties: number
  readonly competitions: number
}

export interface Collusion {
  readonly honest: HonestSeason
  readonly gains: ReadonlyArray<Gain>
}

/** The size of the control group: as many honest miners of the cartel's skill as the largest cartel has. */
const EQUALS = 16

export const measureCollusion = (settings: CollusionSettings, cartels: ReadonlyArray<Cartel>): Collusion => {
  const before = playDays(startSeason(settings.season, { count: EQUALS, skill: settings.skill }), settings.daysBefore)
  const honest = playDays(before, settings.days)
  const honestRating = average(pointsOf(honest, EQUALS))
  const honestBounties = bountiesOf(honest, before.at, EQUALS)
  const gains = cartels.map((cartel) => {
    const days = Math.min(settings.days, cartel.lastDays ?? settings.days)
    const season = playDays(playDays(before, settings.days - days), days, cartel)
    const points = pointsOf(season, cartel.size)
    const isNew = (startedAt: number) => startedAt > season.at - days * BLOCKS_PER_DAY
    return {
      cartel: cartel.name,
      size: cartel.size,
      star: (points[0] ?? 0) - honestRating,
      average: average(points) - honestRating,
      bounties: bountiesOf(season, before.at, cartel.size) - honestBounties,
      arranged: season.played.filter(({ a, b, startedAt }) => isNew(startedAt) && isMember(cartel.size, a) && isMember(cartel.size, b))
        .length,
      swaps: season.persons.filter((person) => isMember(cartel.size, person) && isNew(person.registeredAt)).length
    }
  })
  return { honest: { bounties: honestBounties, competitions: honest.played.filter(({ endsAt }) => endsAt > before.at).length }, gains }
}

/**
 * The value of extra milli-points to a miner, in alpha: compares a season in which 16 equally skilled miners get them for free with one in which
 * they do not.
 */
export const worthOfPoints = (settings: CollusionSettings, milliPoints: MilliPoints): number => {
  const before = playDays(startSeason(settings.season, { count: EQUALS, skill: settings.skill }), settings.daysBefore)
  const won = (pairing: PairingRule) => {
    const start = { ...before, settings: { ...before.settings, pairing } }
    return bountiesOf(playDays(start, settings.days), before.at, EQUALS)
  }
  const favoured = new Set(before.seats.slice(0, EQUALS).map(({ competitor }) => competitor.hotkey))
  return won(pointsAdded(favoured, milliPoints)) - won(settings.season.pairing)
}

const pointsOf = (season: Season, size: number): ReadonlyArray<number> =>
  season.seats.slice(0, size).map((person) => ratingOf(season, person) / 1_000)

/** Alpha won per member in competitions that ended after block `after`. */
const bountiesOf = (season: Season, after: number, size: number): number =>
  season.played.reduce(
    (sum, { bounty, endsAt, winner }) =>
      winner !== null && isMember(size, winner) && endsAt > after ? sum + Number(bounty / 1_000_000_000n) : sum,
    0
  ) / size

/**
 * The most points above 1500 that a cartel could give one star in a window if it could choose all pairs: each of the others loses to it as often as
 * two miners may meet, one competition after the other, the last one just before the rating is taken.
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
