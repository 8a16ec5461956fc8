/** An index as an earlier version of the program left it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { migrate } from "../../../src/layers/storage/database/migrate.ts"
import { migrations } from "../../../src/layers/storage/database/schema/migrations.ts"

type Rows = ReadonlyArray<{ readonly table: string; readonly rows: string }>

const tablesByAge = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly table: string; readonly columns: string }>`
    SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ') AS columns FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('schema_migrations', 'change_log')
    GROUP BY c.oid ORDER BY c.oid`
)

/** All rows of an index. */
export const rowsOf: Effect.Effect<Rows, unknown, SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* Effect.forEach(yield* tablesByAge, ({ table }) =>
    Effect.map(sql<{ readonly rows: string }>`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${sql(table)} t`, ([found]) => ({
      table,
      rows: found?.rows ?? "[]"
    }))
  )
})

/**
 * Fills an empty database as the index of a program with only the first `known` migrations: with these rows, but without newer tables and columns.
 */
export const olderIndex = (known: number, all: Rows) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* migrate("an older index", migrations.slice(0, known))
    // Foreign keys reference older tables, except for some deferred ones.
    const fill = Effect.forEach(yield* tablesByAge, ({ table, columns }) =>
      sql.unsafe(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
        all.find((one) => one.table === table)?.rows ?? "[]"
      ])
    )
    yield* sql.withTransaction(fill)
  })
