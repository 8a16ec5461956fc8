/** Glicko-2 (Glickman 2012) on the same games, by the library glicko2-lite: ratings with a deviation, updated once a period. */
import rate from "glicko2-lite"
import type { PlayedGame } from "./bradleyTerry.ts"

export interface GlickoRating {
  readonly rating: number
  readonly rd: number
  readonly vol: number
}

/** Glickman's initial values: 1500 with a deviation of 350. */
export const glickoStart: GlickoRating = { rating: 1500, rd: 350, vol: 0.06 }

/** The ratings after one more period. A game without a winner is a loss of both against a well-known player rated 1500. */
export const glickoPeriod = (ratings: ReadonlyArray<GlickoRating>, games: ReadonlyArray<PlayedGame>): ReadonlyArray<GlickoRating> => {
  const opponents: ReadonlyArray<Array<[number, number, number]>> = ratings.map(() => [])
  const face = (player: number, opponent: GlickoRating, score: number) => opponents[player]?.push([opponent.rating, opponent.rd, score])
  for (const { first, second, winner } of games) {
    face(first, winner === "nobody" ? issue : (ratings[second] ?? glickoStart), winner === "first" ? 1 : 0)
    face(second, winner === "nobody" ? issue : (ratings[first] ?? glickoStart), winner === "second" ? 1 : 0)
  }
  return ratings.map((own, player) => {
    const met = opponents[player] ?? []
    // Glickman's last step for players without games: only the deviation grows.
    if (met.length === 0) return { ...own, rd: Math.min(350, Math.sqrt(own.rd ** 2 + (SCALE * own.vol) ** 2)) }
    return rate(own.rating, own.rd, own.vol, met)
  })
}

/** The probability that `own` wins against `other`; both deviations flatten it. */
export const glickoProbability = (own: GlickoRating, other: GlickoRating): number => {
  const deviation = Math.sqrt(own.rd ** 2 + other.rd ** 2) / SCALE
  const flatness = 1 / Math.sqrt(1 + (3 * deviation ** 2) / Math.PI ** 2)
  return 1 / (1 + Math.exp((-flatness * (own.rating - other.rating)) / SCALE))
}

const SCALE = 173.7178
const issue: GlickoRating = { rating: 1500, rd: 30, vol: 0.06 }
