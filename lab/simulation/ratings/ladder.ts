/**
 * Ratings under random pairs: everyone plays the same number of games against random opponents. After each game, ratings are compared with skills,
 * and each model's prediction of the next game with its result.
 */
import type { Competition, CompetitionStatus } from "../../../src/domain/Competition.ts"
import { BLOCKS_PER_DAY, defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { drawSkill, type SkillModel, solve } from "../miners/skill.ts"
import { type Random, randomOf } from "../random.ts"
import { fitBradleyTerry, type PlayedGame, winProbability } from "./bradleyTerry.ts"
import { competitionBetween, competitorOf } from "./competitors.ts"
import { type GlickoRating, glickoPeriod, glickoProbability, glickoStart } from "./glicko.ts"
import { logLoss, type Prediction, rankCorrelation } from "./statistics.ts"

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
