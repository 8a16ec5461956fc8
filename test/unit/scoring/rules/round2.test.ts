import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { round2 } from "../../../../src/rules/contributions/round2.ts"
import { compensatedSum, product, wholeTimes } from "../../../../src/rules/contributions/sums.ts"

/** Units of 2⁻¹⁰⁷⁴: every double is a multiple. */
const SCALE = 1n << 1074n

const exact = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const exponent = bits >> 52n
  const mantissa = bits & 0xfffffffffffffn
  const units = exponent === 0n ? mantissa : (mantissa | (1n << 52n)) << (exponent - 1n)
  return value < 0 ? -units : units
}

/** Rounds to hundredths in whole numbers only, half to even. */
const hundredths = (value: number): bigint => {
  const units = exact(Math.abs(value)) * 100n
  const [below, rest] = [units / SCALE, units % SCALE]
  const up = rest * 2n > SCALE || (rest * 2n === SCALE && below % 2n === 1n)
  return up ? below + 1n : below
}

const decimal = (value: number): number => {
  const text = hundredths(value).toString().padStart(3, "0")
  const rounded = Number(`${text.slice(0, -2)}.${text.slice(-2)}`)
  return value < 0 || Object.is(value, -0) ? -rounded : rounded
}

describe("round2", () => {
  it("is exact decimal rounding of the binary value, ties to even", () => {
    const anyNumber = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }),
      fc.integer({ min: -1_000_000, max: 1_000_000 }).map((eighths) => eighths / 8),
      fc.integer({ min: 0, max: 1_000_000 }).map((thousandths) => thousandths / 1000),
      fc.maxSafeInteger().map((eighths) => eighths / 8)
    )
    fc.assert(
      fc.property(anyNumber, (value) => {
        assert.strictEqual(round2(value), decimal(value))
      }),
      { numRuns: 3000 }
    )
  })
})

describe("sums", () => {
  it("keep what single additions lose", () => {
    assert.strictEqual(compensatedSum([0.1, 0.2, 0.3]), 0.6)
    assert.strictEqual(compensatedSum([1e16, 1, -1e16]), 1)
    assert.strictEqual(compensatedSum(Array(10).fill(0.1)), 1)
    assert.strictEqual(compensatedSum([]), 0)
    assert.strictEqual(compensatedSum([Number.MAX_VALUE, Number.MAX_VALUE]), Number.POSITIVE_INFINITY)
  })

  it("multiplies from the first to the last", () => {
    assert.strictEqual(product([1.33, 0.1, 0.97]), 1.33 * 0.1 * 0.97)
    assert.strictEqual(product([]), 1)
  })

  it("counts how often a number goes into another by the exact quotient", () => {
    assert.strictEqual(wholeTimes(1, 0.1), 9)
    assert.strictEqual(wholeTimes(899.999, 300), 2)
    assert.strictEqual(wholeTimes(900, 300), 3)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (value, divisor) => {
        assert.strictEqual(BigInt(wholeTimes(value, divisor)), exact(value) / exact(divisor))
      })
    )
  })
})
