/** The page's texts about a duel's judges. */
import { assert, describe, it } from "@effect/vitest"
import { costs, duels } from "../../../web/src/book/duels.ts"
import { answerText, costsByModel, dollars, leadText, pointsText, resultText, votesText, voteText } from "../../../web/src/format/duel.ts"

const NAMES = { a: "UID 17", b: "UID 42" }

describe("a duel on the page", () => {
  it("says who is preferred and by how much, or why nobody is", () => {
    assert.strictEqual(resultText(duels.won, NAMES), "the judges prefer UID 17 by 25.0 points")
    assert.strictEqual(resultText({ ...duels.won, result: "b", lead: -130 }, NAMES), "the judges prefer UID 42 by 13.0 points")
    assert.strictEqual(resultText(duels.draw, NAMES), "a draw: UID 42 by 8.0 points, and 12 points would win")
    assert.strictEqual(resultText(duels.none, NAMES), "no result: too few judges answered in both orders")
    assert.strictEqual(resultText(duels.failed, NAMES), "failed: the head is gone from GitHub")
    assert.strictEqual(resultText(duels.open, NAMES), "goes on")
    assert.strictEqual(leadText(0, NAMES), "equal")
  })

  it("counts votes and flips, and says why a judge has none", () => {
    assert.include(votesText(duels.won) ?? "", "2 of 3 judges answered in both orders, 1 of them flipped")
    assert.isUndefined(votesText(duels.open))
    assert.deepStrictEqual(
      duels.won.judges.map((judge) => voteText(judge, NAMES)),
      ["UID 17 by 40.0 points", "UID 17 by 10.0 points, but it preferred the other one in the other order", "no vote: it refused"]
    )
  })

  it("gives the points of both orders for the same two, whoever was shown first", () => {
    const [first, second, , flipped, refused] = duels.won.answers
    if (first === undefined || second === undefined || flipped === undefined || refused === undefined) assert.fail()
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
