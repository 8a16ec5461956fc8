/** The log of changes, by which `serve` knows how long an answer stays right. The database's triggers write it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** How far back the log of changes reaches, in the server's transactions. */
const LOGGED_TRANSACTIONS = 100_000

/** Removes old rows of the log of changes, and those from another server of which this database is a copy: its transactions had other numbers. */
export const shortenLog = Effect.flatMap(
  SqlClient,
  (sql) => sql`DELETE FROM change_log WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint - ${LOGGED_TRANSACTIONS}
    OR transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
)
