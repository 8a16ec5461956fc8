/** The other hotkeys of a miner's GitHub account, beside its own results. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CompetitionDetail, HeadToHead } from "../../../src/dashboard/api/definition/competitions.ts"
import { MinerDetail } from "../../../src/dashboard/api/definition/miners.ts"
import { ALICE, BOB, CAROL, COMPETITION, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const seen = (others: MinerDetail["sameAccount"]) => others.map(({ hotkey, linkedAt, proven }) => [hotkey, linkedAt.block, proven])

describe.each(variants.filter(({ skip }) => !skip))("a GitHub account's other hotkeys on the $name database", ({ layer }) => {
  it.scoped("are listed with what is proven, and only where the miner's own link is proven", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      const get = yield* asked
      const othersOf = (hotkey: string) =>
        Effect.flatMap(get(`/v1/miners/${hotkey}`), ({ body }) => Schema.decodeUnknown(MinerDetail)(body)).pipe(
          Effect.map(({ sameAccount }) => sameAccount)
        )

      const [replaced, ...more] = yield* othersOf(ALICE)
      assert.deepStrictEqual(more, [])
      assert.deepStrictEqual(replaced, {
        hotkey: CAROL,
        uid: 3,
        linkedAt: { block: 5, time: new Date(Date.UTC(2026, 0, 1, 0, 0, 5)) },
        proven: false,
        rating: null,
        provisional: true,
        won: 1,
        lost: 0,
        expired: 2
      })
      assert.deepStrictEqual(yield* othersOf(CAROL), [], "nobody else linked the account that Carol links now")

      // Bob's previous hotkey: it left the subnet with a proven link.
      yield* sql`INSERT INTO miners (hotkey, first_seen_at, enrolled_at, rating, lost, github_account, github_proven)
        VALUES (${VALIDATOR}, 2, 3, 1441000, 7, 502, true)`
      yield* sql`INSERT INTO github_links (hotkey, linked_at, account, gist) VALUES
        (${VALIDATOR}, 3, 502, 'a1'), (${VALIDATOR}, 6, 502, 'a2'), (${BOB}, 8, 502, 'b1'), (${CAROL}, 2, 502, 'c1')`
      assert.deepStrictEqual(seen(yield* othersOf(BOB)), [
        [CAROL, 2, false],
        [VALIDATOR, 3, true]
      ])
      const [, before] = yield* othersOf(BOB)
      assert.deepStrictEqual([before?.uid, before?.rating, before?.lost], [null, 1441, 7])
      assert.deepStrictEqual(seen(yield* othersOf(VALIDATOR)), [
        [BOB, 2, true],
        [CAROL, 2, false]
      ])

      const { records } = yield* Effect.flatMap(get(`/v1/competitions/${COMPETITION}`), ({ body }) =>
        Schema.decodeUnknown(CompetitionDetail)(body)
      )
      assert.deepStrictEqual(seen(records.b.sameAccount), seen(yield* othersOf(BOB)))
      const both = yield* Effect.flatMap(get(`/v1/head-to-head?a=${ALICE}&b=${BOB}`), ({ body }) => Schema.decodeUnknown(HeadToHead)(body))
      assert.deepStrictEqual(seen(both.a.sameAccount), [[CAROL, 5, false]])

      // Without a valid proof, or before it is checked, the link is only a claim.
      for (const proven of [false, null]) {
        yield* sql`UPDATE miners SET github_proven = ${proven} WHERE hotkey = ${VALIDATOR}`
        assert.deepStrictEqual(seen(yield* othersOf(BOB)), [
          [CAROL, 2, false],
          [VALIDATOR, 3, false]
        ])
        assert.deepStrictEqual(yield* othersOf(VALIDATOR), [], "a claim shows nobody's other hotkeys")
      }
      yield* sql`UPDATE miners SET github_account = NULL, github_proven = NULL WHERE hotkey = ${BOB}`
      assert.deepStrictEqual(yield* othersOf(BOB), [], "its link has ended")
    }).pipe(Effect.provide(layer))
  )

  it.scoped("are at most the 20 that linked it first", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      const get = yield* asked
      const claims = Array.from({ length: 25 }, (_, index) => `claim-${String(index).padStart(2, "0")}`)
      for (const [index, hotkey] of claims.entries()) {
        yield* sql`INSERT INTO miners (hotkey, first_seen_at) VALUES (${hotkey}, 2)`
        yield* sql`INSERT INTO github_links (hotkey, linked_at, account, gist) VALUES (${hotkey}, ${40 - index}, 501, 'a')`
      }
      const { sameAccount } = yield* Effect.flatMap(get(`/v1/miners/${ALICE}`), ({ body }) => Schema.decodeUnknown(MinerDetail)(body))
      assert.deepStrictEqual(
        sameAccount.map(({ hotkey }) => hotkey),
        [CAROL, ...claims.toReversed().slice(0, 19)]
      )
    }).pipe(Effect.provide(layer))
  )
})
