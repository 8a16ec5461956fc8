/** The gains of cartels under the validators' rule. */
import { defaultRatingRules, type RatingRules } from "../../../../src/elo/RatingRules.ts"
import type { Figure } from "../../report/Report.ts"
import * as Cartels from "../cartels/cartels.ts"
import { type Collusion, type LandedChange, measureCollusion, mostThatFeedingGives, worthOfPoints } from "../collusion.ts"
import { plenty, type SeasonSettings, scarce } from "../seasonSettings.ts"
import { average, rounded } from "../statistics.ts"
import { type Case, figure, type Outcome, ratingScenario } from "./common.ts"

/** The bounds of a star's gain and of a member's that takes turns, in points and alpha. */
const MOST_POINTS = 60
const MOST_ALPHA = 150

export const DAYS = 60

interface Scheming {
  readonly scheme: Cartels.Scheme
  readonly size: number
}

interface Cartelled extends Case {
  readonly settings: Omit<SeasonSettings, "seed">
  readonly schemes: ReadonlyArray<Scheming>
  /** Whether the gains are bounded: for 16 of 256 miners where 30 or 60 % of the issues suit a miner. */
  readonly isBounded: boolean
  readonly isWorthMeasured: boolean
}

const ofSize = (size: number, schemes: ReadonlyArray<Cartels.Scheme>): ReadonlyArray<Scheming> =>
  schemes.map((scheme) => ({ scheme, size }))

const SIZES: ReadonlyArray<number> = [2, 4, 8]
const smaller = SIZES.flatMap((size) => ofSize(size, [Cartels.feedStarHonestly, Cartels.turnsHonestly]))

/** The schemes of each kind with the highest gain, for cases in which all of them would take too long. */
export const strongest: ReadonlyArray<Cartels.Scheme> = [
  Cartels.feedStarAsPair,
  Cartels.feedStarSimulating,
  Cartels.feedStarHonestly,
  Cartels.feedStarColdkey,
  Cartels.turnsAsPairs,
  Cartels.turnsSimulating,
  Cartels.turnsHonestly
]

/** A subnet of this size with as many issues per miner as the one of 256. */
export const subnetOf = (miners: number, settings: Omit<SeasonSettings, "seed">): Omit<SeasonSettings, "seed"> => ({
  ...settings,
  miners,
  issuesPerDay: (settings.issuesPerDay * miners) / 256,
  mostOpenIssues: Math.round((settings.mostOpenIssues * miners) / 256)
})

const suiting = (percent: number, settings: Omit<SeasonSettings, "seed">) => ({ ...settings, interestPpm: percent * 10_000 })

const cases = (quick: boolean): ReadonlyArray<Cartelled> => [
  ...[60, 30].flatMap((percent) =>
    (["plenty", "scarce"] as const).map((kind) => ({
      label: `${kind}, ${percent} % suit`,
      seeds: quick ? 3 : 20,
      settings: suiting(percent, kind === "plenty" ? plenty : scarce),
      schemes: [...ofSize(16, Cartels.schemes), ...(percent === 60 && kind === "plenty" ? smaller : [])],
      isBounded: !quick,
      isWorthMeasured: percent === 60
    }))
  ),
  {
    label: "plenty, 10 % suit",
    seeds: quick ? 3 : 10,
    settings: suiting(10, plenty),
    schemes: ofSize(16, Cartels.schemes),
    isBounded: false,
    isWorthMeasured: false
  },
  ...[64, 48].flatMap((miners) =>
    [60, 30].map((percent) => ({
      label: `plenty, ${miners} miners, ${percent} % suit`,
      seeds: quick ? 3 : 10,
      settings: suiting(percent, subnetOf(miners, plenty)),
      schemes: [...ofSize(miners / 16, strongest), ...ofSize(16, strongest)],
      isBounded: false,
      isWorthMeasured: false
    }))
  )
]

interface Result {
  readonly collusion: Collusion
  readonly worth: number | null
}

export const playCartels = (settings: SeasonSettings, schemes: ReadonlyArray<Scheming>, quick: boolean) => {
  const all = { season: settings, skill: 1_500_000, daysBefore: quick ? 10 : 20, days: quick ? 20 : DAYS }
  return {
    all,
    collusion: measureCollusion(
      all,
      schemes.map(({ scheme, size }) => scheme.of(size))
    )
  }
}

const play = ({ isWorthMeasured, schemes, settings }: Cartelled, seed: number, quick: boolean): Result => {
  const { all, collusion } = playCartels({ ...settings, seed }, schemes, quick)
  return { collusion, worth: isWorthMeasured ? worthOfPoints(all, MOST_POINTS * 1_000) : null }
}

const landedChangesOf = (results: ReadonlyArray<Collusion>, index: number, value: (gain: LandedChange) => number): ReadonlyArray<number> =>
  results.flatMap(({ gains }) => gains.slice(index, index + 1).map(value))

