import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { Emission } from "../../../src/domain/Emission.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { refusalOf } from "../../../src/layers/chain/subnet/refusals.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { conform, fittingWeights } from "../../../src/rules/weights/conform.ts"
import { nothingScored, scored } from "../../../src/rules/weights/rewards.ts"

const VECTORS = new URL("../../../../shared/vectors/weights_misc.json", import.meta.url)
const Vectors = Schema.Struct({
  u16: Schema.Array(
    Schema.Struct({
      uids: Schema.Array(Schema.Int),
      weights_f64: Schema.Array(Schema.Number),
      weights_f32: Schema.Array(Schema.Number),
      sdk: Schema.Tuple(Schema.Array(Schema.Int), Schema.Array(Schema.Int)),
      gittensor: Schema.Tuple(Schema.Array(Schema.Int), Schema.Array(Schema.Int))
    })
  ),
  normalize_max_weight: Schema.Array(
    Schema.Struct({ x: Schema.Array(Schema.Number), limit: Schema.Number, y: Schema.Array(Schema.Number) })
  ),
  process_weights: Schema.Array(
    Schema.Struct({
      n: Schema.Int,
      scores_normalised: Schema.Array(Schema.Number),
      min_allowed: Schema.Int,
      max_limit: Schema.Number,
      emit: Schema.Tuple(Schema.Array(Schema.Int), Schema.Array(Schema.Int))
    })
  )
})

