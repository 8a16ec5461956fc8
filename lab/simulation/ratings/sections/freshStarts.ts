/** The gain of losers from a new hotkey, its price, and the cost for honest miners. */
import type { MilliPoints } from "../../../../src/elo/expectedScore.ts"
import type { Figure } from "../../report/Report.ts"
import { ATTACKERS, type Attempt, FRESH, type FreshStartGain, type FreshStarts, measureFreshStarts } from "../freshStarts.ts"
import { newcomersBehind, theRule } from "../pairingRules.ts"
import { plenty, scarce } from "../seasonSettings.ts"
import { estimate, rounded } from "../statistics.ts"
import { type Case, figure, type Outcome, ratingScenario } from "./common.ts"

/**
 * The main network's prices, in TAO. Its metadata (runtime 365, test/support/fidelity/finney.json) has `KeySwapOnSubnetCost` and the defaults of
 * `MinBurn` (the lowest price of a registration) and `Burn` (a subnet's initial price). The current price lies between `MinBurn` and `MaxBurn`.
 */
export const PRICES = { swap: 0.001, leastRegistration: 0.0005, firstRegistration: 0.1 } as const

type Kind = "scarce" | "plenty"

interface Losers extends Case {
  readonly kind: Kind
  readonly skill: MilliPoints
}

const DAYS = 60
const DAYS_BEFORE = 30

/** Drops of the rating in milli-points: after one lost game or a week's absence, and after several games. */
const SOON = 20_000
const LATER = 60_000

const BEHIND = newcomersBehind(100_000, 14)

const ATTEMPTS: ReadonlyArray<Attempt & { readonly name: string }> = [
  { form: FRESH, below: SOON, pairing: theRule, name: "registers anew" },
  { form: FRESH, below: LATER, pairing: theRule, name: "registers anew, only 60 points down" },
  { form: "swaps the hotkey, no guard", below: SOON, pairing: theRule, name: "swaps, if matches belonged to the hotkey" },
  { form: "swaps the hotkey, matches belong to the neuron", below: SOON, pairing: theRule, name: "swaps" },
  {
    form: "registers anew, matches belong to the account",
    below: SOON,
    pairing: theRule,
    name: "registers anew, if matches belonged to the account"
  },
  { form: FRESH, below: SOON, pairing: BEHIND, name: `registers anew, if ${BEHIND.name}` }
]

const cases = (quick: boolean): ReadonlyArray<Losers> =>
  (["scarce", "plenty"] as const).flatMap((kind) =>
    [1_300_000, 1_500_000].map((skill) => ({
      kind,
      skill,
      seeds: quick ? 3 : kind === "scarce" ? 24 : 8,
      label: labelOf({ kind, skill })
    }))
  )

const labelOf = ({ kind, skill }: Pick<Losers, "kind" | "skill">): string => `${kind}, skill ${skill / 1_000}`

const play = ({ kind, skill }: Losers, seed: number, quick: boolean): FreshStarts =>
  measureFreshStarts(
    {
      season: { ...(kind === "plenty" ? plenty : scarce), seed },
      skill,
      daysBefore: quick ? 15 : DAYS_BEFORE,
      days: quick ? 20 : DAYS
    },
    ATTEMPTS
  )

/** The sign of a gain, as far as it is statistically significant. */
export type Verdict = "pays" | "costs" | "shows no effect"

export const verdictOf = ({ plusMinus = 0, value }: Pick<Figure, "value" | "plusMinus">): Verdict =>
  value - plusMinus > 0 ? "pays" : value + plusMinus < 0 ? "costs" : "shows no effect"

const priceOf = (name: string): number => (name.startsWith("swaps") ? PRICES.swap : PRICES.leastRegistration)

