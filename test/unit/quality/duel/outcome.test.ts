/** How judges' answers are counted. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  CRITERIA,
  type DuelOutcome,
  Family,
  JudgeName,
  type Juror,
  type JurorAnswer,
  type Leads,
  type Shares
} from "../../../../src/domain/quality/Duel.ts"
import { effectiveVotes, outcomeOf } from "../../../../src/rules/quality/duel/outcome.ts"
import { simulate } from "../../../support/quality/invented.ts"

const juror = (index: number, family: string): Juror => ({ name: JudgeName.make(`judge-${index}`), family: Family.make(family) })

const all = (share: number): Shares => ({
  correctness: share,
  grounding: share,
  progress: share,
  protocol: share,
  efficiency: share
})

/** A judge's answers in both orders: this share for competitor a, plus a bias for the solution shown first. */
const both = ({ name }: Juror, share: number, bias = 0): ReadonlyArray<JurorAnswer> => [
  { judge: name, order: "ab", shares: all(share + bias) },
  { judge: name, order: "ba", shares: all(100 - share + bias) }
]

const shareOf = fc.integer({ min: 0, max: 100 })
const sharesOf: fc.Arbitrary<Shares> = fc.record({
  correctness: shareOf,
  grounding: shareOf,
  progress: shareOf,
  protocol: shareOf,
  efficiency: shareOf
})

/** A panel, and each judge's answers in the orders that it answered. */
const duels = fc
  .array(fc.tuple(fc.constantFrom("one", "two", "three"), fc.option(sharesOf), fc.option(sharesOf)), { maxLength: 7 })
  .map((judges) => {
    const panel = judges.map(([family], index) => juror(index, family))
    const answers = judges.flatMap(([, ab, ba], index): ReadonlyArray<JurorAnswer> => {
      const judge = JudgeName.make(`judge-${index}`)
      return [
        ...(ab === null ? [] : [{ judge, order: "ab", shares: ab } as const]),
        ...(ba === null ? [] : [{ judge, order: "ba", shares: ba } as const])
      ]
    })
    return { panel, answers }
  })

const swapped = (answers: ReadonlyArray<JurorAnswer>): ReadonlyArray<JurorAnswer> =>
  answers.map((one) => ({ ...one, order: one.order === "ab" ? "ba" : "ab" }))

const minus = (lead: number): number => (lead === 0 ? 0 : -lead)
const mirroredLeads = (leads: Leads): Leads => ({
  correctness: minus(leads.correctness),
  grounding: minus(leads.grounding),
  progress: minus(leads.progress),
  protocol: minus(leads.protocol),
  efficiency: minus(leads.efficiency)
})
const MIRRORED = { a: "b", b: "a", draw: "draw", none: "none" } as const
const mirrored = (outcome: DuelOutcome): DuelOutcome => ({
  ...outcome,
  result: MIRRORED[outcome.result],
  lead: outcome.lead === null ? null : minus(outcome.lead),
  leads: outcome.leads === null ? null : mirroredLeads(outcome.leads),
  opinions: outcome.opinions.map((one) => ({ ...one, lead: minus(one.lead), leads: mirroredLeads(one.leads) }))
})

