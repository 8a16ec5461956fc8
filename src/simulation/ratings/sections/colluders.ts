/** What miners gain who play together. */
import { Effect } from "effect"
import { defaultRatingRules, type RatingRules } from "../../../elo/RatingRules.ts"
import type { Section } from "../../report.ts"
import * as Cartels from "../cartels.ts"
import { type Gain, measureCollusion, mostThatFeedingGives } from "../collusion.ts"
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
  readonly gains: ReadonlyArray<ReadonlyArray<Gain>>
}

/** All sizes of the scheme that gives most, and every scheme of the largest. */
const schemes: ReadonlyArray<Cartel> = [
  ...SIZES.map(Cartels.feedStarOnly),
  ...Cartels.cartels.filter((of) => of !== Cartels.feedStarOnly).map((of) => of(16))
]

const guarded: PairingRule = fieldOfAtLeast(24, ratingAndLot(100_000))

const ask = (options: RatingOptions): Effect.Effect<ReadonlyArray<Run>> => {
  const season = (label: string, isLive: boolean, kind: "plenty" | "scarce", cartels: ReadonlyArray<Cartel>, pairing?: PairingRule) =>
    overSeeds(options, options.quick ? 2 : 5, `colluders, ${label}`, (seed) =>
      measureCollusion(
        {
          season: {
            ...(kind === "plenty" ? plenty : scarce),
            ...(pairing === undefined ? {} : { pairing, rules: absenceByTime }),
            seed,
            interestPpm: 600_000
          },
          skill: 1_500_000,
          daysBefore: options.quick ? 15 : 30,
          days: options.quick ? 30 : 60
        },
        cartels
      )
    ).pipe(Effect.map((gains) => ({ label, isLive, gains })))
  return Effect.all([
    season("plenty", true, "plenty", schemes),
    season("scarce", true, "scarce", schemes),
    season("plenty, field of 24 and a lot", false, "plenty", schemes.slice(0, SIZES.length), guarded)
  ])
}

const bounded = { bound: { atMost: LIMIT } }

const figuresOf = ({ gains, isLive, label }: Run) =>
  (gains[0] ?? []).flatMap(({ cartel, size }, index) => {
    const each = (value: (gain: Gain) => number) => gains.flatMap((season) => season.slice(index, index + 1).map(value))
    const name = `${size} colluders, ${label}: ${cartel}`
    return [
      figure(
        `the star's gain, ${name}`,
        each(({ star }) => star),
        "points",
        { digits: 0, ...(isLive ? bounded : {}) }
      ),
      figure(
        `a member's gain, ${name}`,
        each((gain) => gain.average),
        "points",
        { digits: 0, ...(isLive ? bounded : {}) }
      ),
      figure(
        `a member's bounties over an honest miner's, ${name}`,
        each(({ bounties }) => bounties),
        "alpha in 60 days",
        { digits: 0 }
      ),
      ...(cartel === Cartels.feedStarOnly(size).name
        ? [
            figure(
              `arranged, ${name}`,
              each(({ arranged }) => arranged),
              "competitions",
              { digits: 0 }
            )
          ]
        : [])
    ]
  })

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
    ...runs.flatMap(figuresOf),
    ...runs.map(({ gains, label }) =>
      figure(
        `an honest miner's bounties, ${label}`,
        gains.map((season) => average(season.slice(0, 1).map(({ honestBounties }) => honestBounties))),
        "alpha in 60 days",
        { digits: 0 }
      )
    )
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
        ...runs.map(({ gains, label }) => ({
          name: label,
          points: SIZES.map(
            (size, index) =>
              [size, rounded(average(gains.flatMap((season) => season.slice(index, index + 1).map(({ star }) => star))), 1)] as const
          )
        })),
        { name: "the limit", points: [[2, LIMIT] as const, [16, LIMIT] as const] }
      ]
    }
  ],
  notes: []
})

export const colluders: RatingScenario = {
  name: "colluders",
  question: "What do miners gain who play together?",
  run: (options) => ask(options).pipe(Effect.map(sectionOf))
}
