import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { sampleRankCorrelation } from "simple-statistics"
import { spearmanPpm } from "../../../src/rules/consensus/divergence.ts"

describe("Spearman's correlation", () => {
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
