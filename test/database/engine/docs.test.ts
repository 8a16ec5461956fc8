/** The database's description, and the tables that the migrations create. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe as describeTables } from "../../../scripts/database/describe.ts"
import { type Column, KINDS } from "../../../src/layers/storage/database/schema/table.ts"
import { tables } from "../../../src/layers/storage/database/schema/tables.ts"
import { variants } from "../../support/database/support.ts"

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`what npm run database prints (${name})`, () => {
    it.effect("says what every declared table and column means", () =>
      Effect.gen(function* () {
        const page = yield* describeTables
        const sections = new Map(page.split(/^## /m).map((section) => [section.split("\n", 1)[0], section]))
        for (const [table, { row, columns }] of Object.entries(tables)) {
          const section = sections.get(table) ?? ""
          assert.include(section, row.slice(1), table)
          for (const [column, { meaning }] of Object.entries<Column>(columns)) {
            const line = section.split("\n").find((one) => one.startsWith(`| ${column} |`))
            assert.include(line ?? "", meaning, `${table}.${column}`)
          }
        }
      }).pipe(Effect.provide(layer))
    )

    it.effect("has the columns that are declared, of a type for what they hold, and null only where they may be", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const found = yield* sql<{ readonly table: string; readonly column: string; readonly type: string; readonly isOptional: boolean }>`
          SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS "isOptional"
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_migrations'`
        const declared = Object.entries(tables).flatMap(([table, { columns }]) =>
          Object.entries<Column>(columns).map(([column, { kind, isOptional }]) => {
            const { types } = KINDS[kind]
            const type = found.find((one) => one.table === table && one.column === column)?.type ?? "missing"
            return { table, column, type: types.includes(type) ? type : types.join(" or "), isOptional }
          })
        )
        const byName = (a: { readonly table: string; readonly column: string }, b: typeof a) =>
          `${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1
        assert.deepStrictEqual(declared.toSorted(byName), found.toSorted(byName))
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
