/** What Effect's SQL clients lack: transactions that fail when the database goes away. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { Effect, Option } from "effect"

/**
 * The client, whose transactions fail with a SqlError if BEGIN, COMMIT or ROLLBACK does, as when the connection breaks. By default that is a defect
 * (https://github.com/Effect-TS/effect/issues/7235), which nobody tries again.
 */
export const withFailingTransactions = <Client extends SqlClient>(client: Client): Client => {
  const { withTransaction } = client
  const failing: SqlClient["withTransaction"] = (effect) =>
    Effect.catchSomeDefect(withTransaction(effect), (defect) =>
      defect instanceof SqlError ? Option.some(Effect.fail(defect)) : Option.none()
    )
  return Object.assign(client, { withTransaction: failing })
}
