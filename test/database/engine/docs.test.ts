import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe as describeTables } from "../../../scripts/database/describe.ts"
import { variants } from "../../support/database/support.ts"

const page = readFileSync(join(resolve(import.meta.dirname, "../../.."), "docs/database.md"), "utf8")

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`docs/database.md (${name})`, () => {
    it.effect("matches the tables that the migrations create", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* describeTables, page, "run scripts/database.ts and commit docs/database.md")
      }).pipe(Effect.provide(layer))
    )

    it.effect("describes every table and column", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const silent = yield* sql`SELECT c.relname AS table, a.attname AS column FROM pg_class c
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND (a.attname IS NOT NULL OR obj_description(c.oid, 'pg_class') IS NULL)`
        assert.deepStrictEqual(silent, [])
      }).pipe(Effect.provide(layer))
    )
  })
}