describe("the outcome of a duel", () => {
  it("is mirrored when the two sides are swapped", () => {
    fc.assert(
      fc.property(duels, ({ panel, answers }) =>
        assert.deepStrictEqual(outcomeOf(panel, swapped(answers)), mirrored(outcomeOf(panel, answers)))
      )
    )
  })

  it("is the same in whatever order judges and answers come", () => {
    fc.assert(
      fc.property(duels, ({ panel, answers }) =>
        assert.deepStrictEqual(outcomeOf(panel.toReversed(), answers.toReversed()), outcomeOf(panel, answers))
      )
    )
  })

  it("does not change by answers in one order, nor by answers of judges that were not asked", () => {
    fc.assert(
      fc.property(duels, sharesOf, ({ panel, answers }, shares) => {
        const orders = (name: string) => answers.filter(({ judge }) => judge === name).length
        const whole = answers.filter(({ judge }) => orders(judge) === 2)
        assert.deepStrictEqual(outcomeOf(panel, answers), outcomeOf(panel, whole))
        const stranger = JudgeName.make("stranger")
        const more: ReadonlyArray<JurorAnswer> = [
          ...answers,
          { judge: stranger, order: "ab", shares },
          { judge: stranger, order: "ba", shares }
        ]
        assert.deepStrictEqual(outcomeOf(panel, more), outcomeOf(panel, answers))
      })
    )
  })

  it("has a winner only with half of the judges, two families, and a lead of 12", () => {
    fc.assert(
      fc.property(duels, ({ panel, answers }) => {
        const { result, lead, opinions, flipped } = outcomeOf(panel, answers)
        const voting = opinions.filter((one) => !one.flipped)
        const isHeard = voting.length > 0 && 2 * voting.length >= panel.length && new Set(voting.map(({ family }) => family)).size >= 2
        assert.strictEqual(result === "none", !isHeard)
        assert.strictEqual(lead === null, !isHeard)
        if (result === "a") assert.isAtLeast(lead ?? 0, 120)
        if (result === "b") assert.isAtMost(lead ?? 0, -120)
        if (result === "draw") assert.isBelow(Math.abs(lead ?? 0), 120)
        assert.isAtMost(flipped, opinions.length)
      })
    )
  })

  const panel = [juror(0, "one"), juror(1, "two"), juror(2, "one")] as const

  it.each([
    [55, "draw", 100],
    [56, "a", 120],
    [44, "b", -120],
    [45, "draw", -100]
  ] as const)("with a share of %i for a is %s", (share, result, lead) => {
    const outcome = outcomeOf(
      panel,
      panel.flatMap((one) => both(one, share, 10))
    )
    assert.deepStrictEqual([outcome.result, outcome.lead, outcome.leads?.progress], [result, lead, lead])
  })

  it("gives nothing to what is shown first", () => {
    const first = panel.flatMap(
      ({ name }): ReadonlyArray<JurorAnswer> => [
        { judge: name, order: "ab", shares: all(100) },
        { judge: name, order: "ba", shares: all(100) }
      ]
    )
    const { result, lead, flipped } = outcomeOf(panel, first)
    assert.deepStrictEqual([result, lead, flipped], ["none", null, 3])
    // A share of 56 is what wins, in either order alone, too.
    const little = ([11, 12] as const).map((bias) => {
      const { result, flipped } = outcomeOf(
        panel,
        panel.flatMap((one) => both(one, 56, bias))
      )
      return [result, flipped]
    })
    assert.deepStrictEqual(little, [
      ["a", 0],
      ["none", 3]
    ])
    // Two that look at the solutions decide without the third.
    const [biased, ...others] = panel
    const two = outcomeOf(panel, [...first.filter(({ judge }) => judge === biased.name), ...others.flatMap((one) => both(one, 70))])
    assert.deepStrictEqual([two.result, two.lead, two.flipped], ["a", 400, 1])
  })

  it("is a draw where one half of the judges sees a winner, and the other none, or the other one", () => {
    const four = [juror(0, "one"), juror(1, "one"), juror(2, "two"), juror(3, "two")]
    const of = (...shares: ReadonlyArray<number>) =>
      outcomeOf(
        four,
        four.flatMap((one, index) => both(one, shares[index] ?? 50))
      )
    assert.deepStrictEqual([of(90, 90, 50, 50).result, of(90, 90, 50, 50).lead], ["draw", 0])
    assert.deepStrictEqual([of(90, 90, 10, 10).result, of(90, 90, 30, 40).lead], ["draw", 0])
    assert.deepStrictEqual([of(90, 90, 60, 50).result, of(90, 90, 60, 50).lead], ["a", 200])
    assert.deepStrictEqual([of(10, 10, 40, 50).result, of(10, 10, 40, 50).lead], ["b", -200])
  })

  it("is not decided by one judge of three that was talked into it", () => {
    const outcome = outcomeOf(panel, [...both(panel[0], 100), ...both(panel[1], 50), ...both(panel[2], 49)])
    assert.deepStrictEqual([outcome.result, outcome.lead], ["draw", 0])
  })

  it("says why it says nothing", () => {
    assert.strictEqual(outcomeOf([], []).why, "too few judges")
    assert.strictEqual(outcomeOf(panel, both(panel[0], 90)).why, "too few judges")
    assert.strictEqual(outcomeOf(panel, [...both(panel[0], 90), ...both(panel[2], 90)]).why, "one family")
    assert.strictEqual(outcomeOf(panel, [...both(panel[0], 90), ...both(panel[1], 90)]).result, "a")
  })
})

describe("effective votes", () => {
  it("of copies are one, of judges that have nothing in common all of them", () => {
    const one = CRITERIA.map((_, index) => 40 + 7 * index)
    assert.strictEqual(effectiveVotes([one, one, one]), 1_000)
    assert.strictEqual(
      effectiveVotes([
        [50, 50],
        [50, 50]
      ]),
      1_000
    )
    assert.strictEqual(
      effectiveVotes([
        [0, 100],
        [100, 0]
      ]),
      2_000
    )
    assert.strictEqual(effectiveVotes([]), 0)
    assert.strictEqual(effectiveVotes([one]), 1_000)
  })

  it("are never fewer than one, nor more than the judges, nor depend on their order", () => {
    fc.assert(
      fc.property(fc.array(fc.array(shareOf, { minLength: 10, maxLength: 10 }), { minLength: 1, maxLength: 6 }), (answers) => {
        const votes = effectiveVotes(answers)
        assert.isTrue(Number.isSafeInteger(votes))
        assert.isAtLeast(votes, 1_000)
        assert.isAtMost(votes, 1_000 * answers.length)
        assert.strictEqual(effectiveVotes(answers.toReversed()), votes)
      })
    )
  })
})

describe("judges with noise and bias", () => {
  const winners = (setting: Parameters<typeof simulate>[0]) => {
    const { a, b } = simulate(setting, 2_000)
    return { a: a / 2_000, any: (a + b) / 2_000 }
  }
  const three = { judges: 3, bothOrders: true, margin: 12, difference: 0 }

  it("seldom part equal solutions in both orders by 12, and often in one order by 6", () => {
    assert.isBelow(winners(three).any, 0.2)
    assert.isAbove(winners({ ...three, bothOrders: false, margin: 6 }).any, 0.55)
  })

  it("find a difference of 20", () => {
    assert.isAbove(winners({ ...three, difference: 20 }).a, 0.75)
  })
})
