/** Who gets the bounties, and how long newcomers wait: the live pairing rule and alternatives. */
import { Effect } from "effect"
import type { Section } from "../../report/Report.ts"
import {
  byLot,
  everySoManyByGames,
  everySoManyByWait,
  type PairingRule,
  pairsByTheLiveRule,
  ratingAndLot,
  ratingAndWait
} from "../pairingRules.ts"
import { playDays, startSeason } from "../season.ts"
import { medianWait, pairedWithin, type SeasonFigures, seasonFigures, WATCHED_DAYS } from "../seasonFigures.ts"
import { plenty, rare, type SeasonSettings, scarce } from "../seasonSettings.ts"
import { DISPLAY, figure, meanOf, overSeeds, type RatingOptions, type RatingScenario } from "./common.ts"
import { absenceByTime } from "./seasons.ts"

interface NamedRule {
  readonly name: string
  readonly rule: PairingRule
}

const live: NamedRule = { name: "live rule", rule: pairsByTheLiveRule }
const placement: NamedRule = { name: "every 3rd issue to the fewest games", rule: everySoManyByGames(3) }
const lot: NamedRule = { name: "by lot", rule: byLot }

type Kind = "plenty" | "scarce" | "rare"

const KINDS: ReadonlyArray<Kind> = ["plenty", "scarce", "rare"]

const settingsOf: Readonly<Record<Kind, Omit<SeasonSettings, "seed">>> = { plenty, scarce, rare }

const rulesOf: Readonly<Record<Kind, ReadonlyArray<NamedRule>>> = {
  plenty: [live, placement],
  scarce: [
    live,
    placement,
    { name: "every 3rd issue by wait", rule: everySoManyByWait(3) },
    { name: "5 points a day of waiting", rule: ratingAndWait(5_000) },
    { name: "rating + lot of 100", rule: ratingAndLot(100_000) },
    lot
  ],
  rare: [live, placement, lot]
}

const DAYS = 90

interface Run {
  readonly kind: Kind
  readonly rule: string
  readonly seasons: ReadonlyArray<SeasonFigures>
}

const ask = (options: RatingOptions): Effect.Effect<ReadonlyArray<Run>> =>
  Effect.forEach(
    KINDS.flatMap((kind) => rulesOf[kind].map((named) => ({ kind, ...named }))),
    ({ kind, name, rule }) =>
      overSeeds(options, options.quick ? 3 : 5, `${kind}, ${name}`, (seed) =>
        seasonFigures(playDays(startSeason({ ...settingsOf[kind], seed, pairing: rule, rules: absenceByTime }), options.quick ? 45 : DAYS))
      ).pipe(Effect.map((seasons) => ({ kind, rule: name, seasons })))
  )

const waitsOf = ({ seasons }: Run): ReadonlyArray<number> => seasons.flatMap(({ waits }) => waits)

const figuresOf = (run: Run) => {
  const label = `${run.kind}, ${run.rule}`
  const each = (value: (figures: SeasonFigures) => number) => run.seasons.map(value)
  return [
    figure(
      `newcomers paired within a week, ${label}`,
      each(({ waits }) => pairedWithin(waits, 7)),
      "of all newcomers"
    ),
    figure(
      `newcomers paired within ${WATCHED_DAYS} days, ${label}`,
      each(({ waits }) => pairedWithin(waits, WATCHED_DAYS)),
      "of all newcomers"
    ),
    figure(
      `median wait of a newcomer, ${label}`,
      each(({ waits }) => medianWait(waits)),
      `days (${WATCHED_DAYS}: or longer)`,
      { digits: 1 }
    ),
    figure(
      `median wait of a newcomer in rounds, ${label}`,
      each(({ waits }) => 24 * medianWait(waits)),
      "hourly rounds",
      { digits: 0 }
    ),
    figure(
      `never paired in ${DAYS} days, ${label}`,
      each(({ neverPaired }) => neverPaired),
      "of those there all the time"
    ),
    figure(
      `bounties of the tenth that won most, ${label}`,
      each(({ shareOfTopTenth }) => shareOfTopTenth),
      "of all alpha"
    ),
    figure(
      `bounties of the most skilled tenth, ${label}`,
      each(({ shareOfMostSkilledTenth }) => shareOfMostSkilledTenth),
      "of all alpha"
    ),
    figure(
      `Gini's coefficient of bounties, ${label}`,
      each(({ gini }) => gini),
      DISPLAY
    ),
    figure(
      `competitions solved, ${label}`,
      each(({ solved }) => solved),
      "of what was not void"
    ),
    figure(
      `mean skill of who wins, ${label}`,
      each(({ winnersSkill }) => winnersSkill),
      "points",
      { digits: 0 }
    ),
    figure(
      `rank correlation of rating and skill, ${label}`,
      each(({ correlation }) => correlation),
      DISPLAY
    )
  ]
}

const sectionOf = (runs: ReadonlyArray<Run>): Section => ({
  name: newcomers.name,
  question: newcomers.question,
  figures: runs.flatMap(figuresOf),
  plots: (["scarce", "rare"] as const).map((kind) => ({
    title: `Newcomers who have had a first competition (${settingsOf[kind].issuesPerDay} new issues a day)`,
    xLabel: "days since registration",
    yLabel: "part of the newcomers",
    lines: runs
      .filter((run) => run.kind === kind)
      .map((run) => ({
        name: run.rule,
        points: Array.from({ length: WATCHED_DAYS + 1 }, (_, day) => [day, meanOf([pairedWithin(waitsOf(run), day)])] as const)
      }))
  })),
  notes: [
    "Plenty, scarce and rare: 40, 4 and 1 new issues a day. 256 miners for 90 days, one newcomer a day with a random skill, who stays a month. Issues suit 30 % of the miners. Absence is counted by time alone here, so that only the pairing rule differs.",
    '"Every 3rd issue to the fewest games" gives issues whose id is divisible by 3 to the enrolled miners who have played least in the window, with a draw among equals.',
    '"Every 3rd issue by wait" gives issues whose id is divisible by 3 to the two enrolled miners whose last competition, or registration, is longest ago. "5 points a day" adds that to the rating of a waiting miner. "Rating + lot" adds a draw of up to 100 points.',
    "The price of a fairer rule is that better miners get fewer issues: see the share that is solved and the winners' skill."
  ]
})

export const newcomers: RatingScenario = {
  name: "newcomers",
  question: "How long do newcomers wait for a first competition, and who gets the bounties?",
  run: (options) => ask(options).pipe(Effect.map(sectionOf))
}