/** The members' gains in one scheme. */
export const figuresOfScheme = (
  results: ReadonlyArray<Collusion>,
  index: number,
  { scheme, size }: Scheming,
  label: string,
  isBounded: boolean
): ReadonlyArray<Figure> => {
  const name = `${size} colluders, ${label}: ${scheme.name}`
  const atMost = (limit: number) => (isBounded ? { bound: { upperEndAtMost: limit } } : {})
  const star = figure(
    `the star's gain, ${name}`,
    landedChangesOf(results, index, (gain) => gain.star),
    "points",
    { digits: 0, ...atMost(MOST_POINTS) }
  )
  const points = figure(
    `a member's gain, ${name}`,
    landedChangesOf(results, index, (gain) => gain.average),
    "points",
    { digits: 0, ...atMost(MOST_POINTS) }
  )
  const bounties = figure(
    `a member's bounties over a lone miner's, ${name}`,
    landedChangesOf(results, index, (gain) => gain.bounties),
    `alpha in ${DAYS} days`,
    { digits: 0, ...(scheme.aim === "turns" ? atMost(MOST_ALPHA) : {}) }
  )
  const arranged = figure(
    `arranged, ${name}`,
    landedChangesOf(results, index, (gain) => gain.arranged),
    "matches",
    { digits: 0 }
  )
  return [...(scheme.aim === "star" ? [star] : []), points, bounties, arranged]
}

const figuresOf = ({ of, results }: Outcome<Cartelled, Result>): ReadonlyArray<Figure> => {
  const collusions = results.map(({ collusion }) => collusion)
  const worth = results.flatMap((one) => (one.worth === null ? [] : [one.worth]))
  return [
    ...of.schemes.flatMap((one, index) => figuresOfScheme(collusions, index, one, of.label, of.isBounded && one.size === 16)),
    figure(
      `an honest miner's bounties, ${of.label}`,
      collusions.map(({ honest }) => honest.bounties),
      `alpha in ${DAYS} days`,
      { digits: 0 }
    ),
    figure(
      `points by enrolling for everything while busy, ${of.label}`,
      collusions.map(({ honest }) => honest.presentPoints),
      "points",
      { digits: 0 }
    ),
    figure(
      `bounties by enrolling for everything while busy, ${of.label}`,
      collusions.map(({ honest }) => honest.presentBounties),
      `alpha in ${DAYS} days`,
      { digits: 0 }
    ),
    figure(
      `matches in an honest season, ${of.label}`,
      collusions.map(({ honest }) => honest.competitions),
      `in ${DAYS} days`,
      { digits: 0 }
    ),
    ...(of.isWorthMeasured
      ? [figure(`what ${MOST_POINTS} points more are worth, ${of.label}`, worth, `alpha in ${DAYS} days`, { digits: 0 })]
      : [])
  ]
}

const steady: RatingRules = { ...defaultRatingRules, earlyK: defaultRatingRules.laterK }
const PLOTTED: ReadonlyArray<number> = [...SIZES, 16]

const sectionOf = (outcomes: ReadonlyArray<Outcome<Cartelled, Result>>) => ({
  figures: [
    ...PLOTTED.map((size) => ({
      name: `the most that ${size} could give one star if they chose who meets whom`,
      value: rounded(mostThatFeedingGives(size, defaultRatingRules), 0),
      unit: "points"
    })),
    ...outcomes.flatMap(figuresOf)
  ],
  plots: [
    {
      title: `What the star of a cartel gains in ${DAYS} days`,
      xLabel: "colluders of 256",
      yLabel: "points over honest play",
      lines: [
        {
          name: "if it chose the pairs",
          points: PLOTTED.map((size) => [size, rounded(mostThatFeedingGives(size, defaultRatingRules), 1)] as const)
        },
        { name: "the same, K 20 always", points: PLOTTED.map((size) => [size, rounded(mostThatFeedingGives(size, steady), 1)] as const) },
        ...outcomes.slice(0, 1).map(({ of, results }) => ({
          name: "simulating the round",
          points: PLOTTED.map((size) => {
            const index = of.schemes.findIndex((one) => one.size === size && one.scheme === Cartels.feedStarHonestly)
            return [
              size,
              rounded(
                average(
                  landedChangesOf(
                    results.map(({ collusion }) => collusion),
                    index,
                    ({ star }) => star
                  )
                ),
                1
              )
            ] as const
          })
        })),
        { name: "the limit", points: [[2, MOST_POINTS] as const, [16, MOST_POINTS] as const] }
      ]
    }
  ],
  notes: [
    "The colluders know everything but the round's seed, enrol last, and enrol for any issue; their own matches are prepared, merged six hours after submissions begin, and always solved. A member that is drawn against a stranger for an issue that does not suit it does not work on it.",
    "Their skill is 1500. They are compared with 16 miners of that skill in the same season who play honestly, each for itself, and enrol for every issue while they are busy: that is free, keeps a miner from being absent, and is no collusion. The figures say what it is worth alone.",
    '"Fill the field": all free members enrol where few strangers are enrolled. "Simulate the round": they play the round twice with seeds of their own to see which strangers are left when an issue\'s turn comes, and compute the chance of a pair that they want. "Else honest": while nothing can be arranged, members enrol like everybody; otherwise they wait, and enrol only where enough better rated strangers will be drawn. "Feeders of one coldkey" cannot be drawn against each other, only against the star or a stranger.',
    "Feeding one star lasts exactly until the rating is taken; each of the others may lose to the star twice. Swapping hotkeys is free here; in reality each swap costs a registration, and a GitHub account that no other hotkey has linked. It pays without any collusion too, so its bounties are not bounded by the pairing rule.",
    "Absence is counted as specified everywhere. Plenty: 40 new issues a day for 256 miners, and as many a miner on smaller subnets. Scarce: 4 a day.",
    "The worth of points: 16 miners of skill 1500 get 60 points for free, in the pairing rule only, for 60 days."
  ]
})

export const colluders = ratingScenario({
  name: "colluders",
  question: "What do colluding miners gain?",
  cases,
  play,
  section: sectionOf
})
