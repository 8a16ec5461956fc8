import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fromUids, hasUid } from "../../../src/domain/UidBitmap.ts"
import { type Absence, absencesOf, type Opportunity } from "../../../src/elo/absence.ts"
import { defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { DAY, hotkey } from "../../support/rules/world.ts"

const UID = 5
const S = 1_000_000
const WEEK = 7 * DAY
const begin = S - defaultRatingRules.window

const opportunity = (startedAt: number, choice: "enrolled" | "skipped" | "away"): Opportunity => ({
  startedAt,
  enrolled: fromUids(choice === "enrolled" ? [UID, 9] : [9]),
  skipped: fromUids(choice === "skipped" ? [UID] : [])
})

const absences = (opportunities: ReadonlyArray<Opportunity>, registeredAt = 0, rules: RatingRules = defaultRatingRules) =>
  absencesOf({ hotkey: hotkey(UID), uid: UID, registeredAt }, opportunities, S, rules)

const every = (first: number, step: number, count: number, choice: "enrolled" | "skipped" | "away") =>
  Array.from({ length: count }, (_, index) => opportunity(first + index * step, choice))

describe("absencesOf", () => {
  it("costs nothing without opportunities, however long", () => {
    assert.deepStrictEqual(absences([]), [])
  })

  it("counts once for seven days with a missed opportunity, and never for empty weeks afterwards", () => {
    assert.deepStrictEqual(absences([opportunity(begin + DAY, "away")]), [{ block: begin + WEEK, because: "time" }])
  })

  it("counts once for every ten missed in a row, at the block of the tenth", () => {
    const missed = every(begin + 100, 10, 25, "away")
    assert.deepStrictEqual(absences(missed), [
      { block: begin + 190, because: "opportunities" },
      { block: begin + 290, because: "opportunities" },
      { block: begin + 290 + WEEK, because: "time" }
    ])
  })

  it("starts over when the miner is present", () => {
    const nine = every(begin + 100, 10, 9, "away")
    const there = opportunity(begin + 500, "enrolled")
    const nineMore = every(begin + 600, 10, 9, "away")
    assert.deepStrictEqual(absences([...nine, there, ...nineMore]), [{ block: begin + 500 + WEEK, because: "time" }])
  })

  it("does not punish a miner that is present in the last block of the week", () => {
    assert.deepStrictEqual(absences([opportunity(begin + 1, "away"), opportunity(begin + WEEK, "enrolled")]), [])
    assert.deepStrictEqual(absences([opportunity(begin + 1, "away"), opportunity(begin + WEEK + 1, "enrolled")]), [
      { block: begin + WEEK, because: "time" }
    ])
  })

  it("counts three skips in a row as presence, and further skips only after the next enrolment", () => {
    const skips = (count: number) => every(begin + DAY, DAY, count, "skipped")
    assert.deepStrictEqual(absences(skips(3)), [])
    assert.deepStrictEqual(absences(skips(4)), [{ block: begin + 3 * DAY + WEEK, because: "time" }])
    const again = [...skips(3), opportunity(begin + 4 * DAY, "enrolled"), ...every(begin + 5 * DAY, DAY, 3, "skipped")]
    assert.deepStrictEqual(absences(again), [])
    const missedBetween = [...skips(3), opportunity(begin + 4 * DAY, "away"), ...every(begin + 5 * DAY, DAY, 3, "skipped")]
    assert.deepStrictEqual(absences(missedBetween), [{ block: begin + 3 * DAY + WEEK, because: "time" }])
  })

  it("counts an enrolment that also carries a skip as an enrolment", () => {
    const both: Opportunity = { startedAt: begin + 5 * DAY, enrolled: fromUids([UID]), skipped: fromUids([UID]) }
    assert.deepStrictEqual(absences([...every(begin + DAY, DAY, 3, "skipped"), both, ...every(begin + 6 * DAY, DAY, 3, "skipped")]), [])
  })

  it("exempts a miner registered for less than seven days, then counts once", () => {
    const missed = (registeredAt: number) => every(registeredAt + 10, 10, 40, "away")
    assert.deepStrictEqual(absences(missed(S - WEEK + 1), S - WEEK + 1), [])
    assert.deepStrictEqual(absences(missed(S - WEEK), S - WEEK), [{ block: S, because: "time" }])
  })

  it("counts opportunities from the exact block at which the miner has been registered for seven days", () => {
    const registeredAt = S - WEEK - 100
    const tenth = every(registeredAt + 100, 10, 9, "away")
    const at = (block: number) => absences([...tenth, opportunity(block, "away")], registeredAt).map(({ because }) => because)
    assert.deepStrictEqual(at(registeredAt + WEEK), ["opportunities"])
    assert.deepStrictEqual(at(registeredAt + WEEK - 1), ["time"])
  })

  it("ignores opportunities before the registration: the bit belonged to another hotkey", () => {
    const registeredAt = S - 3 * WEEK
    assert.deepStrictEqual(absences([opportunity(registeredAt, "away")], registeredAt), [])
    assert.strictEqual(absences([opportunity(registeredAt + 1, "away")], registeredAt).length, 1)
  })

  it("counts no absence for a UID beyond the bitmap", () => {
    const far = { hotkey: hotkey(300), uid: 300, registeredAt: 0 }
    assert.deepStrictEqual(absencesOf(far, every(begin + 1, DAY, 50, "away"), S, defaultRatingRules), [])
  })

  it("agrees with a count that walks block by block", () => {
    const rules: RatingRules = { ...defaultRatingRules, window: 300, absencePeriod: 35, absenceOpportunities: 4, skipsInARow: 2 }
    const choice = fc.constantFrom("enrolled" as const, "skipped" as const, "away" as const, "away" as const)
    const held = fc.array(fc.tuple(fc.integer({ min: S - 299, max: S }), choice), { maxLength: 40 })
    fc.assert(
      fc.property(held, fc.integer({ min: S - 400, max: S }), (written, registeredAt) => {
        const opportunities = written.toSorted(([left], [right]) => left - right).map(([at, chosen]) => opportunity(at, chosen))
        assert.deepStrictEqual(absences(opportunities, registeredAt, rules), walk(opportunities, registeredAt, rules))
      }),
      { numRuns: 2_000 }
    )
  })
})

/** The same rule as a clock that ticks at every block. */
const walk = (opportunities: ReadonlyArray<Opportunity>, registeredAt: number, rules: RatingRules) => {
  const found: Array<Absence> = []
  let since = 0
  let missed = 0
  let skips = 0
  for (let block = Math.max(registeredAt, S - rules.window) + 1; block <= S; block++) {
    since += 1
    for (const { enrolled, skipped } of opportunities.filter(({ startedAt }) => startedAt === block)) {
      const isEnrolled = hasUid(enrolled, UID)
      const isSkipping = !isEnrolled && hasUid(skipped, UID) && skips < rules.skipsInARow
      skips = isEnrolled ? 0 : isSkipping ? skips + 1 : skips
      missed = isEnrolled || isSkipping ? 0 : missed + 1
      const full = missed >= rules.absenceOpportunities && block - registeredAt >= rules.absencePeriod
      if (full) found.push({ block, because: "opportunities" })
      if (full) missed = 0
      if (full || isEnrolled || isSkipping) since = 0
    }
    if (since < rules.absencePeriod) continue
    if (missed > 0) found.push({ block, because: "time" })
    since = 0
    missed = 0
  }
  return found
}
