/** A match shows its competitors' pull requests from earlier matches for the issue, their state, and whether they count. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CompetitionDetail } from "../../../src/dashboard/api/definition/competitions.ts"
import { playsAfter } from "../../../src/dashboard/api/queries/sharing.ts"
import { commentedPulls } from "../../../src/dashboard/comments/records.ts"
import { ALICE, BOB, CAROL, seed } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const second = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString()

/** The first match ended at its deadline in block 25, and in block 30 the same two are paired again. */
const again = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`DELETE FROM pull_requests`
  yield* sql`UPDATE competitions SET status = 'Expired', winner = NULL, pull_request = NULL, deadline = 25, ended_at = 28 WHERE id = 1`
  yield* sql`INSERT INTO competitions SELECT r.* FROM competitions c CROSS JOIN LATERAL jsonb_populate_record(c,
    '{"id": 9, "status": "Running", "ended_at": null, "started_at": 30, "submissions_from": 33, "deadline": 60}') r WHERE c.id = 1`
  return (number: number, opened: number, more: object = {}) =>
    sql`INSERT INTO pull_requests ${sql.insert({
      issue: 1,
      repository: "acme/widgets",
      number,
      competition: 1,
      hotkey: ALICE,
      state: "open",
      draft: false,
      created_at: second(opened),
      early: false,
      seen_at: second(38),
      ...more
    })}`
})

describe.each(variants.filter(({ skip }) => !skip))("what is left over from an earlier match in the $name database", ({ layer }) => {
  it.scoped("counts if it was opened in time there", () =>
    Effect.gen(function* () {
      const opened = yield* again
      const sql = yield* SqlClient
      yield* opened(1, 20)
      yield* opened(2, 25, { hotkey: BOB, state: "merged", merged_at: second(27), closed_at: second(27) })
      yield* opened(3, 26)
      yield* opened(4, 16, { early: true })
      yield* opened(5, 20, { state: "closed", closed_at: second(29) })
      yield* opened(6, 20, { state: "closed", closed_at: second(31) })
      yield* opened(7, 20, { hotkey: CAROL })
      yield* opened(8, 34, { competition: 9 })
      yield* sql`INSERT INTO plays ${sql.insert({ issue: 1, repository: "acme/widgets", number: 1, place: 0, at: second(20), kind: "opened", times: 1, seen_at: second(38) })}`
      const get = yield* asked
      const shown = Effect.fn(function* (id: number) {
        const { body } = yield* get(`/v1/competitions/${id}`)
        return yield* Schema.decodeUnknown(CompetitionDetail)(body)
      })
      const { plays, pullRequests } = yield* shown(9)
      const found = pullRequests.map(({ competition, early, number }) => [number, competition, early])
      assert.sameDeepMembers(found, [
        [1, 1, false],
        [2, 1, false],
        [3, 1, true],
        [4, 1, true],
        [6, 1, false],
        [8, 9, false]
      ])
      assert.deepStrictEqual(
        plays.map(({ kind, number }) => [kind, number]),
        [["opened", 1]]
      )
      const news = yield* playsAfter({ repository: undefined, hotkey: undefined }, { since: new Date(0), seenAfter: new Date(0) })
      assert.deepStrictEqual(
        news.map(({ competition, number }) => [competition, number]),
        [[9, 1]],
        "webhooks tell of it in the running match"
      )
      const statuses = (yield* commentedPulls).flatMap(({ competition, number }) =>
        number === 1 || number === 7 ? [[number, competition]] : []
      )
      assert.deepStrictEqual(statuses, [[1, 9]], "that is over for long")
      const before = (yield* shown(1)).pullRequests.map(({ early, number }) => [number, early])
      assert.deepInclude(before, [3, false])
      assert.notDeepInclude(before, [8, false], "what comes later is not an earlier match's")
    }).pipe(Effect.provide(layer))
  )
})
