/** A new hotkey on the same UID inherits the old one's history. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Competition } from "../../../src/domain/Competition.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { computeRatings, type Ratings } from "../../../src/elo/ratings.ts"
import { withPresentHotkeys } from "../../../src/elo/seats.ts"
import { computePairs, type PairInput } from "../../../src/rules/pairs/pairs.ts"
import { account, competitor, DAY, expired, hotkey, miner, running, voided, won } from "../../support/rules/world.ts"

const NEW = account("new hotkey", 0)
const AT = 30 * DAY
const others = [1, 2, 3].map((uid) => miner(uid))
const swapped = { ...miner(0), hotkey: NEW }

const record: ReadonlyArray<Competition> = [
  won({ id: 1, uids: [0, 1], startedAt: 100, winner: 1, at: 900 }),
  expired({ id: 2, uids: [2, 0], startedAt: 1_000, at: 5_000 }),
  voided({ id: 3, uids: [0, 3], startedAt: 6_000, at: 7_000, reason: { _tag: "SubmittedTooEarly", hotkey: hotkey(0) } }),
  won({ id: 4, uids: [0, 3], startedAt: 8_000, winner: 0, at: 9_000 }),
  running({ id: 5, uids: [0, 1], startedAt: 20_000 })
]

const rated = (miners: ReadonlyArray<ReturnType<typeof miner>>, competitions = record): Ratings =>
  computeRatings({ at: AT, competitions: withPresentHotkeys(competitions, miners), miners, explain: "all" })

/** The ratings with every mention of the old hotkey replaced by the new one. */
const renamed = (ratings: Ratings) => JSON.parse(JSON.stringify([...ratings.values()]).replaceAll(hotkey(0), NEW))
const sorted = (all: ReadonlyArray<{ readonly hotkey: string }>) => all.toSorted((a, b) => (a.hotkey < b.hotkey ? -1 : 1))

describe("a swapped hotkey", () => {
  it("has the rating, with all its reasons, that the old one would have", () => {
    const before = rated([miner(0), ...others])
    const after = rated([swapped, ...others])
    assert.deepStrictEqual(sorted([...after.values()]), sorted(renamed(before)))
    assert.isUndefined(after.get(hotkey(0)))
    assert.strictEqual(after.get(NEW)?.games, 4)
    assert.notStrictEqual(after.get(NEW)?.rating, 1_500_000)
  })

  it("leaves a record without swaps as it is", () => {
    const miners = [miner(0), ...others]
    for (const [index, one] of withPresentHotkeys(record, miners).entries()) assert.strictEqual(one, record[index])
  })

  it("meets nobody more often, and competes in no more competitions, than the old one might", () => {
    const miners = [swapped, ...others.map((one) => ({ ...one, coldkey: account("coldkey of", one.uid) }))]
    const input = (maxCompetitionsPerMiner: number): PairInput => {
      const competitions = withPresentHotkeys(record, miners)
      return {
        at: AT,
        seed: new Uint8Array(32).fill(1),
        issues: [{ id: 9, bounty: 1n, enrolled: fromUids([0, 1]) }],
        neurons: miners,
        ratings: computeRatings({ at: AT, competitions, miners }),
        competitions,
        maxCompetitionsPerMiner,
        collateralBps: 0,
        collateral: new Map()
      }
    }
    const [busy] = computePairs(input(1))
    assert.deepInclude(busy?.dropped[0], { uid: 0, hotkey: NEW, why: "AtMaxCompetitions", running: 1 })
    // It lost against UID 1 before, and competes with UID 1 now.
    const [free] = computePairs(input(9))
    assert.deepStrictEqual(
      free?.refused.map(({ why }) => why),
      ["MetTwice"]
    )
    assert.isNull(free?.pair)
  })

  it("changes nothing for anybody else, whoever swaps whenever", () => {
    const game = fc.record({
      uids: fc.uniqueArray(fc.nat(5), { minLength: 2, maxLength: 2 }),
      startedAt: fc.integer({ min: 1, max: 40_000 }),
      lasts: fc.integer({ min: 1, max: 20_000 }),
      end: fc.constantFrom("a", "b", "expired", "early")
    })
    fc.assert(
      fc.property(fc.array(game, { maxLength: 30 }), fc.uniqueArray(fc.nat(5)), (games, swapping) => {
        const competitions = games.map(({ uids: [one = 0, other = 1], startedAt, lasts, end }, index) => {
          const written = { id: index + 1, uids: [one, other] as const, startedAt, at: startedAt + lasts }
          if (end === "expired") return expired(written)
          if (end === "early") return voided({ ...written, reason: { _tag: "SubmittedTooEarly", hotkey: hotkey(other) } })
          return won({ ...written, winner: end === "a" ? 0 : 1 })
        })
        const before = [0, 1, 2, 3, 4, 5].map((uid) => miner(uid))
        const after = before.map((one) => (swapping.includes(one.uid) ? { ...one, hotkey: account("new hotkey", one.uid) } : one))
        const [kept, moved] = [rated(before, competitions), rated(after, competitions)]
        for (const { uid } of before)
          assert.strictEqual(
            moved.get(swapping.includes(uid) ? account("new hotkey", uid) : competitor(uid).hotkey)?.rating,
            kept.get(hotkey(uid))?.rating
          )
      }),
      { numRuns: 300 }
    )
  })
})
