import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { measuredBy } from "../../../src/domain/Settlement.ts"
import { sharesByHotkey } from "../../../src/rules/contributions/rewards.ts"
import { byUid, movingAverage } from "../../../src/rules/weights/movingAverage.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersWith, said } from "../../support/validator/reports.ts"
import { repository } from "../scoring/rules/parts.ts"

const report = (shares: Readonly<Record<string, number>>) => new Map(Object.entries(shares))
const averages = (...reports: ReadonlyArray<Readonly<Record<string, number>>>) => Object.fromEntries(movingAverage(reports.map(report)))

/** Reports of hotkeys a to h, whose shares add up to at most one million parts. */
const reports = fc.array(
  fc.array(fc.tuple(fc.constantFrom(..."abcdefgh"), fc.nat(1_000_000)), { maxLength: 8 }).map((written) => {
    const shares = new Map(written)
    const sum = [...shares.values()].reduce((total, share) => total + share, 0)
    return new Map([...shares].map(([hotkey, share]) => [hotkey, sum > 1_000_000 ? Math.floor((share * 1_000_000) / sum) : share]))
  }),
  { minLength: 1, maxLength: 40 }
)

describe("the average over epochs", () => {
  it("is 0.70 of the new share plus 0.30 of the previous average, truncated once", () => {
    assert.deepStrictEqual(averages(), {})
    assert.deepStrictEqual(averages({ a: 1_000_000 }), { a: 1_000_000 })
    assert.deepStrictEqual(averages({ a: 10 }, { a: 500_000 }), { a: 350_003 })
    // 0.3 × 350,003 = 105,000.9, and 0.7 × 1,000,000 + 0.3 × 105,000.9 = 731,500.27
    assert.deepStrictEqual(averages({ a: 10 }, { a: 500_000 }, {}), { a: 105_000 })
    assert.deepStrictEqual(averages({ a: 10 }, { a: 500_000 }, {}, { a: 1_000_000 }), { a: 731_500 })
  })

  it("counts 16 epochs: 15 of them would give 0 here, and so would 17", () => {
    const shares = [0, 1_000_000, ...Array.from({ length: 12 }, () => 0), 9, 2, 0]
    assert.deepStrictEqual(averages(...shares.map((a) => ({ a }))), { a: 1 })
  })

  it("takes a report's shares by hotkey, without what was not measured and what UID 0 recycles", () => {
    const miners = minersWith([
      { uid: 2, hotkey: hotkey(2), value: 700_000 },
      { uid: 3, hotkey: hotkey(3), value: null }
    ])
    const half = { "acme/gadgets": { ...repository({}), emission_share: 0.5 } }
    assert.deepStrictEqual([...sharesByHotkey(measuredBy(said(miners)), half)], [[hotkey(2), 500_000]])
  })

  it("starts at zero for new hotkeys, and drops those that left", () => {
    assert.deepStrictEqual(averages({ a: 1_000_000 }, { a: 500_000, b: 500_000 }), { a: 650_000, b: 350_000 })
    assert.deepStrictEqual(averages({ a: 1_000_000 }, ...Array.from({ length: 12 }, () => ({ b: 1_000_000 }))), { b: 999_999 })
    assert.deepStrictEqual(averages({ a: 1 }, {}), {})
  })

  it("goes to the UID that a hotkey holds now", () => {
    const found = byUid(movingAverage([report({ a: 7, b: 9 })]), [
      { uid: 3, hotkey: "b" },
      { uid: 4, hotkey: "c" }
    ])
    assert.deepStrictEqual([...found], [[3, 9]])
  })

  it("equals a fold in exact fractions, and never exceeds the whole of one report", () => {
    fc.assert(
      fc.property(reports, (all) => {
        const average = movingAverage(all)
        const last = all.slice(-16)
        for (const hotkey of "abcdefgh") {
          // numerator / 10^(reports before)
          let [numerator, denominator] = [BigInt(last[0]?.get(hotkey) ?? 0), 1n]
          for (const one of last.slice(1)) {
            denominator *= 10n
            numerator = 3n * numerator + (7n * BigInt(one.get(hotkey) ?? 0) * denominator) / 10n
          }
          assert.strictEqual(average.get(hotkey) ?? 0, Number(numerator / denominator), hotkey)
        }
        assert.isAtMost(
          [...average.values()].reduce((sum, parts) => sum + parts, 0),
          1_000_000
        )
      })
    )
  })

  it("needs only the newest reports, in whatever order hotkeys are listed", () => {
    fc.assert(
      fc.property(reports, (all) => {
        const average = movingAverage(all)
        assert.deepStrictEqual(movingAverage(all.slice(-16)), average)
        assert.deepStrictEqual([...movingAverage(all.map((one) => new Map([...one].reverse())))], [...average])
      })
    )
  })
})
