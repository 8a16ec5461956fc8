/** Amounts in TAO beside those in alpha. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { taoOf, taoText, worthOf } from "../../../src/story/worth.ts"

const RAO = 1_000_000_000n
const NOW = Date.UTC(2026, 9, 1)
const at = (before: number) => ({ block: 7, time: new Date(NOW - before).toISOString() })
const DAY = 86_400_000

describe("what alpha is worth", () => {
  it("is short, and never more than it is", () => {
    assert.strictEqual(taoText(300n * RAO, 41_200_000n), "≈ 12.36 TAO")
    assert.strictEqual(taoText(10n * RAO, 41_299_999n), "≈ 0.4129 TAO")
    assert.strictEqual(taoText(100_000n * RAO, 41_259_999n), "≈ 4,125 TAO")
    assert.strictEqual(taoText(100n * RAO, RAO), "≈ 100 TAO")
    assert.strictEqual(taoText(1n, 41_200_000n), "≈ 0 TAO")
    assert.strictEqual(taoText(RAO / 1_000n, 41_200_000n), "≈ <0.0001 TAO")
    // u64's largest values, whose last digits a float would lose.
    assert.strictEqual(taoOf(2n ** 64n - 1n, 2n ** 64n - 1n), (2n ** 64n - 1n) ** 2n / RAO)
  })

  it("is rounded down by less than a rao", () => {
    const u64 = FastCheck.bigInt(0n, 2n ** 64n - 1n)
    FastCheck.assert(
      FastCheck.property(u64, u64, (alpha, price) => {
        const rest = alpha * price - taoOf(alpha, price) * RAO
        return rest >= 0n && rest < RAO
      })
    )
  })

  it("is nothing without a price that is known to be of the last day", () => {
    const price = { tao: "41200000", at: at(DAY) }
    assert.deepStrictEqual(worthOf("300000000000", price, NOW), { text: "≈ 12.36 TAO", price: "0.0412", at: price.at })
    assert.strictEqual(worthOf("1", { tao: "10000000000", at: at(0) }, NOW)?.price, "10")
    assert.isUndefined(worthOf("300000000000", price, NOW + 1))
    assert.isUndefined(worthOf("300000000000", { ...price, at: { block: 7, time: null } }, NOW))
    assert.isUndefined(worthOf("300000000000", null, NOW))
    assert.isUndefined(worthOf("300000000000", undefined, NOW))
  })
})
