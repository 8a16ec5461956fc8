/** What cartels gain. */
import { Effect } from "effect"
import { defaultRatingRules, type RatingRules } from "../../../elo/RatingRules.ts"
import type { Section } from "../../report/Report.ts"
import * as Cartels from "../cartels.ts"
import { type Collusion, type Gain, measureCollusion, mostThatFeedingGives, worthOfPoints } from "../collusion.ts"
import type { PairingRule } from "../pairingRules.ts"
import { fieldOfAtLeast, ratingAndLot } from "../pairingRules.ts"
import { plenty, scarce } from "../seasonSettings.ts"
import type { Cartel } from "../seasonState.ts"
import { average, rounded } from "../statistics.ts"
import { figure, overSeeds, type RatingOptions, type RatingScenario } from "./common.ts"
import { absenceByTime } from "./seasons.ts"

const SIZES: ReadonlyArray<number> = [2, 4, 8, 16]
const LIMIT = 60

interface Run {
  readonly label: string
  readonly isLive: boolean
  readonly seasons: ReadonlyArray<Collusion>
  /** What 60 points are worth in each season; only measured for the live rule. */
  readonly worth: ReadonlyArray<number>
}

/** The most profitable scheme in all sizes, and every scheme with the largest size. */
const schemes: ReadonlyArray<Cartel> = [
  ...SIZES.map(Cartels.feedStarOnly),
  ...Cartels.cartels.filter((of) => of !== Cartels.feedStarOnly).map((of) => of(16))
]

const guarded: PairingRule = fieldOfAtLeast(24, ratingAndLot(100_000))

const ask = (options: RatingOptions): Effect.Effect<ReadonlyArray<Run>> => {
  const season = (label: string, isLive: boolean, kind: "plenty" | "scarce", cartels: ReadonlyArray<Cartel>, pairing?: PairingRule) =>
    overSeeds(options, 3, `colluders, ${label}`, (seed) => {
      const settings = {
        season: {
          ...(kind === "plenty" ? plenty : scarce),
          ...(pairing === undefined ? {} : { pairing, rules: absenceByTime }),
          seed,
          interestPpm: 600_000
        },
        skill: 1_500_000,
        daysBefore: options.quick ? 15 : 20,
        days: options.quick ? 30 : 60
      }
      return { collusion: measureCollusion(settings, cartels), worth: isLive ? [worthOfPoints(settings, LIMIT * 1_000)] : [] }
    }).pipe(
      Effect.map((all) => ({ label, isLive, seasons: all.map(({ collusion }) => collusion), worth: all.flatMap(({ worth }) => worth) }))
    )
  return Effect.all([
    season("plenty", true, "plenty", schemes),
    season("scarce", true, "scarce", schemes),
    season("plenty, field of 24 and a lot", false, "plenty", schemes.slice(0, SIZES.length), guarded)
  ])
}

const bounded = { bound: { atMost: LIMIT } }

const gainsOf = ({ seasons }: Run, index: number, value: (gain: Gain) => number): ReadonlyArray<number> =>
  seasons.flatMap(({ gains }) => gains.slice(index, index + 1).map(value))

const figuresOf = (run: Run) => {
  const { isLive, label, seasons, worth } = run
  const limit = { digits: 0, ...(isLive ? bounded : {}) }
  return [
    ...(seasons[0]?.gains ?? []).flatMap(({ cartel, size }, index) => {
      const name = `${size} colluders, ${label}: ${cartel}`
      return [
        figure(
          `the star's gain, ${name}`,
          gainsOf(run, index, ({ star }) => star),
          "points",
          limit
        ),
        figure(
          `a member's gain, ${name}`,
          gainsOf(run, index, (gain) => gain.average),
          "points",
          limit
        ),
        figure(
          `a member's bounties over an honest miner's, ${name}`,
          gainsOf(run, index, ({ bounties }) => bounties),
          "alpha in 60 days",
          {
            digits: 0
          }
        ),
        figure(
          `arranged, ${name}`,
          gainsOf(run, index, ({ arranged }) => arranged),
          "competitions",
          { digits: 0 }
        )
      ]
    }),
    figure(
      `an honest miner's bounties, ${label}`,
      seasons.map(({ honest }) => honest.bounties),
      "alpha in 60 days",
      { digits: 0 }
    ),
    figure(
      `competitions in an honest season, ${label}`,
      seasons.map(({ honest }) => honest.competitions),
      "in 60 days",
      { digits: 0 }
    ),
    ...(isLive ? [figure(`what ${LIMIT} points more are worth, ${label}`, worth, "alpha in 60 days", { digits: 0 })] : [])
  ]
}

const steady: RatingRules = { ...defaultRatingRules, earlyK: defaultRatingRules.laterK }

const sectionOf = (runs: ReadonlyArray<Run>): Section => ({
  name: colluders.name,
  question: colluders.question,
  figures: [
    ...SIZES.map((size) => ({
      name: `the most that ${size} could give one star if they chose who meets whom`,
      value: rounded(mostThatFeedingGives(size, defaultRatingRules), 0),
      unit: "points"
    })),
    ...runs.flatMap(figuresOf)
  ],
  plots: [
    {
      title: "What the star of a cartel gains in 60 days",
      xLabel: "colluders of 256",
      yLabel: "points over honest play",
      lines: [
        {
          name: "if it chose the pairs",
          points: SIZES.map((size) => [size, rounded(mostThatFeedingGives(size, defaultRatingRules), 1)] as const)
        },
        { name: "the same, K 20 always", points: SIZES.map((size) => [size, rounded(mostThatFeedingGives(size, steady), 1)] as const) },
        ...runs.map((run) => ({
          name: run.label,
          points: SIZES.map((size, index) => [size, rounded(average(gainsOf(run, index, ({ star }) => star)), 1)] as const)
        })),
        { name: "the limit", points: [[2, LIMIT] as const, [16, LIMIT] as const] }
      ]
    }
  ],
  notes: [
    "The colluders know everything and enrol last; their own competitions are prepared, merged six hours after submissions begin, and always solved. Their skill is 1500, and they are compared with honest miners of that skill in the same season. Issues suit 60 % of the miners.",
    `"Feed one star, meet no strangers" lasts exactly until the last arranged competition ends, when the rating is taken: each of the others may lose to the star twice.`,
    "Swapping hotkeys is free here; in reality each swap costs a registration, and a GitHub account that no other hotkey has linked.",
    "The worth of points: 16 miners of skill 1500 get 60 points for free, in the pairing rule only, for 60 days."
  ]
})

export const colluders: RatingScenario = {
  name: "colluders",
  question: "What do colluding miners gain?",
  run: (options) => ask(options).pipe(Effect.map(sectionOf))
}
