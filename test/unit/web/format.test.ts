/** How the page writes amounts, times, ratings and names. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { basisPoints, exactAlpha, inLocale, shareOf, shortAlpha, sumOf } from "../../../web/src/format/amount.ts"
import { reasonText, sentence, settingName, shortAccount } from "../../../web/src/format/names.ts"
import { changeText, ratingText } from "../../../web/src/format/rating.ts"
import { ago, duration, durationInBlocks, leftUntil, relativeTime, timeOfBlock } from "../../../web/src/format/time.ts"

const rao = fc.bigInt({ min: 0n, max: 2n ** 80n })

describe("amounts", () => {
  it("are exact to all nine decimals", () => {
    fc.assert(
      fc.property(rao, (amount) => {
        assert.strictEqual(BigInt(exactAlpha(amount.toString()).replace(/[,.]/g, "")), amount)
      })
    )
    assert.strictEqual(exactAlpha("1234567890123456789"), "1,234,567,890.123456789")
  })

  it("have the marks of a locale, and the digits of commands", () => {
    for (const [locale, shown] of [
      ["en-US", "≈ 1,234,567.0500 TAO"],
      ["de-DE", "≈ 1.234.567,0500 TAO"],
      ["fr-FR", "≈ 1\u202f234\u202f567,0500 TAO"],
      ["en-IN", "≈ 12,34,567.0500 TAO"],
      ["ar-EG", "≈ 1,234,567.0500 TAO"]
    ] as const)
      assert.strictEqual(inLocale(locale)("≈ 1,234,567.0500 TAO"), shown, locale)
    assert.strictEqual(inLocale("de-DE")("<0.0001"), "<0,0001")
    assert.strictEqual(inLocale("de-DE")(`${2n ** 80n}`).replaceAll(".", ""), `${2n ** 80n}`)
  })

  it("are never rounded up, and never shown as zero unless they are", () => {
    fc.assert(
      fc.property(rao, (amount) => {
        const short = shortAlpha(amount.toString())
        if (short.startsWith("<")) return assert.isTrue(amount > 0n && amount < 100_000n)
        const [whole = "", fraction = ""] = short.replaceAll(",", "").split(".")
        const shown = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"))
        assert.isTrue(shown <= amount)
        assert.isTrue(amount - shown < (amount >= 1_000_000_000_000n ? 10_000_000n : 100_000n))
        assert.strictEqual(shown === 0n, amount === 0n)
      })
    )
    assert.deepStrictEqual(
      ["0", "1", "100000", "100000000000", "1999999999999"].map((one) => shortAlpha(one)),
      ["0", "<0.0001", "0.0001", "100", "1,999.99"]
    )
  })

  it("are shares of a whole, whatever their size", () => {
    assert.deepStrictEqual([shareOf("0", "0"), shareOf("1", "0"), shareOf("1", "3"), shareOf("9", "3")], [0, 0, 0.333333, 1])
    assert.strictEqual(sumOf(["18446744073709551615", "1"]), "18446744073709551616")
  })
})

describe("times", () => {
  it("are blocks where a chain is so fast that seconds say nothing", () => {
    assert.deepStrictEqual(
      [
        [0.4, 250],
        [12.3, 250],
        [0, 250],
        [59, 12_000],
        [60, 250],
        [3_661, 12_000]
      ].map(([seconds = 0, milliseconds = 0]) => durationInBlocks(seconds, { milliseconds })),
      ["2 blocks", "49 blocks", "1 block", "5 blocks", "1 min", "1 h 1 min"]
    )
  })

  it("show the two largest units", () => {
    assert.deepStrictEqual([0, 59.9, 60, 3_661, 90_000, 86_400, -5].map(duration), [
      "0 s",
      "59 s",
      "1 min",
      "1 h 1 min",
      "1 d 1 h",
      "1 d",
      "0 s"
    ])
    assert.deepStrictEqual([3, 42, 7_300].map(ago), ["just now", "42 s ago", "2 h ago"])
  })

  it("of blocks are counted from a known block", () => {
    const pace = { block: 100, time: 1_000_000, milliseconds: 12_000, blocks: 99 }
    assert.deepStrictEqual(
      [110, 90].map((block) => timeOfBlock(block, pace)),
      [1_120_000, 880_000]
    )
    const left = (now: number) => leftUntil(110, 105, pace, now)
    assert.deepStrictEqual([1_060_000, 1_119_000, 1_119_001].map(left), ["≈ 1 min", "≈ 1 s", "5 blocks"])
    assert.deepStrictEqual([leftUntil(110, 109, null, 0), leftUntil(110, 111, pace, 0)], ["1 block", "≈ 18 min 40 s"])
  })
})

describe("ratings and names", () => {
  it("mark what is provisional", () => {
    assert.deepStrictEqual([ratingText(null, true), ratingText(1512.345, true), ratingText(1512.5, false)], ["unrated", "1512?", "1513"])
    assert.deepStrictEqual([changeText(1500, 1520.4), changeText(1500, 1480), changeText(1500, 1500.2)], ["+20", "−20", "±0"])
  })

  it("are spelled out", () => {
    assert.strictEqual(sentence("IssueRegistered"), "Issue registered")
    assert.strictEqual(sentence("register_issue"), "Register issue")
    assert.strictEqual(shortAccount("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), "5Grwva…utQY")
    assert.strictEqual(reasonText("SomethingNew"), "something new")
  })

  it("shows settings without their unit's name", () => {
    assert.deepStrictEqual(["slashBps", "quorumBps", "ownerDelay"].map(settingName), ["Slash", "Quorum", "Owner delay"])
    assert.deepStrictEqual([10_000, 5_001, 5_010, 0].map(basisPoints), ["100%", "50.01%", "50.1%", "0%"])
  })

  it("says of what was just asked that it was just now, however coarse the clock is", () => {
    assert.deepStrictEqual(
      [0.4, 9, 40, -0.5, -90].map((seconds) => relativeTime(seconds, false)),
      ["just now", "just now", "just now", "just now", "1 min ago"]
    )
    assert.deepStrictEqual(
      [0.4, 90].map((seconds) => relativeTime(seconds, true)),
      ["≈ now", "in ≈ 1 min 30 s"]
    )
  })
})
