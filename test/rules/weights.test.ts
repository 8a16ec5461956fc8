import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import type { Metagraph } from "../../src/domain/Metagraph.ts"
import { treasuryReward } from "../../src/scoring/issue_competitions/rules/treasuryReward.ts"
import { blend, defaultBlendRules } from "../../src/scoring/weights/blend.ts"
import { nothingScored, scored } from "../../src/scoring/weights/rewards.ts"
import { toU16 } from "../../src/scoring/weights/toU16.ts"
import { account } from "./world.ts"

const VECTORS = new URL("../../../shared/vectors/weights_misc.json", import.meta.url)
const Vectors = Schema.Struct({
  u16: Schema.Array(
    Schema.Struct({
      uids: Schema.Array(Schema.Int),
      weights_f64: Schema.Array(Schema.Number),
      weights_f32: Schema.Array(Schema.Number),
      sdk: Schema.Tuple(Schema.Array(Schema.Int), Schema.Array(Schema.Int)),
      gittensor: Schema.Tuple(Schema.Array(Schema.Int), Schema.Array(Schema.Int))
    })
  )
})

/** The binary value of a number, exactly, in units of 2^-1074. */
const exact = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const mantissa = bits & 0xfffffffffffffn
  return exponent === 0n ? mantissa : (mantissa | (1n << 52n)) << (exponent - 1n)
}

const weigh = (uids: ReadonlyArray<number>, weights: ReadonlyArray<number>) =>
  toU16(new Map(uids.map((uid, index) => [uid, exact(weights[index] ?? 0)])))

describe("toU16", () => {
  it.skipIf(!existsSync(VECTORS))("agrees with the chain's tools on every vector (../shared/vectors/weights_misc.json)", () => {
    const { u16 } = Schema.decodeUnknownSync(Vectors)(JSON.parse(readFileSync(VECTORS, "utf8")))
    assert.isAbove(u16.length, 5)
    for (const { uids, weights_f32, sdk, gittensor } of u16) {
      const { uids: found, values } = weigh(uids, weights_f32)
      assert.deepStrictEqual([found, values], [sdk[0], sdk[1]])
      assert.deepStrictEqual([found, values], [gittensor[0], gittensor[1]])
    }
  })

  it.each([
    { uids: [0, 1, 2], weights: [0.5, 0.25, 0.25], kept: [0, 1, 2], values: [65_535, 32_768, 32_768] },
    { uids: [0, 111], weights: [0.63, 0.1], kept: [0, 111], values: [65_535, 10_402] },
    { uids: [0, 1, 2, 3], weights: [0, 0.1, 0.2, 0], kept: [1, 2], values: [32_768, 65_535] },
    { uids: [3, 9], weights: [1, 1e-6], kept: [3], values: [65_535] },
    { uids: [1, 2], weights: [1, 2.288853283971548e-5], kept: [1, 2], values: [65_535, 1] },
    { uids: [1, 2], weights: [1, 3.8147554732859135e-5], kept: [1, 2], values: [65_535, 2] },
    { uids: [1, 2], weights: [1, 7.629510946571827e-6], kept: [1], values: [65_535] }
  ])("of $weights is $values", ({ uids, weights, kept, values }) => {
    assert.deepStrictEqual(weigh(uids, weights), { uids: kept, values })
  })

  it("rounds halves to even", () => {
    // Of a largest weight of 131,070 every odd weight lies in the middle of two.
    const parts = new Map([
      [0, 131_070],
      [1, 1],
      [2, 3],
      [3, 5],
      [4, 7]
    ])
    assert.deepStrictEqual(toU16(parts), { uids: [0, 2, 3, 4], values: [65_535, 2, 2, 4] })
  })

  it("is empty where nobody has a weight, and refuses a negative one", () => {
    assert.deepStrictEqual(toU16(new Map([[4, 0]])), { uids: [], values: [] })
    assert.throws(() => toU16(new Map([[4, -1]])), /UID 4 is negative/)
  })

  it("has 65,535 as its largest, no zeros, rising UIDs, whatever the unit and the order", () => {
    const parts = fc.uniqueArray(fc.tuple(fc.nat(255), fc.nat(1_000_000)), { selector: ([uid]) => uid, maxLength: 60 })
    fc.assert(
      fc.property(parts, fc.bigInt({ min: 1n, max: 10n ** 15n }), (written, unit) => {
        const { uids, values } = toU16(new Map(written))
        const scaled = toU16(new Map(written.toReversed().map(([uid, part]) => [uid, BigInt(part) * unit])))
        assert.deepStrictEqual(scaled, { uids, values })
        assert.deepStrictEqual(
          [...uids],
          uids.toSorted((left, right) => left - right)
        )
        assert.isTrue(values.every((value) => value > 0 && value <= 65_535))
        assert.strictEqual(Math.max(0, ...values), written.some(([, part]) => part > 0) ? 65_535 : 0)
      })
    )
  })
})

