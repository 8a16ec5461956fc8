import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fromUids, hasUid } from "../../../src/domain/UidBitmap.ts"
import { type Absence, absencesOf, type Opportunity } from "../../../src/elo/absence.ts"
import { defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { hotkey } from "../../support/rules/world.ts"

const UID = 5
const S = 1_000_000

const opportunity = (startedAt: number, choice: "enrolled" | "skipped" | "away"): Opportunity => ({
  startedAt,
  enrolled: fromUids(choice === "enrolled" ? [UID, 9] : [9]),
  skipped: fromUids(choice === "skipped" ? [UID] : [])
})

const absences = (opportunities: ReadonlyArray<Opportunity>, registeredAt = 0, rules: RatingRules = defaultRatingRules) =>
  absencesOf({ hotkey: hotkey(UID), uid: UID, registeredAt }, opportunities, S, rules)

describe("absencesOf", () => {
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
