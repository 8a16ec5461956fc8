/** Which outcome the votes on an issue would settle, when, and why not now. */
import { assert, describe, it } from "@effect/vitest"
import { expiresFrom, type StandingVote, standingOf, weighedBy, weightsNoted } from "../../../src/contract-client/standing.ts"

import { hotkey } from "../../support/rules/world.ts"

const terms = { block: 1_000, wait: 100, totalWeight: 10n, quorumBps: 5_001 }
const vote = (choice: string, since: number, weight: bigint): StandingVote<{ readonly _tag: string }> => ({
  choice: { _tag: choice },
  since,
  weight
})

describe("what a vote on an end weighs", () => {
  const noted = (before: bigint, day: bigint, since: bigint, index: number) => ({ hotkey: hotkey(index), noted: { before, day, since } })
  const weights = weightsNoted([noted(9n, 5n, 7n, 1), noted(0n, 6n, 4n, 2)])
  const weightOf = (cast: bigint | null, index = 1) => weighedBy(weights, [{ validator: hotkey(index), cast }])[0]?.weight

  it("is the least that was noted of a day, and the total the greater of two days", () => {
    assert.deepStrictEqual(weights, {
      validators: [1, 2].map((index) => ({ hotkey: hotkey(index), weight: index === 1 ? 5n : 4n })),
      total: 11n
    })
    assert.strictEqual(weightsNoted([noted(20n, 5n, 7n, 1)]).total, 20n)
  })

  it("is no more than when it was cast, and no more than now; without the first, of the third edition, the second", () => {
    assert.deepStrictEqual(
      [3n, 5n, 8n, 0n, null].map((cast) => weightOf(cast)),
      [3n, 5n, 5n, 0n, 5n]
    )
    assert.strictEqual(weighedBy(weights, [{ validator: hotkey(2) }])[0]?.weight, 4n)
    assert.strictEqual(weightOf(3n, 7), 0n, "of nobody")
  })
})

it("a match may be expired after three more challenge periods", () => assert.strictEqual(expiresFrom({ outcomeUntil: 60 }, 8), 85))

describe("what votes would settle", () => {
  it("is nothing without a vote", () =>
    assert.deepStrictEqual(standingOf([], terms), { choice: null, weight: 0n, state: "noVotes", from: null }))

  it("is nothing while the heaviest choice is under the quorum, or nobody weighs anything", () => {
    const found = standingOf([vote("Dissolved", 1, 5n), vote("Unsolved", 2, 4n)], terms)
    assert.deepStrictEqual(found, { choice: { _tag: "Dissolved" }, weight: 5n, state: "tooLight", from: null })
    assert.strictEqual(standingOf([vote("Dissolved", 1, 0n)], { ...terms, totalWeight: 0n }).state, "tooLight")
  })

  it("is settled once the votes that make up the quorum have stood for the wait", () => {
    const votes = [vote("Dissolved", 950, 2n), vote("Dissolved", 700, 3n), vote("Unsolved", 1, 4n), vote("Dissolved", 850, 3n)]
    const found = { choice: { _tag: "Dissolved" }, weight: 8n, from: 950 }
    assert.deepStrictEqual(standingOf(votes, { ...terms, block: 949 }), { ...found, state: "tooYoung" })
    assert.deepStrictEqual(standingOf(votes, { ...terms, block: 950 }), { ...found, state: "settleable" })
  })

  it("counts exactly the quorum", () => {
    const quorum = { ...terms, totalWeight: 10_000n }
    assert.strictEqual(standingOf([vote("Dissolved", 1, 5_000n)], quorum).state, "tooLight")
    assert.strictEqual(standingOf([vote("Dissolved", 1, 5_001n)], quorum).state, "settleable")
  })
})
