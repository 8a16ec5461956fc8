/** What a cartel gains: the same season twice, once with its members playing honestly. */
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { ratingOf } from "./cartels.ts"
import { playDays, startSeason } from "./season.ts"
import type { SeasonSettings } from "./seasonSettings.ts"
import type { Cartel, Season } from "./seasonState.ts"
import { average } from "./statistics.ts"

export interface CollusionSettings {
  readonly season: SeasonSettings
  readonly colluders: number
  readonly skill: MilliPoints
  /** Honest days before, so that ratings and ranks are what they are in the long run. */
  readonly daysBefore: number
  readonly days: number
}

/** Points and alpha over honest play of the same miners in the same season. */
export interface Gain {
  readonly cartel: string
  readonly colluders: number
  /** Of the member for whom the others work. */
  readonly star: number
  /** Of the member that gained most; with more members this is above 0 by luck alone. */
  readonly average: number
  /** In alpha, of all members together. */
  readonly bounties: number
  /** Alpha that the same members win honestly. */
  readonly honestBounties: number
  /** Competitions between two members, and hotkeys registered anew. */
  readonly arranged: number
  readonly swaps: number
}

/** The gains of each cartel in one season, over one honest past. */
export const measureCollusion = (settings: CollusionSettings, cartels: ReadonlyArray<Cartel>): ReadonlyArray<Gain> => {
  const uids = Array.from({ length: settings.colluders }, (_, uid) => uid)
  const before = playDays(startSeason(settings.season, { uids, skill: settings.skill }), settings.daysBefore)
  const honest = playDays(before, settings.days)
  return cartels.map((cartel) => {
    const season = playDays(before, settings.days, cartel)
    const points = uids.map((uid) => (ratingAt(season, uid) - ratingAt(honest, uid)) / 1_000)
    const honestBounties = bountiesOf(honest, before.at)
    return {
      cartel: cartel.name,
      colluders: settings.colluders,
      star: points[0] ?? 0,
      average: average(points),
      bounties: bountiesOf(season, before.at) - honestBounties,
      honestBounties,
      arranged: season.played.filter(({ a, b, startedAt }) => startedAt > before.at && a.colludes && b.colludes).length,
      swaps: season.persons.filter(({ colludes, registeredAt }) => colludes && registeredAt > before.at).length
    }
  })
}

const ratingAt = (season: Season, uid: number): MilliPoints => {
  const person = season.seats[uid]
  return person === undefined ? 0 : ratingOf(season, person)
}

/** In alpha, won by members in competitions that ended after block `after`. */
const bountiesOf = (season: Season, after: number): number =>
  season.played.reduce(
    (sum, { bounty, endsAt, winner }) => (winner?.colludes && endsAt > after ? sum + Number(bounty / 1_000_000_000n) : sum),
    0
  )
