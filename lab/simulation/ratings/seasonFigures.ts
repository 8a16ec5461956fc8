/** The results of a season. */
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"
import type { Season } from "./season.ts"
import type { Person } from "./seasonSettings.ts"
import { average, gini, quantile, rankCorrelation, shareOfTopTenth } from "./statistics.ts"
import { countShared } from "./words.ts"

export interface SeasonFigures {
  /** Rank correlation of ratings with skills, over all registered miners. */
  readonly correlation: number
  /** The mean and lowest rating, and the number of miners eligible for pairing. */
  readonly meanRating: number
  readonly lowestRating: number
  readonly eligible: number
  readonly gamesAMiner: number
  /** The share of solved competitions among those solved or expired. */
  readonly solved: number
  /** Mean skill of bounty winners, in points. */
  readonly winnersSkill: number
  /** Over the alpha won by miners who were present from the first day to the last. */
  readonly gini: number
  readonly shareOfTopTenth: number
  readonly shareOfMostSkilledTenth: number
  readonly neverPaired: number
  /** Competitions that started. */
  readonly competitions: number
  /** Days from registration to the first competition, for newcomers who stayed a month; NEVER if they had none in that month. */
  readonly waits: ReadonlyArray<number>
}

/** Longer than any season, in days. */
const NEVER = 1_000_000

/** How many days newcomers are observed. */
export const WATCHED_DAYS = 30

export const seasonFigures = (season: Season): SeasonFigures => {
  const all = [...season.played, ...season.running.map(({ played }) => played)]
  const firstStart = new Map<Person, number>()
  for (const { a, b, startedAt } of all)
    for (const person of [a, b]) firstStart.set(person, Math.min(startedAt, firstStart.get(person) ?? startedAt))
  const alpha = new Map<Person, number>()
  const won = season.played.flatMap(({ bounty, winner }) => (winner === null ? [] : [{ winner, alpha: bounty }]))
  for (const prize of won) alpha.set(prize.winner, (alpha.get(prize.winner) ?? 0) + prize.alpha)
  const expired = season.played.filter(({ result }) => result === "expired").length
  const veterans = season.seats.filter(({ registeredAt }) => registeredAt === 0)
  const amounts = veterans.map((person) => alpha.get(person) ?? 0)
  const watched = WATCHED_DAYS * BLOCKS_PER_DAY
  const newcomers = season.seats.filter(({ registeredAt }) => registeredAt > 0 && registeredAt + watched <= season.at)
  const ratings = Array.from(season.rating.subarray(0, season.seats.length))
  return {
    correlation: rankCorrelation(
      ratings,
      season.seats.map(({ skill }) => skill)
    ),
    meanRating: average(ratings) / 1_000,
    lowestRating: Math.min(...ratings) / 1_000,
    eligible: countShared(season.eligible, season.eligible),
    gamesAMiner: average(Array.from(season.games.subarray(0, season.seats.length))),
    solved: won.length + expired === 0 ? 0 : won.length / (won.length + expired),
    winnersSkill: average(won.map(({ winner }) => winner.skill / 1_000)),
    gini: gini(amounts),
    shareOfTopTenth: shareOfTopTenth(amounts.map((amount) => ({ rank: amount, amount }))),
    shareOfMostSkilledTenth: shareOfTopTenth(veterans.map((person) => ({ rank: person.skill, amount: alpha.get(person) ?? 0 }))),
    neverPaired: part(veterans, (person) => !firstStart.has(person)),
    competitions: season.competitionsSoFar,
    waits: newcomers.map((person) => {
      const wait = (firstStart.get(person) ?? Number.POSITIVE_INFINITY) - person.registeredAt
      return wait <= watched ? wait / BLOCKS_PER_DAY : NEVER
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
