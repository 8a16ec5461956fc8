import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fromUids, hasUid } from "../../../src/domain/UidBitmap.ts"
import { type Absence, absencesOf, type Opportunity } from "../../../src/elo/absence.ts"
import { defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { competitor, hotkey } from "../../support/rules/world.ts"

const UID = 5
const S = 1_000_000

type Choice = "enrolled" | "skipped" | "away" | "drawn"

/** A competition of others, or of the miner's own that ends after `length` blocks. */
const opportunity = (startedAt: number, choice: Choice, length = 1): Opportunity => ({
  startedAt,
  a: competitor(choice === "drawn" ? UID : 8),
  b: competitor(9),
  status: { _tag: "Expired", at: startedAt + length },
  enrolled: fromUids(choice === "enrolled" || choice === "drawn" ? [UID, 9] : [9]),
  skipped: fromUids(choice === "skipped" ? [UID] : [])
})

const absences = (opportunities: ReadonlyArray<Opportunity>, registeredAt = 0, rules: RatingRules = defaultRatingRules) =>
  absencesOf(
    { hotkey: hotkey(UID), uid: UID, registeredAt },
    {
      opportunities: opportunities.filter(({ startedAt }) => startedAt > S - rules.window),
      matches: opportunities.filter(({ a }) => a.uid === UID)
    },
    S,
    rules
  )

describe("absencesOf", () => {
  it("agrees with a count that walks block by block", () => {
    const rules: RatingRules = { ...defaultRatingRules, window: 300, absencePeriod: 35, absenceOpportunities: 4, skipsInARow: 2 }
    const choice = fc.constantFrom<Choice>("enrolled", "skipped", "away", "away", "away", "drawn")
    const held = fc.array(fc.tuple(fc.integer({ min: S - 320, max: S }), choice, fc.integer({ min: 1, max: 60 })), { maxLength: 40 })
    fc.assert(
      fc.property(held, fc.integer({ min: S - 400, max: S }), (written, registeredAt) => {
        const opportunities = written
          .toSorted(([left], [right]) => left - right)
          .map(([at, chosen, length]) => opportunity(at, chosen, length))
        assert.deepStrictEqual(absences(opportunities, registeredAt, rules).completed, walk(opportunities, registeredAt, rules))
      }),
      { numRuns: 5_000 }
    )
  })

  const each = (from: number, count: number, choice: Choice = "away") =>
    Array.from({ length: count }, (_, index) => opportunity(from + index, choice))
  const start = S - 100_000

  it("counts no opportunity of a miner in a match of its own, from its first block to the one before its end", () => {
    const period = defaultRatingRules.absenceOpportunities
    const own = opportunity(start, "drawn", 1_000)
    assert.deepStrictEqual(absences([own, ...each(start + 1, period)]).missed, 0)
    assert.deepStrictEqual(absences([...each(start, 1), own]).missed, 0, "the block in which it starts")
    assert.deepStrictEqual(absences([own, opportunity(start + 999, "away")]).missed, 0, "the last block before its end")
    assert.deepStrictEqual(absences([own, opportunity(start + 1_000, "away"), opportunity(S, "enrolled")]).completed, [
      { block: start + 1_000 + defaultRatingRules.absencePeriod, because: "time" }
    ])
    assert.deepStrictEqual(absences([own, ...each(start + 2_000, period)]).completed, [
      { block: start + 2_000 + period - 1, because: "opportunities" }
    ])
  })

  it("gives nothing for enrolling while in a match", () => {
    const others = each(start + 1, 500, "enrolled")
    const later = each(start + 5_000, 9)
    const own = opportunity(start, "drawn", 1_000)
    assert.deepStrictEqual(absences([own, ...others, ...later]), absences([own, ...later]))
  })

  it("counts none before the miner was settled, and none before it was ever enrolled or skipping", () => {
    const many = each(start, 50)
    assert.deepStrictEqual(absences(many), { completed: [], missed: 0, since: null })
    const seen = [opportunity(start - 1, "enrolled"), ...many]
    assert.isAbove(absences(seen).completed.length, 3)
    assert.deepStrictEqual(absences(seen, start - 2).completed, [])
    const settled = start + 49 - defaultRatingRules.absencePeriod
    const byTime = absences(
      [opportunity(settled + 1, "enrolled"), ...many].toSorted((a, b) => a.startedAt - b.startedAt),
      settled
    )
    assert.deepStrictEqual(byTime.completed, [{ block: start + 50, because: "time" }], "only that of the block in which it is settled")
  })
})

/** The same rule as a clock that ticks at every block. */
const walk = (opportunities: ReadonlyArray<Opportunity>, registeredAt: number, rules: RatingRules) => {
  const found: Array<Absence> = []
  const own = opportunities.filter(({ a }) => a.uid === UID)
  const endOf = ({ status }: Opportunity) => (status._tag === "Running" ? Number.POSITIVE_INFINITY : status.at)
  const clock: { since: number | null } = { since: null }
  let missed = 0
  let skips = 0
  const restart = () => {
    clock.since = 0
    missed = 0
  }
  for (let block = S - rules.window - 100; block <= S; block++) {
    if (clock.since !== null) clock.since += 1
    if (own.some((match) => endOf(match) === block)) restart()
    for (const one of opportunities.filter(({ startedAt }) => startedAt === block)) {
      if (block <= registeredAt || block <= S - rules.window) continue
      const isEnrolled = hasUid(one.enrolled, UID)
      const skips2 = !isEnrolled && hasUid(one.skipped, UID)
      clock.since ??= isEnrolled || skips2 ? 0 : null
      if (own.includes(one)) {
        skips = 0
        restart()
        continue
      }
      if (own.some((match) => match.startedAt <= block && block < endOf(match))) continue
      const isSkipping = skips2 && skips < rules.skipsInARow
      skips = isEnrolled ? 0 : isSkipping ? skips + 1 : skips
      if (isEnrolled || isSkipping) restart()
      else if (clock.since !== null && block - registeredAt >= rules.absencePeriod) missed += 1
      if (missed < rules.absenceOpportunities) continue
      found.push({ block, because: "opportunities" })
      restart()
    }
    if (clock.since === null || clock.since < rules.absencePeriod) continue
    if (missed > 0) found.push({ block, because: "time" })
    restart()
  }
  return found
}
