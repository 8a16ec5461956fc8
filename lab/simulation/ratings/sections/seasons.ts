/** Ratings under the real pairing rule, where opponents are not random. */
import { defaultRatingRules, type RatingRules } from "../../../../src/elo/RatingRules.ts"
import { Season } from "../season.ts"
import { type SeasonFigures, seasonFigures } from "../seasonFigures.ts"
import { plenty, scarce } from "../seasonSettings.ts"
import { type Case, DISPLAY, figure, meanOf, type Outcome, ratingScenario } from "./common.ts"

/** Counts absence by time alone: a week without an enrolment, however many competitions started in it. */
export const absenceByTime: RatingRules = { ...defaultRatingRules, absenceOpportunities: Number.MAX_SAFE_INTEGER }

const INTERESTS: ReadonlyArray<number> = [10, 30, 100]
const DAYS = 60

const DIFFICULTY = { usual: plenty.skill.difficulty, "hard issues": 1_700_000, "easy issues": 500_000 }

interface Kind {
  readonly kind: "scarce" | "plenty"
  readonly interest: number
  readonly rules: "as specified" | "absence by time"
  readonly issues: keyof typeof DIFFICULTY
}

interface Run extends Kind {
  readonly seasons: ReadonlyArray<SeasonFigures>
}

const kinds: ReadonlyArray<Kind> = [
  ...(["plenty", "scarce"] as const).flatMap((kind) =>
    INTERESTS.flatMap((interest) =>
      (["as specified", "absence by time"] as const).map((rules) => ({ kind, interest, rules, issues: "usual" as const }))
    )
  ),
  { kind: "plenty", interest: 100, rules: "as specified", issues: "hard issues" },
  { kind: "plenty", interest: 100, rules: "as specified", issues: "easy issues" }
]

const cases = (quick: boolean): ReadonlyArray<Kind & Case> =>
  kinds.map((one) => ({ ...one, seeds: quick ? 3 : 5, label: `${one.kind}, ${one.interest} % of the issues suit a miner, ${one.rules}` }))

const play = ({ interest, issues, kind, rules: counted }: Kind, seed: number, quick: boolean): SeasonFigures => {
  const base = kind === "plenty" ? plenty : scarce
  const skill = { ...base.skill, difficulty: DIFFICULTY[issues] }
  const rules = counted === "as specified" ? defaultRatingRules : absenceByTime
  return seasonFigures(new Season({ ...base, seed, skill, rules, interestPpm: interest * 10_000 }).playDays(quick ? 30 : DAYS))
}

const values = (run: Run, value: (figures: SeasonFigures) => number): ReadonlyArray<number> => run.seasons.map(value)

const labelOf = ({ interest, issues, kind, rules }: Kind): string =>
  `${kind}${issues === "usual" ? "" : `, ${issues}`}, ${interest} % suit${rules === "as specified" ? "" : ", absence by time alone"}`

const sectionOf = (runs: ReadonlyArray<Run>) => ({
  figures: runs.flatMap((run) => [
    figure(
      `rank correlation, ${labelOf(run)}`,
      values(run, ({ correlation }) => correlation),
      DISPLAY
    ),
    figure(
      `mean rating, ${labelOf(run)}`,
      values(run, ({ meanRating }) => meanRating),
      "points",
      { digits: 0 }
    ),
    figure(
      `matches a miner in the window, ${labelOf(run)}`,
      values(run, ({ gamesAMiner }) => gamesAMiner),
      "matches",
      { digits: 1 }
    ),
    figure(
      `lowest rating, ${labelOf(run)}`,
      values(run, ({ lowestRating }) => lowestRating),
      "points",
      { digits: 0 }
    ),
    ...(run.issues !== "usual"
      ? [
          figure(
            `eligible of 256, ${labelOf(run)}`,
            values(run, ({ eligible }) => eligible),
            "miners",
            { digits: 0 }
          ),
          figure(
            `solved, ${labelOf(run)}`,
            values(run, ({ solved }) => solved),
            "of what was not void"
          )
        ]
      : [])
  ]),
  plots: [
    {
      title: "Rank correlation after 60 days of the real pairing rule",
      xLabel: "per cent of the issues that suit a miner",
      yLabel: "Spearman's rank correlation",
      lines: (["plenty", "scarce"] as const).flatMap((kind) =>
        (["as specified", "absence by time"] as const).map((rules) => ({
          name: `${kind}, ${rules}`,
          points: runs
            .filter((run) => run.kind === kind && run.rules === rules && run.issues === "usual")
            .map((run) => [run.interest, meanOf(values(run, ({ correlation }) => correlation))] as const)
        }))
      )
    }
  ],
  notes: [
    "Plenty: 40 new issues a day for 256 miners, more than they can take. Scarce: 4 a day. A miner enrols for every issue that suits it, and stays enrolled while it is busy.",
    "A miner counts as absent after 10 matches in a row that began without its enrolment. Where 20 begin in a day and 30 % of the issues suit a miner, that happens to everybody again and again by chance: 15 points each time. Counting absence by time alone (a week without an enrolment) fixes it.",
    "The pairing rule prefers the better rated half, so when issues are scarce many miners hardly play, and ratings cannot measure them.",
    "Pairs are made every 4 hours in these seasons instead of every hour, to save time. A match lasts 6 days on average, so nobody plays 16 of them in the 60 days that count; a busy miner reaches 8."
  ]
})

export const realRule = ratingScenario({
  name: "real-rule",
  question: "How well do ratings reflect skills when the real rule chooses the pairs?",
  cases,
  play,
  section: (outcomes: ReadonlyArray<Outcome<Kind & Case, SeasonFigures>>) =>
    sectionOf(outcomes.map(({ of, results }) => ({ ...of, seasons: results })))
})
