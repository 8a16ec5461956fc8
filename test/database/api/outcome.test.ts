/** Which outcome the present votes would settle, when, and why not; and the free money. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Config } from "../../../src/dashboard/api/definition/chain.ts"
import { CompetitionDetail, ListedCompetition } from "../../../src/dashboard/api/definition/competitions.ts"
import { IssueDetail } from "../../../src/dashboard/api/definition/issues.ts"
import { Treasury } from "../../../src/dashboard/api/definition/money.ts"
import { Validator } from "../../../src/dashboard/api/definition/validators.ts"
import { oddsNow } from "../../../src/story/odds.ts"
import { ALICE, BOB, HEAD, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const Competitions = Schema.Struct({ items: Schema.Array(ListedCompetition) })
const UNSOLVED = { _tag: "Unsolved", slashA: true, slashB: false }

/** Resets the first issue's match to running, and lets two more validators vote on its outcome. */
const running = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`UPDATE issues SET status = 'Competing' WHERE id = 1`
  yield* sql`UPDATE competitions SET status = 'Running', winner = NULL, pull_request = NULL, ended_at = NULL WHERE id = 1`
  const noted = (hotkey: string, day: number, since: number) =>
    sql`INSERT INTO validators ${sql.insert({ hotkey, coldkeys: "[]", added_at: 4, noted_before: 0, noted_day: day, noted_since: since })}`
  yield* noted(ALICE, 6_000_000_000, 8_000_000_000)
  yield* noted(BOB, 5_000_000_000, 3_000_000_000)
  const vote = (block: number, validator: string, choice: object) =>
    Effect.gen(function* () {
      const at = { block, issue: 1, validator, choice: JSON.stringify(choice), since: block }
      yield* sql`INSERT INTO events ${sql.insert({ block, index: 9, name: "OutcomeVoted", fields: "{}" })}`
      yield* sql`INSERT INTO votes ${sql.insert({ ...at, event: 9, kind: "outcome", competition: 1 })}`
    })
  const outcomes = Effect.gen(function* () {
    const get = yield* asked
    const decoded = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
      Effect.flatMap(get(path), ({ body }) => Schema.decodeUnknown(schema)(body))
    const found = yield* decoded("/v1/competitions/1", CompetitionDetail)
    const { outcome } = found
    assert.isNotNull(found.odds)
    assert.deepStrictEqual(found.odds, oddsNow(found, HEAD))
    // The list says the same of each running match.
    const [listed] = (yield* decoded("/v1/competitions?status=Running", Competitions)).items
    const { pullRequests, lead, odds, expected } = found
    assert.deepInclude(listed, { pullRequests, lead, odds, expected })
    assert.isAbove(pullRequests.length, 0)
    assert.deepStrictEqual((yield* decoded("/v1/issues/1", IssueDetail)).outcome, outcome)
    return outcome
  })
  return { vote, outcomes }
})

