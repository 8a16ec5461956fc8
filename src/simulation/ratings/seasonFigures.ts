/** The results of a season. */
import { BLOCKS_PER_DAY } from "../../elo/RatingRules.ts"
import { ratingOf } from "./cartels.ts"
import type { Person } from "./seasonSettings.ts"
import type { Season } from "./seasonState.ts"
import { average, gini, quantile, rankCorrelation, shareOfTopTenth } from "./statistics.ts"

export interface SeasonFigures {
  /** Rank correlation of ratings with skills, over all registered miners. */
  readonly correlation: number
  /** The mean and lowest rating, and the number of miners eligible for pairing. */
  readonly meanRating: number
  readonly lowestRating: number
  readonly eligible: number
  readonly gamesAMiner: number
  /** The share of competitions that ended by a solution, of those solved or expired. */
  readonly solved: number
  /** Mean skill of bounty winners, in points. */
  readonly winnersSkill: number
  /** Over the alpha won by miners who were present from the first day to the last. */
  readonly gini: number
  readonly shareOfTopTenth: number
  readonly shareOfMostSkilledTenth: number
  readonly neverPaired: number
  /** Days from registration to the first competition, for newcomers who stayed a month; Infinity if they had none in that month. */
  readonly waits: ReadonlyArray<number>
}

/** How many days newcomers are observed. */
export const WATCHED_DAYS = 30

export const seasonFigures = (season: Season): SeasonFigures => {
  const all = [...season.played, ...season.running.map(({ played }) => played)]
  const firstStart = new Map<Person, number>()
  for (const { a, b, startedAt } of all)
    for (const person of [a, b]) firstStart.set(person, Math.min(startedAt, firstStart.get(person) ?? startedAt))
  const alpha = new Map<Person, number>()
  const won = season.played.flatMap(({ bounty, winner }) => (winner === null ? [] : [{ winner, alpha: Number(bounty / 1_000_000_000n) }]))
  for (const prize of won) alpha.set(prize.winner, (alpha.get(prize.winner) ?? 0) + prize.alpha)
  const expired = season.played.filter(({ result }) => result === "expired").length
  const veterans = season.seats.filter(({ registeredAt }) => registeredAt === 0)
  const amounts = veterans.map((person) => alpha.get(person) ?? 0)
  const watched = WATCHED_DAYS * BLOCKS_PER_DAY
  const newcomers = season.seats.filter(({ registeredAt }) => registeredAt > 0 && registeredAt + watched <= season.at)
  return {
    correlation: rankCorrelation(
      season.seats.map((person) => ratingOf(season, person)),
      season.seats.map(({ skill }) => skill)
    ),
    meanRating: average(season.seats.map((person) => ratingOf(season, person) / 1_000)),
    lowestRating: Math.min(...season.seats.map((person) => ratingOf(season, person) / 1_000)),
    eligible: season.seats.filter(({ competitor }) => season.ratings.get(competitor.hotkey)?.eligible ?? false).length,
    gamesAMiner: average(season.seats.map(({ competitor }) => season.ratings.get(competitor.hotkey)?.games ?? 0)),
    solved: won.length + expired === 0 ? 0 : won.length / (won.length + expired),
    winnersSkill: average(won.map(({ winner }) => winner.skill / 1_000)),
    gini: gini(amounts),
    shareOfTopTenth: shareOfTopTenth(amounts.map((amount) => ({ rank: amount, amount }))),
    shareOfMostSkilledTenth: shareOfTopTenth(veterans.map((person) => ({ rank: person.skill, amount: alpha.get(person) ?? 0 }))),
    neverPaired: part(veterans, (person) => !firstStart.has(person)),
    waits: newcomers.map((person) => {
      const wait = (firstStart.get(person) ?? Number.POSITIVE_INFINITY) - person.registeredAt
      return wait <= watched ? wait / BLOCKS_PER_DAY : Number.POSITIVE_INFINITY
    })
  }
}

const part = <A>(items: ReadonlyArray<A>, counts: (item: A) => boolean): number =>
  items.length === 0 ? 0 : items.filter(counts).length / items.length

/** The share of newcomers who had a competition within this many days. */
export const pairedWithin = (waits: ReadonlyArray<number>, days: number): number => part(waits, (wait) => wait <= days)

/** The median wait in days. Newcomers without a competition count as having waited for the whole time. */
export const medianWait = (waits: ReadonlyArray<number>): number =>
  quantile(
    waits.map((wait) => Math.min(WATCHED_DAYS, wait)),
    0.5
  ) ?? WATCHED_DAYS