describe("blend", () => {
  it("gives 0.10 to the treasury and recycles 0.90 where no contribution is scored", () => {
    const parts = blend({ ossContributions: nothingScored("none"), issueCompetitions: scored(new Map([[7, 1_000_000]])) })
    assert.deepStrictEqual(
      [...parts],
      [
        [0, 900_000],
        [7, 100_000]
      ]
    )
    assert.deepStrictEqual(toU16(parts), { uids: [0, 7], values: [65_535, 7_282] })
  })

  it("recycles all of it where nothing is scored", () => {
    const parts = blend({ ossContributions: nothingScored("none"), issueCompetitions: nothingScored("none") })
    assert.deepStrictEqual([...parts], [[0, 1_000_000]])
  })

  it("adds what one UID gets from both, and recycles what nobody gets", () => {
    const ossContributions = scored(
      new Map([
        [7, 500_000],
        [3, 250_000]
      ])
    )
    const parts = blend({ ossContributions, issueCompetitions: scored(new Map([[7, 1_000_000]])) })
    assert.deepStrictEqual(
      [...parts],
      [
        [0, 225_000],
        [3, 225_000],
        [7, 550_000]
      ]
    )
  })

  it("refuses rewards that are more than their share, negative or no integers", () => {
    const of = (rewards: ReadonlyMap<number, number>) => () =>
      blend({ ossContributions: scored(rewards), issueCompetitions: nothingScored("none") })
    assert.throws(
      of(
        new Map([
          [1, 600_000],
          [2, 400_001]
        ])
      ),
      /more than their share/
    )
    assert.throws(of(new Map([[1, -1]])), /UID 1/)
    assert.throws(of(new Map([[1, 0.5]])), /UID 1/)
    const greedy = { ossContributions: 900_001, issueCompetitions: 100_000 }
    assert.throws(
      () => blend({ ossContributions: nothingScored("none"), issueCompetitions: nothingScored("none") }, greedy),
      /more than the whole/
    )
  })

  it("always gives out exactly one million parts", () => {
    const rewards = fc
      .uniqueArray(fc.tuple(fc.nat(255), fc.nat(10_000)), { selector: ([uid]) => uid, maxLength: 100 })
      .map((written) => scored(new Map(written)))
    fc.assert(
      fc.property(rewards, rewards, fc.nat(1_000_000), (ossContributions, issueCompetitions, share) => {
        const rules = { ossContributions: share, issueCompetitions: 1_000_000 - share }
        const parts = [...blend({ ossContributions, issueCompetitions }, rules)]
        return parts.reduce((sum, [, part]) => sum + part, 0) === 1_000_000 && parts.every(([, part]) => part > 0)
      })
    )
  })

  it("has the product's shares", () => assert.deepStrictEqual(defaultBlendRules, { ossContributions: 900_000, issueCompetitions: 100_000 }))
})

describe("rewards", () => {
  const treasury = account("treasury", 1)
  const metagraph: Metagraph = {
    netuid: 74,
    block: 9,
    neurons: [0, 12].map((uid) => ({
      uid,
      hotkey: uid === 12 ? treasury : account("hotkey", uid),
      coldkey: account("coldkey", uid),
      stake: 0n,
      validatorPermit: false,
      axon: null,
      lastUpdate: 0,
      registeredAt: 0
    }))
  }

  it("of the competitions go to the treasury's UID while it is registered, else nowhere", () => {
    assert.deepStrictEqual(treasuryReward(metagraph, treasury), scored(new Map([[12, 1_000_000]])))
    assert.strictEqual(treasuryReward(metagraph, account("treasury", 2))._tag, "NothingScored")
  })
})
