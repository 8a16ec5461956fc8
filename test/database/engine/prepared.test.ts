/** Statements with names: planned once a connection, and asked without one where names mean nothing. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { PREPARED } from "../../../src/database/prepared.ts"
import * as Database from "../../../src/layers/database/Database.ts"
import { freshUrl, postgresIsAvailable, variants } from "../../support/database/support.ts"

const named = (sql: SqlClient, value: number) => sql<{ readonly value: number }>`${sql.literal(PREPARED)} SELECT ${value}::integer AS value`

const plans = (sql: SqlClient) =>
  sql<{ readonly plans: number }>`SELECT count(*) AS plans FROM pg_prepared_statements WHERE statement LIKE ${`${PREPARED}%`}`

describe.skipIf(!postgresIsAvailable)("statements that are asked again", () => {
  it.scoped("are kept by the session, and asked anew when the session has forgotten them", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("empty")
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        assert.deepStrictEqual(yield* named(sql, 1), [{ value: 1 }])
        assert.deepStrictEqual(yield* named(sql, 2), [{ value: 2 }])
        assert.deepStrictEqual(yield* plans(sql), [{ plans: 1 }])
        // What a pooler does that hands out another connection.
        yield* sql`DEALLOCATE ALL`
        assert.deepStrictEqual(yield* named(sql, 3), [{ value: 3 }])
        assert.deepStrictEqual(yield* named(sql, 4), [{ value: 4 }])
        assert.deepStrictEqual(yield* plans(sql), [{ plans: 0 }])
      }).pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(url)), folder: "", maxConnections: 1 })))
    })
  )
})

describe.each(variants.filter(({ name }) => name === "embedded"))("the $name database", ({ layer }) => {
  it.scoped("has one session for everybody, and keeps no plans", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      assert.deepStrictEqual(yield* named(sql, 1), [{ value: 1 }])
      assert.deepStrictEqual(yield* plans(sql), [{ plans: 0 }])
    }).pipe(Effect.provide(layer))
  )
})
