/** A match's history: GitHub's events and validators' findings in one order, with changes of the lead. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CompetitionDetail } from "../../../src/dashboard/api/definition/competitions.ts"
import { Play } from "../../../src/dashboard/api/definition/plays.ts"
import { page } from "../../../src/dashboard/api/definition/values.ts"
import { VerificationSummary } from "../../../src/domain/quality/VerificationSummary.ts"
import { playsOfRecords } from "../../../src/story/foundPlays.ts"
import { ALICE, BOB, COMPETITION, ISSUE, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const MOST_PLAYS = 300

/** The columns of a validator's record that its plays depend on. */
const Said = Schema.Struct({
  head: Schema.Struct({ hotkey: Schema.String, repository: Schema.String, number: Schema.Number, commit: Schema.String }),
  state: Schema.String,
  fault: Schema.NullOr(Schema.String),
  gate: Schema.NullOr(Schema.Struct({ passed: Schema.Boolean, fault: Schema.NullOr(Schema.String) })),
  verification: Schema.NullOr(VerificationSummary),
  at: Schema.Number
})

describe.each(variants.filter(({ skip }) => !skip))("plays on the $name database", ({ layer }) => {
  it.scoped("come from GitHub and from validators, told in sentences, in one order", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      const get = yield* asked
      const seen = Effect.flatMap(get(`/v1/competitions/${COMPETITION}`), ({ body }) => Schema.decodeUnknown(CompetitionDetail)(body))
      const second = (at: Date) => (at.getTime() - Date.UTC(2026, 0, 1)) / 1_000
      const first = yield* seen
      assert.deepStrictEqual(
        first.plays.map(({ at, kind, validators, tests, place }) => [second(at), kind, validators, tests, place]),
        [
          [18, "opened", null, null, 0],
          [19, "merged", null, null, 1],
          [25, "verified", 1, 1, null]
        ]
      )
      const name = first.a.hotkey === ALICE ? first.a.login : first.b.login
      assert.deepStrictEqual(
        first.plays.map(({ text }) => text),
        [`${name} opens #77`, `${name}’s #77 is merged`, `1 validator finds: with ${name}’s #77, 1 failing test now passes`]
      )
      const leader = first.a.hotkey === ALICE ? "a" : "b"
      assert.deepStrictEqual(
        first.plays.flatMap(({ kind, lead }) => (lead === null ? [] : [[kind, lead.leader]])),
        [["opened", leader]]
      )
      assert.deepStrictEqual(
        [first.lead.leader, first.lead.by, first.lead[leader]],
        [leader, "stage", ["merged", "1 failing test now passes"]]
      )

      // Two agreeing validators are one play, at the median of their times; a dissenting one is another. Failures that are no miner's fault are none.
      const [other, third] = [BOB, ALICE]
      for (const validator of [other, third]) {
        yield* sql`INSERT INTO quality_documents SELECT issue, ${validator}, at, document, read_at FROM quality_documents WHERE validator = ${VALIDATOR}`
        yield* sql`INSERT INTO quality_records (issue, validator, hotkey, account, repository, number, commit, base, state, fault, gate, verification, seen_at, at)
          SELECT issue, ${validator}, hotkey, account, upper(repository), number, commit, base, state, fault, gate, verification, seen_at,
            at + interval '5 seconds' FROM quality_records WHERE validator = ${VALIDATOR}`
      }
      const records = Effect.flatMap(
        sql`SELECT jsonb_build_object('hotkey', hotkey, 'repository', repository, 'number', number, 'commit', commit) AS head, state, fault, gate, verification,
          (extract(epoch FROM at) * 1000)::float8 AS at FROM quality_records ORDER BY validator`,
        Schema.decodeUnknown(Schema.Array(Said))
      )
      const found = Effect.gen(function* () {
        const { plays, pullRequests } = yield* seen
        const told = plays.filter(({ validators }) => validators !== null)
        // The terminal derives the same plays from the same records.
        const made = playsOfRecords(yield* records, pullRequests).map(({ at, kind, validators, tests }) => [
          new Date(at),
          kind,
          validators,
          tests
        ])
        assert.sameDeepMembers(
          made,
          told.map(({ at, kind, validators, tests }) => [at, kind, validators, tests])
        )
        return told.map(({ at, kind, validators }) => [second(at), kind, validators])
      })
      assert.deepStrictEqual(yield* found, [[30, "verified", 3]])
      yield* sql`UPDATE quality_records SET verification = jsonb_set(verification, '{verdict}', '"unproven"') WHERE validator = ${third}`
      assert.deepStrictEqual(yield* found, [
        [25, "verified", 2],
        [30, "unproven", 1]
      ])
      yield* sql`UPDATE quality_records SET state = 'failed', verification = NULL, gate = NULL WHERE validator = ${third}`
      yield* sql`UPDATE quality_records SET state = 'rejected', fault = 'miner', verification = NULL, gate = jsonb_set(gate, '{passed}', 'false')
        WHERE validator = ${other}`
      assert.deepStrictEqual(yield* found, [
        [25, "verified", 1],
        [30, "gateRejected", 1]
      ])
      // A pull request that the index assigns to another competition adds none.
      yield* sql`UPDATE pull_requests SET competition = NULL WHERE issue = ${ISSUE}`
      assert.deepStrictEqual((yield* seen).plays, [])
    }).pipe(Effect.provide(layer))
  )

  it.scoped("are listed page by page in both orders, and the list goes on where the match's answer ends", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      // Four plays a second, so that pages end between plays with one timestamp. Each second changes the lead.
      yield* sql`INSERT INTO plays (issue, repository, number, place, at, kind, by, commit, times, seen_at)
        SELECT p.issue, p.repository, p.number, w.place + n, w.at + n / 4 * interval '1 second',
          CASE n / 4 % 2 WHEN 0 THEN 'reopened' ELSE 'closed' END, NULL, NULL, 1, w.at
        FROM pull_requests p JOIN plays w USING (issue, repository, number), generate_series(1, ${MOST_PLAYS + 40}::integer) n
        WHERE p.competition = ${COMPETITION} AND w.kind = 'opened' ON CONFLICT DO NOTHING`
      const get = yield* asked
      const match = yield* Effect.flatMap(get(`/v1/competitions/${COMPETITION}`), ({ body }) =>
        Schema.decodeUnknown(CompetitionDetail)(body)
      )
      const ask = (query: string) =>
        Effect.flatMap(get(`/v1/competitions/${COMPETITION}/plays?${query}`), ({ body }) =>
          Schema.decodeUnknown(page("PlayPage", Play))(body)
        )
      const all = (query: string, cursor?: string): Effect.Effect<ReadonlyArray<Play>, unknown> =>
        Effect.flatMap(ask(cursor === undefined ? query : `${query}&cursor=${cursor}`), ({ items, next }) =>
          next === null ? Effect.succeed(items) : Effect.map(all(query, next), (others) => [...items, ...others])
        )
      const oldest = yield* all("sort=oldest&limit=30")
      assert.isAbove(oldest.length, MOST_PLAYS + 40)
      assert.lengthOf((yield* ask("sort=oldest")).items, 25)
      assert.strictEqual((yield* get(`/v1/competitions/${COMPETITION}/plays?limit=101`)).status, 400)
      assert.deepStrictEqual(yield* all("limit=100"), oldest.toReversed())
      assert.deepStrictEqual(yield* all("limit=9&sort=newest"), oldest.toReversed())
      assert.deepStrictEqual(match.plays, oldest.slice(-MOST_PLAYS))
      assert.deepStrictEqual(
        yield* all("limit=100", match.earlierPlays ?? assert.fail("there are earlier plays")),
        oldest.slice(0, -MOST_PLAYS).toReversed()
      )
      assert.isAbove(oldest.filter(({ lead }) => lead !== null).length, 50)

      assert.strictEqual((yield* get(`/v1/competitions/${COMPETITION}/plays?sort=oldest&cursor=${match.earlierPlays}`)).status, 400)
      yield* sql`DELETE FROM plays WHERE place > 1`
      const few = yield* Effect.flatMap(get(`/v1/competitions/${COMPETITION}`), ({ body }) => Schema.decodeUnknown(CompetitionDetail)(body))
      assert.deepStrictEqual([few.earlierPlays, few.plays], [null, (yield* ask("sort=oldest")).items])
    }).pipe(Effect.provide(layer))
  )
})
