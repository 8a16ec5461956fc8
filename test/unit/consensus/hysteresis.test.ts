import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { incumbentOf, withHysteresis } from "../../../src/consensus/rules/hysteresis.ts"

const OTHERS = new Set([0, 9])

/** Neurons by UID with the chain's consensus of each; UID 0 recycles, 9 is the treasury. */
const neuronsOf = (consensus: Readonly<Record<number, number>>) =>
  Object.entries(consensus).map(([uid, value]) => ({ uid: Number(uid), hotkey: `miner ${uid}`, consensus: value }))

const weightsOf = (ppm: Readonly<Record<number, number>>) => Object.entries(ppm).map(([uid, part]) => ({ uid: Number(uid), ppm: part }))

describe("the incumbent", () => {
  it("is the hotkey with the highest consensus that earns from contributions", () => {
    assert.strictEqual(incumbentOf(neuronsOf({ 0: 65_535, 1: 10, 2: 30, 3: 30, 9: 40_000 }), OTHERS), "miner 2")
    assert.isUndefined(incumbentOf(neuronsOf({ 0: 65_535, 1: 0, 9: 40_000 }), OTHERS))
  })
})

describe("hysteresis", () => {
  const consensus = neuronsOf({ 0: 65_535, 1: 10, 2: 30, 3: 20, 9: 50_000 })

  it("keeps the incumbent in front of those who exceed it by less than 2 %, and the order of the others", () => {
    const weights = weightsOf({ 0: 400_000, 1: 101_999, 2: 100_000, 3: 101_000, 9: 297_001 })
    assert.deepStrictEqual(
      withHysteresis(weights, consensus, OTHERS),
      weightsOf({ 0: 400_000, 1: 101_000, 2: 101_999, 3: 100_000, 9: 297_001 })
    )
  })

  it("lets whoever exceeds it by exactly 2 % displace it", () => {
    const weights = weightsOf({ 0: 400_000, 1: 102_000, 2: 100_000, 3: 101_000, 9: 297_000 })
    assert.deepStrictEqual(withHysteresis(weights, consensus, OTHERS), weights)
    assert.notDeepEqual(withHysteresis(weights, consensus, OTHERS, 20_001), weights)
    assert.deepStrictEqual(withHysteresis(weights, consensus, OTHERS, 0), weights)
  })

  it("follows the incumbent's hotkey, and does nothing without one", () => {
    const weights = weightsOf({ 1: 101_000, 2: 100_000 })
    assert.deepStrictEqual(withHysteresis(weights, neuronsOf({ 1: 0, 2: 0 }), OTHERS), weights)
    assert.deepStrictEqual(withHysteresis(weights, neuronsOf({ 1: 0, 7: 5 }), OTHERS), weights)
    assert.deepStrictEqual(withHysteresis(weightsOf({ 1: 5, 2: 0 }), neuronsOf({ 1: 1, 2: 3 }), OTHERS), weightsOf({ 1: 5, 2: 0 }))
  })

  it("only reorders: others are untouched, nobody loses the margin, and the first leads by its measure or is the incumbent", () => {
    const parts = fc.array(fc.oneof(fc.integer({ min: 99_000, max: 103_000 }), fc.nat(200_000)), { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(parts, fc.array(fc.nat(4), { minLength: 10, maxLength: 10 }), (ppm, chain) => {
        const weights = weightsOf(ppm)
        const neurons = neuronsOf(chain)
        const after = withHysteresis(weights, neurons, OTHERS)
        const numbers = (all: typeof weights) => all.map(({ ppm: part }) => part).sort((left, right) => left - right)
        assert.deepStrictEqual(numbers([...after]), numbers(weights))
        for (const { uid, ppm: part } of after) {
          const before = ppm[uid] ?? 0
          if (OTHERS.has(uid)) assert.strictEqual(part, before)
          assert.isTrue(BigInt(before) * 1_000_000n < BigInt(part) * 1_020_000n || part === before)
        }
        const miners = after.filter(({ uid }) => !OTHERS.has(uid))
        const most = Math.max(...miners.map(({ ppm: part }) => part))
        const leaders = miners.filter(({ ppm: part }) => part === most).map(({ uid }) => `miner ${uid}`)
        const measured = miners.filter(({ uid }) => ppm[uid] === most).map(({ uid }) => `miner ${uid}`)
        assert.isTrue(leaders.includes(incumbentOf(neurons, OTHERS) ?? "") || leaders.join() === measured.join())
      }),
      { numRuns: 500 }
    )
  })
})
