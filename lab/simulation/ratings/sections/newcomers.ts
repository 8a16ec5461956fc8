/** Who gets the bounties, and how long newcomers wait: the live pairing rule and alternatives. */
import {
  bestTwo,
  byLot,
  everyThirdByGames,
  everyThirdByWait,
  type PairingRule,
  ratingAndLot,
  ratingAndWait,
  theRule
} from "../pairingRules.ts"
import { Season } from "../season.ts"
import { medianWait, pairedWithin, type SeasonFigures, seasonFigures, WATCHED_DAYS } from "../seasonFigures.ts"
import { plenty, rare, type SeasonSettings, scarce } from "../seasonSettings.ts"
import { type Case, DISPLAY, figure, meanOf, type Outcome, ratingScenario } from "./common.ts"

type Kind = "plenty" | "scarce" | "rare"

const KINDS: ReadonlyArray<Kind> = ["plenty", "scarce", "rare"]

const settingsOf: Readonly<Record<Kind, Omit<SeasonSettings, "seed">>> = { plenty, scarce, rare }

const rulesOf: Readonly<Record<Kind, ReadonlyArray<PairingRule>>> = {
  plenty: [theRule, bestTwo, everyThirdByGames],
  scarce: [theRule, bestTwo, everyThirdByGames, everyThirdByWait, ratingAndWait, ratingAndLot, byLot],
  rare: [theRule, bestTwo, byLot]
}

const DAYS = 90

interface Ruled extends Case {
  readonly kind: Kind
  readonly pairing: PairingRule
}

interface Run {
  readonly kind: Kind
  readonly rule: string
  readonly seasons: ReadonlyArray<SeasonFigures>
}

const cases = (quick: boolean): ReadonlyArray<Ruled> =>
  KINDS.flatMap((kind) => rulesOf[kind].map((pairing) => ({ kind, pairing, seeds: quick ? 3 : 5, label: `${kind}, ${pairing.name}` })))

const play = ({ kind, pairing }: Ruled, seed: number, quick: boolean): SeasonFigures =>
  seasonFigures(new Season({ ...settingsOf[kind], seed, pairing }).playDays(quick ? 45 : DAYS))

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
      `matches, ${label}`,
      each(({ competitions }) => competitions),
      `in ${DAYS} days`,
      { digits: 0 }
    ),
    figure(
      `matches solved, ${label}`,
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

const sectionOf = (runs: ReadonlyArray<Run>) => ({
  figures: runs.flatMap(figuresOf),
  plots: (["scarce", "rare"] as const).map((kind) => ({
    title: `Newcomers who have had a first match (${settingsOf[kind].issuesPerDay} new issues a day)`,
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
    "Plenty, scarce and rare: 40, 4 and 1 new issues a day. 256 miners for 90 days, one newcomer a day with a random skill, who stays a month. Issues suit 30 % of the miners. Absence is counted as specified for all rules.",
    '"The best two" is the rule that validators had before: the two highest ratings, from any field. The other alternatives change only its order.',
    '"Every 3rd issue to the fewest matches" gives issues whose id is divisible by 3 to the enrolled miners who have played least in the window, with a draw among equals.',
    '"Every 3rd issue by wait" gives issues whose id is divisible by 3 to the two enrolled miners whose last match, or registration, is longest ago. "5 points a day" adds that to the rating of a waiting miner. "Rating + lot" adds a draw of up to 100 points.',
    "The price of a fairer rule is that better miners get fewer issues: see the share that is solved and the winners' skill."
  ]
})

export const newcomers = ratingScenario({
  name: "newcomers",
  question: "How long do newcomers wait for a first match, and who gets the bounties?",
  cases,
  play,
  section: (outcomes: ReadonlyArray<Outcome<Ruled, SeasonFigures>>) =>
    sectionOf(outcomes.map(({ of, results }) => ({ kind: of.kind, rule: of.pairing.name, seasons: results })))
})
