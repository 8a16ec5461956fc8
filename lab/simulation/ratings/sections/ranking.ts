/** Do ratings find the best miners, and how well do they predict? With random pairs. */
import { BLOCKS_PER_DAY, defaultRatingRules, type RatingRules } from "../../../../src/elo/RatingRules.ts"
import type { Plot } from "../../report/Report.ts"
import { defaultLadder, type LadderRow, runLadder } from "../ladder.ts"
import { type Case, DISPLAY, figure, meanOf, type Outcome, ratingScenario } from "./common.ts"

const SPREADS: ReadonlyArray<number> = [150, 200, 250, 300, 350]
/** The spread of skills that the bounds apply to, in points. */
const STATED = 200

interface Ladder extends Case {
  readonly spread: number
  readonly expiries: boolean
  /** `bolder`: alternative parameters, measured for comparison only. */
  readonly rules: "as specified" | "bolder"
}

interface Run extends Ladder {
  readonly seasons: ReadonlyArray<ReadonlyArray<LadderRow>>
}

/** K 60 for 10 games and then 30, and a half-life of 60 days. */
const bolder: RatingRules = { ...defaultRatingRules, earlyK: 60_000, laterK: 30_000, halfLife: 60 * BLOCKS_PER_DAY }

const cases = (quick: boolean): ReadonlyArray<Ladder> =>
  [
    ...SPREADS.flatMap((spread) => [false, true].map((expiries) => ({ spread, expiries, rules: "as specified" as const }))),
    ...[200, 300].map((spread) => ({ spread, expiries: false, rules: "bolder" as const }))
  ].map((one) => ({
    ...one,
    seeds: quick ? 3 : 10,
    label: `random pairs, skills ± ${one.spread}${one.expiries ? ", some issues unsolved" : ""}`
  }))

const play = ({ expiries, rules, spread }: Ladder, seed: number): ReadonlyArray<LadderRow> =>
  runLadder({
    ...defaultLadder,
    seed,
    everyGameSolved: !expiries,
    rules: rules === "bolder" ? bolder : defaultRatingRules,
    skill: { ...defaultLadder.skill, deviation: spread * 1_000 }
  })

const asSpecified = (runs: ReadonlyArray<Run>): ReadonlyArray<Run> => runs.filter(({ rules }) => rules === "as specified")

const at = ({ seasons }: Run, games: number, value: (row: LadderRow) => number): ReadonlyArray<number> =>
  seasons.flatMap((rows) => rows.filter((row) => row.games === games).map(value))

const byGames = (run: Run, name: string, value: (row: LadderRow) => number) => ({
  name,
  points: Array.from({ length: defaultLadder.games }, (_, index) => [index + 1, meanOf(at(run, index + 1, value))] as const)
})

const correlationPlot = (run: Run): Plot => ({
  title: `Rank correlation with skill (skills ± ${STATED} points, random pairs)`,
  xLabel: "matches a miner",
  yLabel: "Spearman's rank correlation",
  lines: [
    byGames(run, "our ratings", (row) => row.correlation),
    byGames(run, "Bradley-Terry fit", (row) => row.bradleyTerryCorrelation),
    byGames(run, "Glicko-2", (row) => row.glickoCorrelation)
  ]
})

const logLossPlot = (run: Run): Plot => ({
  title: `How surprising the next match is (skills ± ${STATED} points, random pairs)`,
  xLabel: "matches a miner so far",
  yLabel: "log-loss: a coin is 0.693, less is better",
  lines: [
    byGames(run, "our ratings", (row) => row.logLoss),
    byGames(run, "Bradley-Terry fit", (row) => row.bradleyTerryLogLoss),
    byGames(run, "Glicko-2", (row) => row.glickoLogLoss),
    byGames(run, "knowing the skills", (row) => row.bestLogLoss)
  ]
})

const spreadPlot = (runs: ReadonlyArray<Run>): Plot => ({
  title: "Rank correlation by how far miners' skills lie apart",
  xLabel: "standard deviation of the skills, points",
  yLabel: "Spearman's rank correlation",
  lines: [8, 16].flatMap((games) =>
    [false, true].map((expiries) => ({
      name: `${games} matches${expiries ? ", some expire" : ""}`,
      points: runs
        .filter((run) => run.expiries === expiries)
        .map((run) => [run.spread, meanOf(at(run, games, (row) => row.correlation))] as const)
    }))
  )
})

const figuresOfBolder = (run: Run) => {
  const label = `skills ± ${run.spread}, K 60/30, half-life 60 days`
  return [
    ...[8, 16].map((games) =>
      figure(
        `rank correlation at ${games} matches, ${label}`,
        at(run, games, (row) => row.correlation),
        DISPLAY
      )
    ),
    figure(
      `log-loss above the fit at 8 matches, ${label}`,
      at(run, 8, (row) => row.logLoss - row.bradleyTerryLogLoss),
      DISPLAY
    )
  ]
}

const sectionOf = (runs: ReadonlyArray<Run>) => ({
  figures: runs.flatMap((run) => {
    if (run.rules === "bolder") return figuresOfBolder(run)
    const label = `skills ± ${run.spread}${run.expiries ? ", some expire" : ""}`
    const isStated = run.spread === STATED
    return [
      ...([8, 16] as const).map((games) =>
        figure(
          `rank correlation at ${games} matches, ${label}`,
          at(run, games, (row) => row.correlation),
          DISPLAY,
          isStated ? { bound: { atLeast: games === 8 ? 0.75 : 0.85 } } : {}
        )
      ),
      figure(
        `log-loss above the Bradley-Terry fit at 8 matches, ${label}`,
        at(run, 8, (row) => row.logLoss - row.bradleyTerryLogLoss),
        DISPLAY,
        isStated ? { bound: { atMost: 0.03 } } : {}
      ),
      figure(
        `log-loss above Glicko-2 at 8 matches, ${label}`,
        at(run, 8, (row) => row.logLoss - row.glickoLogLoss),
        DISPLAY
      ),
      figure(
        `log-loss of our ratings at 8 matches, ${label}`,
        at(run, 8, (row) => row.logLoss),
        DISPLAY
      ),
      ...(run.expiries
        ? [
            figure(
              `expired, ${label}`,
              at(run, 16, (row) => row.expired),
              "of all matches"
            )
          ]
        : [])
    ]
  }),
  plots: [
    ...asSpecified(runs)
      .filter((run) => run.spread === STATED && run.expiries)
      .flatMap((run) => [correlationPlot(run), logLossPlot(run)]),
    spreadPlot(asSpecified(runs))
  ],
  notes: [
    `256 miners; skills are normal around 1500; the better miner wins as often as Elo's curve says; 3.5 days between matches. "Some expire": each miner solves an issue as often as it would win against a player rated 1300, and if neither does, both lose to 1500.`,
    "Where skills lie only 150 points apart, most matches are nearly coins, and no method finds the order in 8 matches, not even the fit.",
    "The fit's prior is one drawn match against a player of 1500. The stronger the prior, the better it predicts after few matches; with a very weak one it is worse than ours.",
    "Our ratings spread less than the skills, because K is small and ratings move back to 1500 between matches: they rank well but predict too cautiously. The wider the spread of skills, the more that costs."
  ]
})

export const ranking = ratingScenario({
  name: "ranking",
  question: "How soon do ratings identify good miners, and how well do they predict the next match?",
  cases,
  play,
  section: (outcomes: ReadonlyArray<Outcome<Ladder, ReadonlyArray<LadderRow>>>) =>
    sectionOf(outcomes.map(({ of, results }) => ({ ...of, seasons: results })))
})
