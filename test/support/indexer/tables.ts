/** The contents of the index's tables, to compare two databases. */
import { createHash } from "node:crypto"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** A timestamp by the index's own clock, which differs between runs. */
const BY_OWN_CLOCK = "github_trouble_since"

/** Every row of every table as text, except for timestamps by this machine's clock and the server's transaction numbers. */
export const everyRow = Effect.gen(function* () {
  const sql = yield* SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('schema_migrations', 'change_log') ORDER BY tablename`
  const found: Record<string, ReadonlyArray<string>> = {}
  for (const { name } of tables) {
    const rows = yield* sql<{ readonly said: string }>`
      SELECT said FROM (SELECT (to_jsonb(t) - ${BY_OWN_CLOCK}::text)::text AS said FROM ${sql(name)} AS t) AS found ORDER BY said COLLATE "C"`
    found[name] = rows.map(({ said }) => said)
  }
  return found
})

/** The number of rows and a hash of each table, independent of insertion order. */
export const contents = Effect.gen(function* () {
  const found: Record<string, string> = {}
  for (const [name, rows] of Object.entries(yield* everyRow)) {
    const hash = createHash("sha256").update(rows.join("\n"))
    found[name] = `${rows.length} rows, ${hash.digest("hex").slice(0, 16)}`
  }
  return found
})
