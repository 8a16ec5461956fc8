import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { divided, normalise } from "../../../src/consensus/rules/normalise.ts"

const values = fc.array(fc.oneof(fc.nat(3), fc.nat(1_000_000)), { maxLength: 40 })

describe("divided", () => {
  it("gives the whole away to the last part, each within one part of its due, and more to the larger value", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(1_000_000, 65_535, 15, 1), (given, whole) => {
        const sum = given.reduce((total, value) => total + value, 0)
        const parts = divided(given, whole)
        if (sum === 0) return assert.isNull(parts)
        assert.strictEqual(
          parts?.reduce((total, part) => total + part, 0),
          whole
        )
        for (const [index, part] of (parts ?? []).entries()) {
          const value = BigInt(given[index] ?? 0)
          const floor = Number((value * BigInt(whole)) / BigInt(sum))
          assert.include([floor, floor + 1], part)
          for (const [other, otherPart] of (parts ?? []).entries())
            if ((given[other] ?? 0) > value || (other < index && BigInt(given[other] ?? 0) === value)) assert.isAtLeast(otherPart, part)
        }
      }),
      { numRuns: 500 }
    )
  })

  it("is exact for as many values as a subnet can have", () => {
    const many = Array.from({ length: 65_536 }, (_, index) => 1_000_000 - (index % 7))
    assert.strictEqual(
      divided(many, 1_000_000)?.reduce((total, part) => total + part, 0),
      1_000_000
    )
  })
})

describe("normalise", () => {
  it("orders by UID before it gives what is left to the lower one", () => {
    const value = (uid: number) => ({ uid, value: 1, source: "median" as const })
    assert.deepStrictEqual(normalise([value(9), value(4), value(7)]), [
      { uid: 4, ppm: 333_334 },
      { uid: 7, ppm: 333_333 },
      { uid: 9, ppm: 333_333 }
    ])
  })

  it("says to hold without a quorum, without neurons, and when nobody earned anything", () => {
    assert.isNull(normalise(null))
    assert.isNull(normalise([]))
    assert.isNull(normalise([{ uid: 0, value: 0, source: "chain" }]))
  })
})
