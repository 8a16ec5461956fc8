/** Absences computed for all miners at once equal those computed for each miner, whatever the rules and the order of queries. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { AbsenceCounter } from "../../../src/elo/AbsenceCounter.ts"
import { type Absence, absencesOf, type Opportunity } from "../../../src/elo/absence.ts"
import { gamesOf } from "../../../src/elo/games.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { competitor, hotkey, miner } from "../../support/rules/world.ts"

const S = 10_000
const UIDS = [0, 1, 30, 31, 32, 63, 64, 200, 255]
const uids = fc.subarray(UIDS)

const season = fc.record({
  rules: fc.record({
    window: fc.constantFrom(500, 3_000, 20_000),
    absenceOpportunities: fc.integer({ min: 1, max: 15 }),
    skipsInARow: fc.integer({ min: 0, max: 3 }),
    absencePeriod: fc.integer({ min: 1, max: 900 })
  }),
  registered: fc.array(fc.integer({ min: 0, max: S + 10 }), { minLength: UIDS.length, maxLength: UIDS.length }),
  held: fc.array(
    fc.record({ after: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 3 })), enrolled: uids, skipped: uids }),
    { maxLength: 120 }
  ),
  /** Queries for single miners in between, as games cause them. */
  looks: fc.array(fc.record({ turn: fc.nat(120), uid: fc.constantFrom(...UIDS), later: fc.nat(300) }), { maxLength: 40 })
})

describe("AbsenceCounter", () => {
  it("returns for all miners what absencesOf returns for each", () => {
    fc.assert(
      fc.property(season, ({ rules: some, registered, held, looks }) => {
        const rules = { ...defaultRatingRules, ...some }
        const miners = UIDS.map((uid, index) => miner(uid, registered[index] ?? 0))
        let startedAt = Math.max(1, S - rules.window + 1)
        const opportunities = held.flatMap(({ after, enrolled, skipped }): ReadonlyArray<Opportunity> => {
          startedAt += after
          return startedAt > S ? [] : [{ startedAt, enrolled: fromUids(enrolled), skipped: fromUids(skipped) }]
        })
        const told = new Map<number, Array<Absence>>(UIDS.map((uid) => [uid, []]))
        const absenceCounter = new AbsenceCounter(miners, opportunities.length, S, rules, (uid, block, because) =>
          told.get(uid)?.push({ block, because })
        )
        for (const [turn, opportunity] of opportunities.entries()) {
          absenceCounter.take(opportunity)
          const next = opportunities[turn + 1]?.startedAt ?? S + 1
          for (const look of looks)
            if (look.turn === turn && next > opportunity.startedAt)
              absenceCounter.settle(look.uid, Math.min(opportunity.startedAt + look.later, next - 1))
        }
        absenceCounter.endPeriods(S)
        for (const one of miners) assert.deepStrictEqual(told.get(one.uid), absencesOf(one, opportunities, S, rules), `UID ${one.uid}`)
      }),
      { numRuns: 400 }
    )
  })

  it("rejects rules that its counters cannot represent", () => {
    assert.isTrue(AbsenceCounter.fits(defaultRatingRules))
    for (const other of [{ absenceOpportunities: 16 }, { absenceOpportunities: 0 }, { skipsInARow: 4 }])
      assert.isFalse(AbsenceCounter.fits({ ...defaultRatingRules, ...other }))
  })
})

describe("the order of games", () => {
  it("is by end block and id, however many there are and in whatever order they are listed", () => {
    const game = fc.record({ id: fc.integer({ min: 1, max: 4_000 }), at: fc.integer({ min: -5, max: 60 }) })
    const list = fc.oneof(fc.array(game, { maxLength: 30 }), fc.array(game, { minLength: 1_000, maxLength: 1_200 }))
    fc.assert(
      fc.property(list, fc.boolean(), (games, listedById) => {
        const competitions = games.map(({ id, at }) => ({
          id,
          issue: id,
          a: competitor(1),
          b: competitor(2),
          enrolled: fromUids([]),
          skipped: fromUids([]),
          startedAt: at - 1,
          status: { _tag: "Expired", at } as const
        }))
        const listed = listedById ? competitions.toSorted((left, right) => left.id - right.id) : competitions
        const { order, place, end } = gamesOf(listed, 0, 50, ({ hotkey: key }) => (key === hotkey(1) ? 1 : 2))
        const found = Array.from(order, (index) => [end[index], listed[place[index] ?? -1]?.id])
        const expected = listed
          .filter(({ status }) => status.at > 0 && status.at <= 50)
          .toSorted((left, right) => left.status.at - right.status.at || left.id - right.id)
          .map(({ id, status }) => [status.at, id])
        assert.deepStrictEqual(found, expected)
      }),
      { numRuns: 60 }
    )
  })
})