const figuresOfAttempt = (label: string, name: string, gains: ReadonlyArray<FreshStartGain>): ReadonlyArray<Figure> => {
  const each = (value: (gain: FreshStartGain) => number) => gains.map(value)
  const [alpha, starts, inVain] = [each((gain) => gain.alpha), each((gain) => gain.starts), each((gain) => gain.inVain)] as const
  const means = { alpha: estimate(alpha).mean, starts: estimate(starts).mean, inVain: estimate(inVain).mean }
  const gained = figure(`alpha gained, ${label}: ${name}`, alpha, "alpha an attacker", { digits: 1 })
  // An insignificant gain has no price.
  const pays = verdictOf(gained) === "pays" && means.starts > 0
  const priced = (price: number): Figure => ({
    name: `price of an alpha above which it pays, ${label}: ${name}, at ${price} TAO a hotkey`,
    value: rounded((1_000_000 * price * means.starts) / means.alpha, 0),
    unit: "millionths of a TAO"
  })
  return [
    gained,
    figure(
      `points gained, ${label}: ${name}`,
      each((gain) => gain.points),
      "points",
      { digits: 1 }
    ),
    figure(`new hotkeys, ${label}: ${name}`, starts, "an attacker", { digits: 1 }),
    figure(`bounties competed for in vain, ${label}: ${name}`, inVain, "alpha an attacker more", { digits: 0 }),
    figure(
      `alpha of each other miner, ${label}: ${name}`,
      each((gain) => gain.others),
      "alpha",
      { digits: 2 }
    ),
    ...(pays ? [priced(priceOf(name)), ...(name.startsWith("swaps") ? [] : [priced(PRICES.firstRegistration)])] : []),
    ...(pays && means.inVain > 0
      ? [
          {
            name: `collateral that takes the gain away, ${label}: ${name}`,
            value: rounded((100 * means.alpha) / means.inVain, 0),
            unit: "% of a bounty"
          }
        ]
      : [])
  ]
}

const figuresOf = ({ of, results }: Outcome<Losers, FreshStarts>): ReadonlyArray<Figure> => {
  const label = labelOf(of)
  const honest = [...new Set(ATTEMPTS.map(({ pairing }) => pairing.name))].flatMap((rule) => {
    const each = (value: (figures: FreshStarts["honest"][string]) => number) =>
      results.flatMap((one) => {
        const found = one.honest[rule]
        return found === undefined ? [] : [value(found)]
      })
    return [
      figure(
        `alpha of a miner of that skill who stays, ${label}, ${rule}`,
        each((one) => one.alpha),
        "alpha",
        { digits: 1 }
      ),
      figure(
        `newcomers paired within a week, ${label}, ${rule}`,
        each((one) => one.withinWeek),
        "of all newcomers",
        { digits: 2 }
      ),
      figure(
        `newcomers paired within 30 days, ${label}, ${rule}`,
        each((one) => one.withinMonth),
        "of all newcomers",
        { digits: 2 }
      )
    ]
  })
  const attacks = ATTEMPTS.flatMap(({ name }, index) =>
    figuresOfAttempt(
      label,
      name,
      results.flatMap(({ gains }) => gains.slice(index, index + 1))
    )
  )
  return [...honest, ...attacks]
}

const NOTES = [
  `${ATTACKERS} of 256 miners attack, for ${DAYS} days after ${DAYS_BEFORE} honest ones. They take a new hotkey as soon as their rating is 20 points below 1500 (in one attempt 60) and no match of theirs runs. Everything is compared with the same miners in the same season when they stay. Plenty and scarce: 40 and 4 new issues a day, with bounties of 162 alpha on average.`,
  "A new registration takes the attacker's own old UID: on a real subnet it may take that of somebody else, and the attacker may keep the old one. A swap is possible every 5 days. Attackers under a rule that gives them their old matches try no more often.",
  "The registration's price is the one thing that is not simulated: it rises with demand. Where a gain is more than chance explains, the figures say from which price of an alpha on a new hotkey pays for itself, at the least price that the chain allows by default and at the one with which a subnet begins.",
  "Collateral: a share of the bounty is slashed when a match is lost, or is not solved. The figure is the share at which an attacker loses by more matches in vain what it gains."
]

const sectionOf = (outcomes: ReadonlyArray<Outcome<Losers, FreshStarts>>) => ({
  figures: outcomes.flatMap(figuresOf),
  plots: [],
  notes: NOTES
})

export const freshStarts = ratingScenario({
  name: "fresh-starts",
  question: "What does a loser gain by a new hotkey?",
  cases,
  play,
  section: sectionOf
})
