/** Prepared statements: planned once per connection, and sent unprepared where names do not persist. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { PREPARED } from "../../../src/layers/storage/database/schema/prepared.ts"
import { freshUrl, postgresIsAvailable, variants } from "../../support/database/support.ts"

const named = (sql: SqlClient, value: number) => sql<{ readonly value: number }>`${sql.literal(PREPARED)} SELECT ${value}::integer AS value`

const plans = (sql: SqlClient) =>
  sql<{ readonly plans: number }>`SELECT count(*) AS plans FROM pg_prepared_statements WHERE statement LIKE ${`${PREPARED}%`}`

describe.skipIf(!postgresIsAvailable)("repeated statements", () => {
  it.scoped("are kept by the session, and prepared again if the session has forgotten them", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("empty")
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        assert.deepStrictEqual(yield* named(sql, 1), [{ value: 1 }])
        assert.deepStrictEqual(yield* named(sql, 2), [{ value: 2 }])
        assert.deepStrictEqual(yield* plans(sql), [{ plans: 1 }])
        // A pooler does this when it hands out another connection.
        yield* sql`DEALLOCATE ALL`
        assert.deepStrictEqual(yield* named(sql, 3), [{ value: 3 }])
        assert.deepStrictEqual(yield* named(sql, 4), [{ value: 4 }])
        assert.deepStrictEqual(yield* plans(sql), [{ plans: 0 }])
      }).pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(url)), folder: "", maxConnections: 1 })))
    })
  )
})

describe.each(variants.filter(({ name }) => name === "embedded"))("the $name database", ({ layer }) => {
  it.scoped("share one session and keep no plans", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      assert.deepStrictEqual(yield* named(sql, 1), [{ value: 1 }])
      assert.deepStrictEqual(yield* plans(sql), [{ plans: 0 }])
    }).pipe(Effect.provide(layer))
  )
})
