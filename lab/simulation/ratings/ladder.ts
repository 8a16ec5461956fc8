/**
 * Ratings under random pairs: everyone plays the same number of games against random opponents. After each game, ratings are compared with skills,
 * and each model's prediction of the next game with its result.
 */
import rate from "glicko2-lite"
import type { Competition, CompetitionStatus } from "../../../src/domain/Competition.ts"
import { BLOCKS_PER_DAY, defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { drawSkill, type SkillModel, solve } from "../miners/skill.ts"
import { type Random, randomOf } from "../random.ts"
import { fitBradleyTerry, type PlayedGame, winProbability } from "./bradleyTerry.ts"
import { competitionBetween, competitorOf } from "./competitors.ts"
import { logLoss, type Prediction, rankCorrelation } from "./statistics.ts"

/** Glicko-2 (Glickman 2012) on the same games, by the library glicko2-lite: ratings with a deviation, updated period by period. */
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

export interface LadderSettings {
  readonly seed: number
  /** Must be even. */
  readonly miners: number
  readonly skill: SkillModel
  /** Whether one of the two solves every issue. Otherwise the model of skill against difficulty decides, and many competitions expire. */
  readonly everyGameSolved: boolean
  /** The largest number of games per miner. */
  readonly games: number
  /** Blocks between two games of a miner. */
  readonly spacing: number
  readonly rules?: RatingRules
  /** Games in the Bradley-Terry prior. */
  readonly priorGames: number
  /** Assigns every rating to a random miner: the baseline for ratings without information. */
  readonly shuffleRatings?: boolean
}

/** 3.5 days between games: 16 games and the predicted one fit into the 60 days that count. */
export const defaultLadder: Omit<LadderSettings, "seed"> = {
  miners: 256,
  skill: { mean: 1_500_000, deviation: 200_000, difficulty: 1_300_000 },
  everyGameSolved: true,
  games: 16,
  spacing: 3.5 * BLOCKS_PER_DAY,
  priorGames: 1
}

/** How well the ratings reflect the skills after a number of games per miner. Log-losses are for future games that somebody solves. */
export interface LadderRow {
  readonly games: number
  readonly correlation: number
  readonly bradleyTerryCorrelation: number
  readonly glickoCorrelation: number
  readonly logLoss: number
  readonly bradleyTerryLogLoss: number
  readonly glickoLogLoss: number
  /** Log-loss with the skills themselves as ratings: the best possible prediction. */
  readonly bestLogLoss: number
  /** The share of games so far that nobody solved. */
  readonly expired: number
}

export const runLadder = (settings: LadderSettings): ReadonlyArray<LadderRow> => {
  const { everyGameSolved, miners, seed, skill, spacing } = settings
  const rules = settings.rules ?? defaultRatingRules
  const drawn = randomOf(seed, "ladder skills")
  const skills = Array.from({ length: miners }, () => drawSkill(drawn, skill))
  const lots = randomOf(seed, "ladder lots")
  const results = randomOf(seed, "ladder results")
  const probes = randomOf(seed, "ladder predictions")
  const other = randomOf(seed, "ladder shuffle")
  const everyone = Array.from({ length: miners }, (_, index) => index)
  const registered = everyone.map((index) => ({ ...competitorOf(index), registeredAt: 0 }))
  const competitions: Array<Competition> = []
  const played: Array<PlayedGame> = []
  let glicko: ReadonlyArray<GlickoRating> = everyone.map(() => glickoStart)
  const rows: Array<LadderRow> = []

  const play = (random: Random, first: number, second: number): PlayedGame => {
    const [a, b] = [skills[first] ?? 0, skills[second] ?? 0]
    // An issue of negligible difficulty is always solved.
    const solution = solve(random, a, b, everyGameSolved ? -10_000_000 : skill.difficulty)
    return { first, second, winner: solution === null ? "nobody" : solution.solver === 0 ? "first" : "second" }
  }

  /** Everyone plays once. */
  const matchday = (lot: Random, result: Random): ReadonlyArray<PlayedGame> => {
    const shuffled = lot.shuffled(everyone)
    return Array.from({ length: Math.floor(miners / 2) }, (_, table) =>
      play(result, shuffled[2 * table] ?? 0, shuffled[2 * table + 1] ?? 0)
    )
  }

  for (let round = 0; round <= settings.games; round++) {
    const at = 1 + round * spacing
    const games = matchday(lots, results)
    if (round > 0) {
      const computed = computeRatings({ at, competitions, miners: registered, rules })
      const ratings = everyone.map((index) => (computed.get(competitorOf(index).hotkey)?.rating ?? rules.start) / 1_000)
      const own = settings.shuffleRatings ? other.shuffled(ratings) : ratings
      const fitted = fitBradleyTerry(miners, played, settings.priorGames)
      const truth = skills.map((value) => value / 1_000)
      const next = Array.from({ length: PREDICTED_MATCHDAYS }, () => matchday(probes, probes)).flat()
      const lossOf = (probability: (first: number, second: number) => number): number =>
        logLoss(
          next.flatMap(
            ({ first, second, winner }): ReadonlyArray<Prediction> =>
              winner === "nobody" ? [] : [{ probability: probability(first, second), firstWon: winner === "first" }]
          )
        )
      rows.push({
        games: round,
        correlation: rankCorrelation(own, skills),
        bradleyTerryCorrelation: rankCorrelation(fitted, skills),
        glickoCorrelation: rankCorrelation(
          glicko.map(({ rating }) => rating),
          skills
        ),
        logLoss: lossOf((first, second) => winProbability(own[first] ?? 0, own[second] ?? 0)),
        bradleyTerryLogLoss: lossOf((first, second) => winProbability(fitted[first] ?? 0, fitted[second] ?? 0)),
        glickoLogLoss: lossOf((first, second) => glickoProbability(glicko[first] ?? glickoStart, glicko[second] ?? glickoStart)),
        bestLogLoss: lossOf((first, second) => winProbability(truth[first] ?? 0, truth[second] ?? 0)),
        expired: played.filter(({ winner }) => winner === "nobody").length / played.length
      })
    }
    for (const game of games) {
      const id = competitions.length + 1
      competitions.push(
        competitionBetween({ id, a: competitorOf(game.first), b: competitorOf(game.second), startedAt: at, status: statusOf(game, at, id) })
      )
    }
    played.push(...games)
    glicko = glickoPeriod(glicko, games)
  }
  return rows
}

/** Each prediction is scored on this many future games per miner, each as if it came next. */
const PREDICTED_MATCHDAYS = 8

const statusOf = ({ winner }: PlayedGame, at: number, pullRequest: number): CompetitionStatus =>
  winner === "nobody" ? { _tag: "Expired", at } : { _tag: "Won", winner: winner === "first" ? 0 : 1, pullRequest, at }
