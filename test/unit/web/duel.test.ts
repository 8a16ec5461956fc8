/** The page's texts about a duel's judges. */
import { assert, describe, it } from "@effect/vitest"
import type { QualityCost, QualityDuel } from "../../../web/src/api/types.ts"
import { answerText, costsByModel, dollars, leadText, pointsText, resultText, votesText, voteText } from "../../../web/src/format/duel.ts"
import { byCriterion, DUEL, OTHER_DUELS, type StoredDuel } from "../../support/api/quality.ts"

const shown = (duel: StoredDuel): QualityDuel => ({
  ...duel,
  validator: "5v",
  answers: duel.answers.map((answer) => ({ answeredBy: null, ...answer, artefacts: [] }))
})
const [won, none, failed, draw, open] = [DUEL, OTHER_DUELS.none, OTHER_DUELS.failed, OTHER_DUELS.draw, OTHER_DUELS.open].map(shown) as [
  QualityDuel,
  QualityDuel,
  QualityDuel,
  QualityDuel,
  QualityDuel
]

const cost = (judge: string, model: string, calls: number, cost: number): QualityCost => ({
  ...{ validator: "5v", stage: "duel", judge, model, calls, cost },
  ...{ open: 0, promptTokens: 4_100 * calls, answerTokens: 90 * calls }
})
const costs = [cost("large", "large-2", 2, 30_180), cost("small", "small-7b", 2, 1_020), cost("strict", "strict-1", 1, 10_080)]

const NAMES = { a: "UID 17", b: "UID 42" }

describe("a duel on the page", () => {
  it("says who is preferred and by how much, or why nobody is", () => {
    assert.strictEqual(resultText(won, NAMES), "the judges prefer UID 17 by 25.0 points")
    assert.strictEqual(resultText({ ...won, result: "b", lead: -130 }, NAMES), "the judges prefer UID 42 by 13.0 points")
    assert.strictEqual(resultText(draw, NAMES), "a draw: UID 42 by 8.0 points, and 12 points would win")
    assert.strictEqual(resultText(none, NAMES), "no result: only one family of models answered")
    assert.strictEqual(resultText({ ...none, why: "too few judges" }, NAMES), "no result: too few judges answered in both orders")
    assert.strictEqual(resultText(failed, NAMES), "failed: a head is gone")
    assert.strictEqual(resultText(open, NAMES), "goes on")
    assert.strictEqual(leadText(0, NAMES), "equal")
  })

  it("counts votes and flips, and says why a judge has none", () => {
    assert.include(
      votesText(won) ?? "",
      "2 of 3 judges answered in both orders, 1 of them flipped with the order; the 1 that vote count as"
    )
    assert.isUndefined(votesText(open))
    assert.deepStrictEqual(
      won.judges.map((judge) => voteText(judge, NAMES)),
      ["UID 17 by 40.0 points", "UID 17 by 10.0 points, no vote: the other one won in the other order", "no vote: it refused"]
    )
  })

  it("gives the points of both orders for the same two, whoever was shown first", () => {
    const [first, second, refused] = won.answers
    if (first === undefined || second === undefined || refused === undefined) assert.fail()
    const flipped = { ...second, shares: byCriterion(60, 60) }
    assert.deepStrictEqual(
      [first, second, flipped, refused].map((answer) => [answerText(answer, NAMES), pointsText(answer, "correctness")]),
      [
        ["UID 17 shown first", "90 : 10"],
        ["UID 42 shown first", "90 : 10"],
        ["UID 42 shown first", "40 : 60"],
        ["UID 17 shown first: refused", "–"]
      ]
    )
  })

  it("adds what validators paid for each model", () => {
    const twice = costsByModel([...costs, ...costs.map((one) => ({ ...one, validator: "5x" }))])
    assert.deepStrictEqual(
      twice.map(({ model, calls, cost }) => [model, calls, dollars(cost)]),
      [
        ["large-2", 4, "$0.060360"],
        ["strict-1", 2, "$0.020160"],
        ["small-7b", 4, "$0.002040"]
      ]
    )
  })
})
