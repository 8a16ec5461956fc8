/** The effect of other pairing rules, of several competitions for each miner, and of hotkeys enrolled only to be counted. */
import type { Figure } from "../../report/Report.ts"
import type { Collusion } from "../collusion.ts"
import { bestOfField, bestTwo, fieldOfColdkeys, type PairingRule, patient, theRule, unoccupiedField } from "../pairingRules.ts"
import { measureRaising, type Raised } from "../raising.ts"
import { plenty } from "../seasonSettings.ts"
import { DAYS, figuresOfScheme, playCartels, strongest, subnetOf } from "./colluders.ts"
import { type Case, figure, type Outcome, ratingScenario } from "./common.ts"

interface Ruled extends Case {
  readonly pairing: PairingRule
  readonly percent: number
  readonly max: number
  /** The number of such hotkeys added to 48 miners; null: a cartel of 16 in 256 is measured. */
  readonly added: number | null
}

type Result = { readonly collusion: Collusion } | { readonly raised: Raised }

const SCHEMING = strongest.map((scheme) => ({ scheme, size: 16 }))

const cases = (quick: boolean): ReadonlyArray<Ruled> => {
  const seeds = quick ? 3 : 10
  const cartels = [
    ...[theRule, bestTwo, bestOfField, fieldOfColdkeys, patient].flatMap((pairing) =>
      [60, 30].map((percent) => ({ pairing, percent, max: 1, added: null, label: `${pairing.name}, ${percent} % suit` }))
    ),
    ...[2, 4].flatMap((max) =>
      [bestTwo, theRule, unoccupiedField].map((pairing) => ({
        pairing,
        percent: 60,
        max,
        added: null,
        label: `${pairing.name}, ${max} matches a miner`
      }))
    )
  ]
  const raised = [theRule, patient].flatMap((pairing) =>
    [60, 30].flatMap((percent) =>
      [0, 16, 64, 200].map((added) => ({
        pairing,
        percent,
        max: 1,
        added,
        label: `${pairing.name}, ${percent} % suit, 48 miners and ${added} for the count`
      }))
    )
  )
  return [...cartels, ...raised].map((one) => ({ ...one, seeds }))
}

const play = ({ added, max, pairing, percent }: Ruled, seed: number, quick: boolean): Result => {
  const settings = { ...plenty, interestPpm: percent * 10_000, maxCompetitionsPerMiner: max, pairing }
  if (added === null) return { collusion: playCartels({ ...settings, seed }, SCHEMING, quick).collusion }
  return { raised: measureRaising({ season: { ...subnetOf(48, settings), seed }, pairing, added, days: quick ? 20 : DAYS }) }
}

const figuresOf = ({ of, results }: Outcome<Ruled, Result>): ReadonlyArray<Figure> => {
  const collusions = results.flatMap((one) => ("collusion" in one ? [one.collusion] : []))
  const raised = results.flatMap((one) => ("raised" in one ? [one.raised] : []))
  if (of.added !== null)
    return [
      figure(
        `matches of the 48, ${of.label}`,
        raised.map(({ competitions }) => competitions),
        `in ${DAYS} days`,
        { digits: 0 }
      ),
      figure(
        `mean field needed, ${of.label}`,
        raised.map(({ fieldNeeded }) => fieldNeeded),
        "candidates",
        { digits: 1 }
      )
    ]
  return [
    ...SCHEMING.flatMap((scheming, index) => figuresOfScheme(collusions, index, scheming, of.label, false)),
    figure(
      `an honest miner's bounties, ${of.label}`,
      collusions.map(({ honest }) => honest.bounties),
      `alpha in ${DAYS} days`,
      { digits: 0 }
    ),
    figure(
      `matches in an honest season, ${of.label}`,
      collusions.map(({ honest }) => honest.competitions),
      `in ${DAYS} days`,
      { digits: 0 }
    )
  ]
}

export const rules = ratingScenario({
  name: "rules",
  question: "What would other pairing rules, or several matches for each miner, change?",
  cases,
  play,
  section: (outcomes: ReadonlyArray<Outcome<Ruled, Result>>) => ({
    figures: outcomes.flatMap(figuresOf),
    plots: [],
    notes: [
      '"The best two" is the rule that validators had before: the two highest ratings, from any field. "The best two of the field" draws nothing. "A field that falls by one a day" takes one from the field needed for each whole day that an issue has waited, down to 2.',
      '"A field of the unoccupied" counts only miners with the fewest running matches; it differs only where a miner may be in several.',
      "For the count: somebody adds hotkeys of one coldkey and enrols all of them on the one issue with the fewest strangers, so that every other issue needs a larger field. 40 issues a day for 256 miners, and as many a miner for 48."
    ]
  })
})
