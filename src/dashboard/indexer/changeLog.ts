/** The change log, by which `serve` invalidates cached answers. Database triggers write it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** Length of the change log in transactions. */
const LOGGED_TRANSACTIONS = 100_000

/** Deletes old rows of the change log, and rows from another server if this database is a copy: their transaction ids are not comparable. */
export const shortenLog = Effect.flatMap(
  SqlClient,
  (sql) => sql`DELETE FROM change_log WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint - ${LOGGED_TRANSACTIONS}
    OR transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
)
