/** Miners' values in lists that the API does not contain: streaks, upsets, and the ticks of a rating's axis. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { crosstableOf, tallyKey } from "../../../src/story/crosstable.ts"
import { streakOf, upsetOf } from "../../../src/story/results.ts"
import { ticksOf } from "../../../web/src/format/rating.ts"

describe("a streak", () => {
  it("is the run of wins or losses up to now", () => {
    assert.strictEqual(streakOf({ form: ["won", "won", "won", "lost"], streak: 3 }), "3 wins in a row")
    assert.strictEqual(streakOf({ form: ["lost", "lost", "lost", "lost", "lost"], streak: 12 }), "12 losses in a row")
    assert.isUndefined(streakOf({ form: ["won", "lost", "won"], streak: 1 }))
    assert.isUndefined(streakOf({ form: ["expired", "expired"], streak: 2 }))
    assert.isUndefined(streakOf({ form: [], streak: 0 }))
  })
  it("may be longer than the API counts", () => {
    assert.strictEqual(streakOf({ form: ["won", "won", "won", "won", "won"], streak: 100 }), "100+ wins in a row")
  })
})

describe("an upset", () => {
  const [a, b] = [
    { hotkey: "5A", expected: 0.65 },
    { hotkey: "5B", expected: 0.35 }
  ]
  it("is a win of whom the ratings expected to lose", () => {
    assert.isUndefined(upsetOf({ a: { ...a, expected: 0.65 }, b: { ...b, expected: 0.35 }, winner: "a" }))
    assert.strictEqual(upsetOf({ a: { ...a, expected: 0.65 }, b: { ...b, expected: 0.35 }, winner: "b" }), 0.35)
    assert.isUndefined(upsetOf({ a: { ...a, expected: 0.5 }, b: { ...b, expected: 0.5 }, winner: "b" }))
    assert.isUndefined(upsetOf({ a, b, winner: null }))
  })
})

describe("an axis of ratings", () => {
  it("has one to five round values within its range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 40, max: 2_000 }), (low, room) => {
        const ticks = ticksOf(low, low + room)
        assert.isAtLeast(ticks.length, 1)
        assert.isAtMost(ticks.length, 5)
        assert.isTrue(ticks.every((tick) => tick >= low && tick <= low + room && tick % 10 === 0))
      })
    )
  })
})

describe("a crosstable", () => {
  it("counts each decided meeting once for either side", () => {
    const met = (winner: "a" | "b" | null) => ({ winner, a: { hotkey: "5A" }, b: { hotkey: "5B" } })
    const tallies = crosstableOf([met("a"), met("a"), met("b"), met(null)])
    assert.deepStrictEqual(tallies.get(tallyKey("5A", "5B")), { won: 2, lost: 1 })
    assert.deepStrictEqual(tallies.get(tallyKey("5B", "5A")), { won: 1, lost: 2 })
    assert.isUndefined(tallies.get(tallyKey("5A", "5A")))
  })
})
