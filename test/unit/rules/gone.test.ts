/** An absence is voted on only after hours of checks that all confirmed it, and never by answers of a failing GitHub. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { blocksNeeded, GONE, goneAgain, type Watch } from "../../../src/domain/Watch.ts"
import { GONE_FOR } from "../../support/figures.ts"

const watchAfter = (blocks: ReadonlyArray<number>, needed = GONE_FOR): Watch | undefined =>
  blocks.reduce<Watch | undefined>((before, block) => goneAgain(before, block, needed), undefined)

describe("how long it was gone", () => {
  it("counts from the first look, every 15 blocks as validators look", () => {
    const looks = Array.from({ length: 121 }, (_, look) => 7_000 + 15 * look)
    assert.deepStrictEqual(watchAfter(looks.slice(0, 120)), { says: GONE, lastLook: 8_785, blocks: 1_785 })
    assert.deepStrictEqual(watchAfter(looks), { says: GONE, lastLook: 8_800, blocks: 1_800 })
  })

  it("counts a time without looks up to an hour only", () => {
    assert.deepStrictEqual(watchAfter([1_000, 9_000]), { says: GONE, lastLook: 9_000, blocks: 300 })
    assert.deepStrictEqual(watchAfter([1_000, 1_015, 9_000, 9_015]), { says: GONE, lastLook: 9_015, blocks: 330 })
  })

  it("counts nothing for a head that is no newer, or older", () => {
    assert.deepStrictEqual(watchAfter([1_000, 1_015, 1_015, 1_001, 1_016]), { says: GONE, lastLook: 1_016, blocks: 16 })
  })

  it("is six hours, on a chain for development no more than the challenge period", () => {
    assert.strictEqual(blocksNeeded({ devChain: false, challengePeriod: 300 }), 1_800)
    assert.strictEqual(blocksNeeded({ devChain: true, challengePeriod: 6 }), 6)
    assert.strictEqual(blocksNeeded({ devChain: true, challengePeriod: 0 }), 1)
    assert.strictEqual(blocksNeeded({ devChain: true, challengePeriod: 50_000 }), 1_800)
    assert.strictEqual(watchAfter([1, 2, 3, 4, 5, 6, 7], 6)?.blocks, 6)
  })

  it("takes as many blocks as it asks for and six looks after the first, however the looks lie", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 60 }), (blocks) => {
        const seen = watchAfter(blocks)?.blocks ?? 0
        assert.isAtMost(seen, Math.max(...blocks) - Math.min(...blocks))
        if (seen >= GONE_FOR) assert.isAtLeast(blocks.length, 7)
      })
    )
  })
})
