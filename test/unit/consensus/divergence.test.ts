import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { sampleRankCorrelation } from "simple-statistics"
import { copyScore, divergence, spearmanPpm } from "../../../src/consensus/rules/divergence.ts"
import { named } from "../../support/consensus/arbitrary.ts"
import { minersWith } from "../../support/validator/reports.ts"

const neuronsOf = (count: number) => Array.from({ length: count }, (_, uid) => ({ uid, hotkey: named(`miner ${uid}`) }))

/** A report with values in the order of UIDs. */
const scoresOf = (values: ReadonlyArray<number | null>) => ({
  miners: minersWith(values.map((value, uid) => ({ uid, hotkey: named(`miner ${uid}`), value })))
})

const aggregateOf = (values: ReadonlyArray<number>) => ({
  cells: values.map((net, uid) => ({
    uid,
    hotkey: named(`miner ${uid}`),
    repository: "a/b",
    side: "author" as const,
    net,
    full: 0,
    measuredIn: 0
  }))
})

describe("Spearman's correlation", () => {
  it("is that of a table worked out by hand, with ties", () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: the sum of products of deviations is 4.5, the variances are 4.5 and 5.
    assert.strictEqual(spearmanPpm([10, 20, 20, 30], [1, 3, 2, 4]), 948_683)
    assert.strictEqual(spearmanPpm([1, 2, 3], [3, 2, 1]), -1_000_000)
    assert.strictEqual(spearmanPpm([1, 2, 3], [5, 6, 900_000]), 1_000_000)
    assert.isNull(spearmanPpm([1, 1, 1], [1, 2, 3]))
    assert.isNull(spearmanPpm([], []))
  })

  it("is that of a library where nothing is tied, and of exact arithmetic on middle ranks where something is", () => {
    const distinct = fc.uniqueArray(fc.nat(1_000), { minLength: 3, maxLength: 12 })
    fc.assert(
      fc.property(
        distinct.chain((left) => fc.tuple(fc.constant(left), fc.shuffledSubarray(left, { minLength: left.length }))),
        ([left, right]) => {
          assert.closeTo(spearmanPpm(left, right) ?? Number.NaN, sampleRankCorrelation(left, right) * 1_000_000, 0.501)
        }
      ),
      { numRuns: 200 }
    )
    const tied = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 12 })
    const middleRank = (values: ReadonlyArray<number>, value: number) =>
      values.filter((other) => other < value).length + (values.filter((other) => other === value).length + 1) / 2
    fc.assert(
      fc.property(tied, (pairs) => {
        const sides = [pairs.map(([left]) => left), pairs.map(([, right]) => right)] as const
        const [left, right] = sides.map((side) => side.map((value) => middleRank(side, value) - (side.length + 1) / 2))
        const sum = (one: ReadonlyArray<number> = [], other: ReadonlyArray<number> = []) =>
          one.reduce((total, deviation, index) => total + deviation * (other[index] ?? 0), 0)
        const variance = sum(left, left) * sum(right, right)
        const found = spearmanPpm(...sides)
        if (variance === 0) return assert.isNull(found)
        assert.closeTo(found ?? Number.NaN, (1_000_000 * sum(left, right)) / Math.sqrt(variance), 0.501)
      }),
      { numRuns: 300 }
    )
  })
})

describe("the divergence of an epoch", () => {
  it("compares the best miners without UID 0, and ranks", () => {
    const found = divergence(scoresOf([900_000, 50, 40, null, 0]), aggregateOf([10, 60, 30, 99, 0]), neuronsOf(5))
    // UID 3 was not measured: it is the consensus' best, and not among the compared ranks.
    assert.deepStrictEqual(found, { sameTop: false, spearmanPpm: 1_000_000, overlap: 2, overlapOf: 2 })
  })

  it("has no best miner where nobody earned anything", () => {
    const found = divergence(scoresOf([1_000_000, 0, 0]), aggregateOf([1_000_000, 4, 0]), neuronsOf(3))
    assert.deepStrictEqual(found, { sameTop: null, spearmanPpm: null, overlap: 0, overlapOf: 0 })
  })
})

describe("a copy score", () => {
  const neurons = neuronsOf(4)
  const before = new Map([
    ["miner 1", 400_000],
    ["miner 2", 600_000]
  ])
  const own = scoresOf([0, 500_000, 300_000, 200_000])
  const scoreOf = (values: ReadonlyArray<number | null>) => copyScore(scoresOf(values), own, before, neurons)

  it("is 1,000 for last epoch's consensus, and 0 for what is new", () => {
    assert.deepStrictEqual(scoreOf([0, 400_000, 600_000, 0]), { milli: 1_000, evidence: 600_000 })
    assert.deepStrictEqual(scoreOf([0, 500_000, 300_000, 200_000]), { milli: 0, evidence: 600_000 })
    assert.deepStrictEqual(scoreOf([0, 450_000, 450_000, 100_000]), { milli: 500, evidence: 600_000 })
  })

  it("is not fooled by noise beside what is new, nor by exaggeration", () => {
    assert.deepStrictEqual(scoreOf([777_777, 399_000, 601_000, 0]), { milli: 1_000, evidence: 600_000 })
    assert.deepStrictEqual(scoreOf([0, 1_000_000, 600_000, 0]), { milli: 833, evidence: 600_000 })
  })

  it("leaves out what one of the two did not measure, and says nothing when nothing is new", () => {
    assert.deepStrictEqual(scoreOf([0, 400_000, null, 0]), { milli: 1_000, evidence: 300_000 })
    const same = scoresOf([0, 400_000, 600_000, 0])
    assert.deepStrictEqual(copyScore(same, same, before, neurons), { milli: null, evidence: 0 })
  })
})
