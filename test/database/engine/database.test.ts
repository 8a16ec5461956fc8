import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { migrate } from "../../../src/layers/storage/database/migrate.ts"
import { migrations } from "../../../src/layers/storage/database/schema/migrations.ts"
import { variants } from "../../support/database/support.ts"

for (const { name, skip, layer, empty } of variants) {
  describe.skipIf(skip)(`a database (${name})`, () => {
    it.effect("is migrated once, however many processes migrate it at the same time", () =>
      Effect.gen(function* () {
        const { migrate, check } = yield* Database.Database
        const before = yield* Effect.flip(check)
        assert.strictEqual(before._tag, "DatabaseOlder")
        assert.include(before.message, "index --migrate-only")
        const applied = yield* Effect.all([migrate, migrate, migrate], { concurrency: "unbounded" })
        assert.deepStrictEqual(
          applied
            .flat()
            .map(({ number }) => number)
            .toSorted((a, b) => a - b),
          migrations.map(({ number }) => number)
        )
        assert.deepStrictEqual(yield* migrate, [])
        const { server, schema } = yield* check
        assert.isAtLeast(server, 150_000)
        assert.strictEqual(schema, Database.SCHEMA_VERSION)
      }).pipe(Effect.provide(empty))
    )

    it.effect("applies a later version's migrations one by one, and leaves no trace of one that fails", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const later = {
          number: migrations.length + 1,
          name: "later",
          afterwards: "nothing" as const,
          sql: "CREATE TABLE later (number integer); CREATE TABLE other (number integer)"
        }
        const wrong = { ...later, sql: `${later.sql}; CREATE TABLE later (number integer)` }
        const names = sql`SELECT name FROM schema_migrations ORDER BY number`
        const there = sql`SELECT to_regclass('later') IS NOT NULL AS later, to_regclass('blocks') IS NOT NULL AS blocks`
        assert.isTrue(Exit.isFailure(yield* Effect.exit(migrate("test", [...migrations, wrong]))))
        assert.deepStrictEqual(
          yield* names,
          migrations.map(({ name }) => ({ name }))
        )
        assert.deepStrictEqual(yield* there, [{ later: false, blocks: true }])
        assert.deepStrictEqual(yield* migrate("test", [...migrations, later]), [later])
        assert.deepStrictEqual(yield* there, [{ later: true, blocks: true }])
        assert.strictEqual(
          (yield* Effect.flip(migrate("test", [...migrations, wrong])))._tag,
          "DatabaseSchema",
          "another text than was applied"
        )
        assert.strictEqual((yield* Effect.flip(migrate("test")))._tag, "DatabaseSchema", "a program that knows less")
      }).pipe(Effect.provide(empty))
    )

    it.effect("returns values as the code reads them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const rows =
          yield* sql`SELECT 9007199254740991::int8 AS whole, 18446744073709551615::numeric(20, 0) AS amount, date '2026-11-20' AS day,
          timestamptz '2026-11-20T12:00:00Z' AS time, '{"a": [1, "x"]}'::jsonb AS json, '\\x00ff'::bytea AS bytes,
          ARRAY[18446744073709551615]::numeric[] AS amounts, ARRAY[1, 2]::int8[] AS wholes`
        assert.deepStrictEqual(rows, [
          {
            whole: 9007199254740991,
            amount: "18446744073709551615",
            day: "2026-11-20",
            time: new Date("2026-11-20T12:00:00Z"),
            json: { a: [1, "x"] },
            bytes: Buffer.from([0, 255]),
            amounts: ["18446744073709551615"],
            wholes: [1, 2]
          }
        ])
      }).pipe(Effect.provide(layer))
    )

    it.effect("keeps statements of several connections apart", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const numbers = Array.from({ length: 200 }, (_, number) => number)
        const rows = yield* Effect.forEach(
          numbers,
          (number) =>
            number % 10 === 0
              ? sql.withTransaction(sql`SELECT ${number}::integer AS number, repeat('x', ${number}) AS text`)
              : sql`SELECT ${number}::integer AS number, repeat('x', ${number}) AS text`,
          { concurrency: 20 }
        )
        assert.deepStrictEqual(
          rows,
          numbers.map((number) => [{ number, text: "x".repeat(number) }])
        )
      }).pipe(Effect.provide(layer))
    )

    it.effect("leaves no trace of a failed transaction", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const insert = sql`INSERT INTO blocks (number, hash, time) VALUES (1, 'a', now())`
        const failed = yield* Effect.exit(Database.transaction(Effect.zipRight(insert, Effect.fail("enough"))))
        assert.deepStrictEqual(failed, Exit.fail("enough"))
        const wrong = yield* Effect.exit(Database.transaction(Effect.zipRight(insert, sql`SELECT nothing FROM blocks`)))
        assert.isTrue(Exit.isFailure(wrong) && Cause.isDie(wrong.cause), "bad SQL is a defect")
        assert.deepStrictEqual(yield* sql`SELECT count(*) AS blocks FROM blocks`, [{ blocks: 0 }])
        yield* Database.transaction(insert)
        assert.deepStrictEqual(yield* sql`SELECT count(*) AS blocks FROM blocks`, [{ blocks: 1 }])
      }).pipe(Effect.provide(layer))
    )

    it.effect("is usable after a statement was interrupted", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        for (let time = 0; time < 5; time++) {
          const fiber = yield* Effect.fork(sql`SELECT count(*) FROM generate_series(1, 200000) a`)
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
        }
        assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
      }).pipe(Effect.provide(layer))
    )

    it.effect("has one writer", () =>
      Effect.gen(function* () {
        const { claim } = yield* Database.Database
        const scope = yield* Scope.make()
        assert.isTrue(Option.isSome(yield* Scope.extend(claim, scope)))
        assert.isTrue(Option.isNone(yield* Effect.scoped(claim)))
        yield* Scope.close(scope, Exit.void)
        assert.isTrue(Option.isSome(yield* Effect.scoped(claim)))
      }).pipe(Effect.provide(layer))
    )
  })
}