/** A double's exact value in units of 2^-1074. */
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
    // With a largest weight of 131,070, every odd weight lies halfway between two results.
    const parts = new Map([
      [0, 131_070],
      [1, 1],
      [2, 3],
      [3, 5],
      [4, 7]
    ])
    assert.deepStrictEqual(toU16(parts), { uids: [0, 2, 3, 4], values: [65_535, 2, 2, 4] })
  })

  it("is empty if nobody has a weight, and refuses a negative one", () => {
    assert.deepStrictEqual(toU16(new Map([[4, 0]])), { uids: [], values: [] })
    assert.throws(() => toU16(new Map([[4, -1]])), /UID 4 is negative/)
  })

  it("has a maximum of 65,535, no zeros and rising UIDs, whatever the unit and the order", () => {
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

const { emission } = defaultRoster

/** Pools by kind, each named after its kind. Not validated, so that a test can write what the schema refuses. */
const emissionOf = (ppm: Readonly<Record<string, number>>): Emission => ({
  version: 1,
  pools: Object.fromEntries(Object.entries(ppm).map(([kind, share]) => [kind, { kind, share: share / 1_000_000 }]))
})

const none = nothingScored("none")

describe("blend", () => {
  it("adds what one UID gets from both, and recycles the unassigned rest", () => {
    const ossContributions = scored(
      new Map([
        [7, 500_000],
        [3, 250_000]
      ])
    )
    const parts = blend(
      { oss_contributions: ossContributions, issue_competitions: scored(new Map([[7, 1_000_000]])), champions: none },
      emission
    )
    assert.deepStrictEqual(
      [...parts],
      [
        [0, 225_000],
        [3, 225_000],
        [7, 550_000]
      ]
    )
  })

  it("refuses rewards that are above their share, negative or not integers", () => {
    const of = (rewards: ReadonlyMap<number, number>) => () =>
      blend({ oss_contributions: scored(rewards), issue_competitions: none, champions: none }, emission)
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
    const greedy = emissionOf({ oss_contributions: 900_001, issue_competitions: 100_000 })
    assert.throws(() => blend({ oss_contributions: none, issue_competitions: none, champions: none }, greedy), /more than the whole/)
  })

  it("always distributes exactly one million parts", () => {
    const rewards = fc
      .uniqueArray(fc.tuple(fc.nat(255), fc.nat(10_000)), { selector: ([uid]) => uid, maxLength: 100 })
      .map((written) => scored(new Map(written)))
    fc.assert(
      fc.property(
        rewards,
        rewards,
        rewards,
        fc.nat(1_000_000),
        fc.nat(100),
        (ossContributions, issueCompetitions, champions, share, percent) => {
          const rest = 1_000_000 - share
          const last = Math.floor((rest * percent) / 100)
          const rules = emissionOf({ oss_contributions: share, issue_competitions: rest - last, champions: last })
          const parts = [...blend({ oss_contributions: ossContributions, issue_competitions: issueCompetitions, champions }, rules)]
          return parts.reduce((sum, [, part]) => sum + part, 0) === 1_000_000 && parts.every(([, part]) => part > 0)
        }
      )
    )
  })
})

describe("conform", () => {
  const weighing = (parts: ReadonlyArray<readonly [number, bigint]>) => new Map(parts.map(([uid, part]) => [uid, part * 1_000_000n]))

  it("adds ten millionths for each UID where too few have a weight: to UID 0, and no more UIDs that earned nothing than needed", () => {
    const shape = { neurons: 4_096, minimumWeights: 4, maximumShare: 65_535 }
    const filled = weighing([
      [0, 40_940n],
      [1, 1_000_000n],
      [2, 10n],
      [3, 10n]
    ])
    assert.deepStrictEqual(conform(new Map([[1, 1_000_000]]), shape), filled)
    const { uids, values } = fittingWeights(new Map([[1, 1_000_000]]), shape)
    assert.deepStrictEqual(
      [uids, values],
      [
        [0, 1, 2, 3],
        [2_683, 65_535, 1, 1]
      ]
    )
    const parts = new Map([
      [0, 999_999],
      [7, 1]
    ])
    const added = weighing([
      [0, 1_000_069n],
      [1, 10n],
      [2, 10n],
      [7, 1n]
    ])
    assert.deepStrictEqual(conform(parts, { neurons: 9, minimumWeights: 3, maximumShare: 65_535 }), added)
  })

  it("gives each UID its own ten millionths where too few UIDs could not all be light enough", () => {
    const found = conform(new Map([[1, 1_000_000]]), { neurons: 3, minimumWeights: 2, maximumShare: 32_767 })
    assert.deepStrictEqual(
      [...found],
      [
        [0, 10_000_000n],
        [1, 19_999_389n],
        [2, 10_000_000n]
      ]
    )
  })

  const vectors = () => Schema.decodeUnknownSync(Vectors)(JSON.parse(readFileSync(VECTORS, "utf8")))
  const ppm = (shares: ReadonlyArray<number>) => new Map(shares.map((share, uid) => [uid, Math.round(share * 1_000_000)] as const))

  it.skipIf(!existsSync(VECTORS))("makes of weights what today's validators make of them, on every vector", () => {
    const { process_weights, normalize_max_weight } = vectors()
    let compared = 0
    for (const { n, scores_normalised, min_allowed, max_limit, emit } of process_weights) {
      const shape = { neurons: n, minimumWeights: min_allowed, maximumShare: Math.round(max_limit * 65_535) }
      // Whom the SDK fills up, this program does not.
      if (toU16(ppm(scores_normalised)).uids.length < min_allowed) continue
      compared += 1
      const { uids, values } = toU16(conform(ppm(scores_normalised), shape))
      assert.deepStrictEqual(uids, emit[0])
      // The limit here is in whole parts of 65,535, as on the chain; the vector's is a double.
      for (const [index, value] of emit[1].entries()) assert.closeTo(values[index] ?? 0, value, max_limit === 1 ? 0 : 2)
    }
    assert.isAbove(compared, 1)
    for (const { x, limit, y } of normalize_max_weight) {
      const found = conform(ppm(x), { neurons: x.length, minimumWeights: 1, maximumShare: Math.round(limit * 65_535) })
      const sum = Number([...found.values()].reduce((total, part) => total + part, 0n))
      for (const [uid, share] of y.entries()) assert.closeTo(Number(found.get(uid) ?? 0n) / sum, share, 2e-5)
    }
  })

  it("keeps weights that comply, and otherwise makes the chain accept them if that is possible", () => {
    const rewards = fc.uniqueArray(fc.tuple(fc.nat(40), fc.nat(1_000_000)), { selector: ([uid]) => uid, maxLength: 20 }).map((drawn) => {
      const total = Math.max(
        1,
        drawn.reduce((sum, [, part]) => sum + part, 0)
      )
      return drawn.map(([uid, part]) => [uid, Math.floor((part * 1_000_000) / total)] as const)
    })
    const shapes = fc.record({
      neurons: fc.integer({ min: 1, max: 41 }),
      minimumWeights: fc.integer({ min: 1, max: 12 }),
      maximumShare: fc.integer({ min: 1, max: 65_535 })
    })
    let [fitted, cut] = [0, 0]
    fc.assert(
      fc.property(rewards, shapes, (written, shape) => {
        const { neurons, minimumWeights, maximumShare } = shape
        const { uids, values } = fittingWeights(new Map(written), shape)
        assert.isTrue(uids.length > 0 && values.every((value) => value > 0 && value <= 65_535))
        const earned = new Map(written.filter(([uid, part]) => uid < neurons && part > 0))
        const parts = [...earned.values()]
        const total = parts.reduce((all, part) => all + part, 0)
        const isEnough = toU16(earned).uids.length >= Math.max(1, minimumWeights)
        const isLight = Math.max(0, ...parts) * 65_535 <= maximumShare * total
        const refusal = refusalOf(74, 99, { versionKey: 0n, ...shape }, { uids, values, versionKey: 0n })
        // With so few UIDs no share can be small enough: all get the same weight, and the chain refuses.
        if (uids.length * (maximumShare - 100) <= 65_535) return
        assert.strictEqual(refusal?.message, undefined)
        if (isEnough && isLight && neurons >= minimumWeights) {
          // Rounding alone may make one weight too large.
          const plain = toU16(earned)
          const isStill = refusalOf(74, 99, { versionKey: 0n, ...shape }, { ...plain, versionKey: 0n }) === undefined
          if (isStill) assert.deepStrictEqual({ uids, values }, plain)
          fitted += 1
        } else cut += 1
      }),
      { numRuns: 500 }
    )
    assert.isTrue(fitted > 10 && cut > 10, `${fitted} ${cut}`)
  })
})
