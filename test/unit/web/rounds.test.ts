/** Estimates on the page: the next draw of pairs, and when a bounty will be full. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { placeOf } from "../../../src/domain/Round.ts"
import { nextDraw } from "../../../src/story/draw.ts"
import { fundedAt, neededBefore } from "../../../web/src/format/rounds.ts"

describe("the next draw", () => {
  it("is the first block after the attesting part of a round, as validators count rounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 2, max: 50_000 }), fc.nat(), (block, roundLength, share) => {
        const attestBlocks = 1 + (share % (roundLength - 1))
        const next = nextDraw(block, roundLength, attestBlocks) ?? assert.fail()
        assert.isTrue(next > block && next - block <= roundLength)
        assert.strictEqual(placeOf(next, { roundLength, attestBlocks }).pairsFrom, next)
      })
    )
  })

  it("is unknown without settings", () => assert.isUndefined(nextDraw(5, undefined, 3)))
})

describe("the forecast of a bounty", () => {
  const incomes = [
    { at: { block: 200 }, amount: "30" },
    { at: { block: 100 }, amount: "1000" },
    { at: { block: 150 }, amount: "20" }
  ]

  it("goes on at the pace from the oldest income to the head", () => {
    // 50 rao in 150 blocks.
    assert.strictEqual(fundedAt(100n, incomes, 250), 550)
    assert.strictEqual(fundedAt(1n, incomes, 250), 253)
    assert.strictEqual(fundedAt(0n, incomes, 250), 250)
  })

  it("is unknown without income", () => {
    assert.isUndefined(fundedAt(100n, incomes.slice(0, 1), 250))
    assert.isUndefined(fundedAt(100n, [], 250))
    assert.isUndefined(fundedAt(100n, incomes, 100))
  })

  it("counts what those before it in the queue need, and is unknown if one of them is", () => {
    const queue = [
      { queuePosition: 1, target: "100", funded: "40" },
      { queuePosition: 2, target: "100", funded: "0" },
      { queuePosition: 3, target: "5", funded: "0" },
      { queuePosition: null, target: "7", funded: "0" }
    ]
    assert.strictEqual(neededBefore(2, queue), 160n)
    assert.isUndefined(neededBefore(4, queue))
  })
})