describe.each(variants.filter(({ skip }) => !skip))("outcomes on the $name database", ({ layer }) => {
  it.scoped("say what votes would settle, by the stake noted, and why not", () =>
    Effect.gen(function* () {
      const { outcomes, vote } = yield* running
      const sql = yield* SqlClient
      // 9 of 20.5 voted for the solution in block 20, which is old enough since block 28.
      const solved = { choice: { _tag: "Solved", hotkey: ALICE, pullRequest: 77 }, totalWeight: 20_500_000_000n }
      assert.deepStrictEqual(yield* outcomes, { ...solved, state: "tooLight", weight: 9_000_000_000n, from: null })

      yield* vote(33, BOB, solved.choice)
      const from = { block: 41, time: null }
      assert.deepStrictEqual(yield* outcomes, { ...solved, state: "tooYoung", weight: 12_000_000_000n, from })
      yield* sql`UPDATE votes SET since = 30 WHERE block = 33`
      const now = { block: 38, time: new Date(Date.UTC(2026, 0, 1, 0, 0, 38)) }
      assert.deepStrictEqual(yield* outcomes, { ...solved, state: "settleable", weight: 12_000_000_000n, from: now })

      yield* sql`UPDATE votes SET cast_weight = 2500000000 WHERE block = 33`
      assert.deepInclude(yield* outcomes, { state: "settleable", weight: 11_500_000_000n }, "no more than when it was cast")
      yield* sql`UPDATE votes SET cast_weight = 3500000000 WHERE block = 33`
      assert.deepInclude(yield* outcomes, { weight: 12_000_000_000n }, "and no more than now")

      const content = JSON.stringify({ what: { _tag: "RemoveValidator", hotkey: BOB }, appliesFrom: HEAD, appliesUntil: HEAD })
      const removal = { block: 35, change: 9, content }
      yield* sql`INSERT INTO events ${sql.insert([8, 9].map((index) => ({ block: 35, index, name: "Change", fields: "{}" })))}`
      yield* sql`INSERT INTO config_changes ${sql.insert({ ...removal, event: 8, kind: "ChangeAnnounced", account: BOB })}`
      assert.deepInclude(yield* outcomes, { state: "tooLight", weight: 9_000_000_000n }, "who may be removed counts nowhere")
      yield* sql`INSERT INTO config_changes ${sql.insert({ ...removal, event: 9, kind: "ChangeWithdrawn" })}`
      assert.deepInclude(yield* outcomes, { weight: 12_000_000_000n })

      yield* vote(34, ALICE, UNSOLVED)
      yield* sql`UPDATE validators SET noted_since = 1 WHERE hotkey IN (${BOB}, ${VALIDATOR})`
      assert.deepInclude(yield* outcomes, { choice: UNSOLVED, state: "tooLight", weight: 6_000_000_000n })

      yield* sql`INSERT INTO events ${sql.insert({ block: 36, index: 9, name: "WoundUp", fields: "{}" })}`
      yield* sql`INSERT INTO config_changes ${sql.insert({ block: 36, event: 9, kind: "WoundUp", content: '{"tao":"1","booked":"1","claims":"1"}' })}`
      assert.deepInclude(yield* outcomes, { choice: solved.choice, weight: 2n }, "after the subnet's end nothing but a solution counts")
      yield* sql`DELETE FROM votes`
      assert.deepInclude(yield* outcomes, { choice: null, state: "noVotes", weight: 0n, from: null })
      yield* sql`UPDATE issues SET status = 'Solved' WHERE id = 1`
      assert.isNull(yield* outcomes)
    }).pipe(Effect.provide(layer))
  )

  it.scoped("are none three waits after the time of grace, by the settings of now if they wait longer", () =>
    Effect.gen(function* () {
      yield* running
      const sql = yield* SqlClient
      const get = yield* asked
      const expires = Effect.gen(function* () {
        const { body } = yield* get("/v1/competitions/1")
        return (yield* Schema.decodeUnknown(CompetitionDetail)(body)).expiresFrom.block
      })
      const settings = (config: object) =>
        sql`UPDATE config_changes SET config = config || ${JSON.stringify(config)}::jsonb WHERE config IS NOT NULL`
      yield* settings({ challengePeriod: 5, ownerDelay: 3, day: 9 })
      assert.strictEqual(yield* expires, 60 + 3 * 8 + 1, "the match's own wait is 8")
      yield* settings({ challengePeriod: 9 })
      assert.strictEqual(yield* expires, 60 + 3 * 9 + 1)
      yield* settings({ ownerDelay: 7, day: 9 })
      assert.strictEqual(yield* expires, 60 + 3 * 11 + 1)
    }).pipe(Effect.provide(layer))
  )

  it.scoped("come with what was noted of each validator, and of all", () =>
    Effect.gen(function* () {
      yield* running
      const sql = yield* SqlClient
      const get = yield* asked
      const noted = JSON.stringify({ turnedAt: 30, entries: [] })
      yield* sql`INSERT INTO events ${sql.insert({ block: 31, index: 9, name: "WeightsNoted", fields: noted })}`
      const { electorate } = yield* Effect.flatMap(get("/v1/config"), ({ body }) => Schema.decodeUnknown(Config)(body))
      assert.deepStrictEqual([electorate.total, electorate.turnedAt?.block], [20_500_000_000n, 30])
      const found = yield* Effect.flatMap(get(`/v1/validators/${BOB}`), ({ body }) => Schema.decodeUnknown(Validator)(body))
      assert.deepInclude(found, { notedDay: 5_000_000_000n, notedSince: 3_000_000_000n, weight: 3_000_000_000n })
    }).pipe(Effect.provide(layer))
  )

  it.scoped("come with the money that is free, and when what is aged is recycled", () =>
    Effect.gen(function* () {
      yield* seed
      const get = yield* asked
      const { free } = yield* Effect.flatMap(get("/v1/treasury"), ({ body }) => Schema.decodeUnknown(Treasury)(body))
      assert.deepInclude(free, { fresh: 7_000_000_000n, aged: 7_000_000_000n })
      assert.deepStrictEqual([free?.agedAt.block, free?.turnsFrom.block, free?.at.block], [29, 50_429, 29])
      assert.isBelow(29, HEAD)
    }).pipe(Effect.provide(layer))
  )
})
