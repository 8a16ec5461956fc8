/**
 * Invented judges with noise, a shared error, and a bias for the solution shown first, counted by the product's own rules. The error sizes are from
 * the trial by which the margin was chosen.
 */

import { type Random, randomOf } from "../../../lab/simulation/random.ts"
import { CRITERIA, Family, JudgeName, type Juror, type JurorAnswer, type Shares } from "../../../src/domain/quality/Duel.ts"
import { type DuelRules, outcomeOf } from "../../../src/rules/quality/duel/outcome.ts"

/** In points of a share; the bias in points of a lead. Standard deviations, except for `bias`, which is the mean. */
const JUDGES = { shared: 3, own: 5.37, criterion: 6, bias: 8, biasSpread: 6 }

export interface Setting {
  readonly judges: number
  readonly bothOrders: boolean
  readonly margin: number
  /** The points by which competitor a truly leads. */
  readonly difference: number
  /** The number of judges that give everything to competitor a, in either order. */
  readonly fooled?: number
}

export interface Tally {
  readonly a: number
  readonly b: number
  readonly draw: number
  readonly none: number
}

const gaussian = (random: Random): number => {
  const unit = () => (random.below(2 ** 32) + 1) / (2 ** 32 + 1)
  return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit())
}

const share = (points: number): number => Math.min(100, Math.max(0, Math.round(points)))

const shares = (of: (criterion: number) => number): Shares => {
  const [correctness = 50, grounding = 50, progress = 50, protocol = 50, efficiency = 50] = CRITERIA.map((_, index) => share(of(index)))
  return { correctness, grounding, progress, protocol, efficiency }
}

const mirrored = (one: Shares): Shares => shares((index) => 100 - one[CRITERIA[index] ?? "correctness"])

/** Judges, alternately of two families. */
const panelOf = (judges: number): ReadonlyArray<Juror> =>
  Array.from({ length: judges }, (_, index) => ({
    name: JudgeName.make(`judge-${index}`),
    family: Family.make(index % 2 === 0 ? "one" : "two")
  }))

/** One duel's answers. With one order only, the answer in the other order is its mirror image, as if there were no bias. */
const answersOf = (
  panel: ReadonlyArray<Juror>,
  { bothOrders, difference, fooled = 0 }: Setting,
  random: Random
): ReadonlyArray<JurorAnswer> => {
  const shared = JUDGES.shared * gaussian(random)
  return panel.flatMap(({ name }, index): ReadonlyArray<JurorAnswer> => {
    const bias = (JUDGES.bias + JUDGES.biasSpread * gaussian(random)) / 2
    // The share of the solution shown first, which `sign` identifies as a or b.
    const answer = (sign: 1 | -1): Shares => {
      const noise = JUDGES.own * gaussian(random)
      return shares(() => 50 + bias + sign * (difference / 2 + shared) + noise + JUDGES.criterion * gaussian(random))
    }
    if (index < fooled)
      return [
        { judge: name, order: "ab", shares: shares(() => 100) },
        { judge: name, order: "ba", shares: shares(() => 0) }
      ]
    const ab = answer(1)
    return [
      { judge: name, order: "ab", shares: ab },
      { judge: name, order: "ba", shares: bothOrders ? answer(-1) : mirrored(ab) }
    ]
  })
}

/** Simulates this many duels. The same setting and seed give the same tally. */
export const simulate = (setting: Setting, duels: number, seed = 1): Tally => {
  const panel = panelOf(setting.judges)
  const rules: DuelRules = { margin: setting.margin, families: Math.min(2, setting.judges) }
  const random = randomOf(seed, JSON.stringify(setting))
  const tally = { a: 0, b: 0, draw: 0, none: 0 }
  for (let duel = 0; duel < duels; duel++) {
    const { result } = outcomeOf(panel, answersOf(panel, setting, random), rules)
    tally[result] += 1
  }
  return tally
}
