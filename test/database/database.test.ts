import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { migrations } from "../../src/database/migrations.ts"
import * as Database from "../../src/layers/Database.ts"
import { variants } from "./support.ts"

for (const { name, skip, layer, empty } of variants) {
  describe.skipIf(skip)(`a database (${name})`, () => {
    it.effect("is migrated once, however often and however many at once", () =>
      Effect.gen(function* () {
        const { migrate, check } = yield* Database.Database
        const before = yield* Effect.flip(check)
        assert.strictEqual(before._tag, "DatabaseSchema")
        assert.include(before.message, "index --migrate-only")
        const applied = yield* Effect.all([migrate, migrate, migrate], { concurrency: "unbounded" })
        assert.deepStrictEqual(applied.flat().map(({ number }) => number), migrations.map(({ number }) => number))
        assert.deepStrictEqual(yield* migrate, [])
        const { server, schema } = yield* check
        assert.isAtLeast(server, 150_000)
        assert.strictEqual(schema, Database.SCHEMA_VERSION)
      }).pipe(Effect.provide(empty))
    )

    it.effect("gives values as the code reads them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const rows = yield* sql`SELECT 9007199254740991::int8 AS whole, 18446744073709551615::numeric(20, 0) AS amount, date '2026-11-20' AS day,
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
  })
}
