import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { expectedScorePpm } from "../../../src/elo/expectedScore.ts"
import { divideRoundHalfAway } from "../../../src/elo/integer.ts"
import { decayTowards } from "../../../src/elo/timeDecay.ts"

const rating = fc.integer({ min: -1_000_000, max: 5_000_000 })
const HALF_LIFE = 216_000
const HOME = 1_500_000

describe("expectedScorePpm", () => {
  const curve = (difference: number) => 1 / (1 + 10 ** (-difference / 400_000))

  it("equals the curve at every entry of its table", () => {
    for (let points = -1500; points <= 1500; points += 25)
      assert.closeTo(expectedScorePpm(points * 1000, 0), curve(points * 1000) * 1e6, 0.5 + 1e-6, `${points} points`)
  })

  it("is within 0.00025 of the curve, at any distance", () => {
    let worst = 0
    for (let difference = -4_000_000; difference <= 4_000_000; difference += 97)
      worst = Math.max(worst, Math.abs(expectedScorePpm(difference, 0) / 1e6 - curve(difference)))
    assert.isBelow(worst, 0.00025)
    assert.isAbove(worst, 0.0002)
  })

  it("is a whole number, adds up to one, and never falls as the difference grows", () => {
    fc.assert(
      fc.property(rating, rating, fc.nat(100_000), (own, other, more) => {
        const score = expectedScorePpm(own, other)
        return Number.isInteger(score) && score + expectedScorePpm(other, own) === 1_000_000 && expectedScorePpm(own + more, other) >= score
      }),
      { numRuns: 5_000 }
    )
  })
})

describe("decayTowards", () => {
  const curve = (from: number, blocks: number) => HOME + (from - HOME) * 2 ** (-blocks / HALF_LIFE)

  it("stays within 0.00007 of the distance from the curve, plus rounding, for any time and half-life", () => {
    fc.assert(
      fc.property(rating, fc.nat(3_000_000), fc.constantFrom(HALF_LIFE, 30, 7, 1, 999_983), (from, blocks, halfLife) => {
        const exact = HOME + (from - HOME) * 2 ** (-blocks / halfLife)
        return Math.abs(decayTowards(from, HOME, blocks, halfLife) - exact) <= 0.51 + 0.00007 * Math.abs(from - HOME)
      }),
      { numRuns: 5_000 }
    )
  })

  it("never crosses the home rating, never moves away from it, and preserves the order of two ratings", () => {
    fc.assert(
      fc.property(rating, rating, fc.nat(900_000), fc.nat(5_000), (left, right, blocks, more) => {
        const now = decayTowards(left, HOME, blocks, HALF_LIFE)
        const later = decayTowards(left, HOME, blocks + more, HALF_LIFE)
        const side = Math.sign(left - HOME)
        const other = decayTowards(right, HOME, blocks, HALF_LIFE)
        return (
          (now - HOME) * side >= 0 &&
          (later - HOME) * side >= 0 &&
          (now - later) * side >= 0 &&
          (left < right ? now <= other : now >= other)
        )
      }),
      { numRuns: 5_000 }
    )
  })

  it("changes by at most the rounding when the decay is split into parts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 2_000_000 }), fc.nat(300_000), fc.nat(300_000), (from, first, second) => {
        const parts = decayTowards(decayTowards(from, HOME, first, HALF_LIFE), HOME, second, HALF_LIFE)
        return Math.abs(parts - curve(from, first + second)) <= 1.1 + 0.00014 * Math.abs(from - HOME)
      })
    )
  })
})

describe("divideRoundHalfAway", () => {
  it("agrees with exact arithmetic on big integers", () => {
    const limit = 2 ** 51
    fc.assert(
      fc.property(fc.integer({ min: -limit, max: limit }), fc.integer({ min: 1, max: 2 ** 40 }), (any, denominator) => {
        const numerator = any % (denominator * 2 ** 31 - denominator)
        const n = BigInt(Math.abs(numerator))
        const d = BigInt(denominator)
        const magnitude = Number((2n * n + d) / (2n * d))
        const expected = numerator < 0 ? 0 - magnitude : magnitude
        return divideRoundHalfAway(numerator, denominator) === expected && !Object.is(divideRoundHalfAway(numerator, denominator), -0)
      }),
      { numRuns: 5_000 }
    )
  })

  it("is exact just below and just above a half", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 21), fc.integer({ min: 1, max: 2 ** 28 }), (whole, halfOfDenominator) => {
        const half = (2 * whole + 1) * halfOfDenominator
        const rounded = (numerator: number) => divideRoundHalfAway(numerator, 2 * halfOfDenominator)
        assert.deepStrictEqual([half - 1, half, -half, 1 - half].map(rounded), [whole, whole + 1, -whole - 1, 0 - whole])
      })
    )
  })
})
