/** What the tables hold, to be compared. */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/** The names of all tables but the migrations'. */
export const tableNames = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations' ORDER BY relname`
  return rows.map(({ name }) => name)
})

/** Every row of every table as text, in an order that only depends on the rows. */
export const everyRow = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const tables: Record<string, ReadonlyArray<string>> = {}
  for (const name of yield* tableNames) {
    const rows = yield* sql<{ readonly row: string }>`SELECT to_jsonb(t)::text AS row FROM ${sql(name)} AS t ORDER BY row`
    tables[name] = rows.map(({ row }) => row)
  }
  return tables
})
