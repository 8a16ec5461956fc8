/** Ensures that only one process at a time indexes into a database. */
import { Effect } from "effect"
import { Database } from "../../layers/database/Database.ts"
import { AlreadyIndexing } from "./errors.ts"

/** Holds the lock until the scope closes. Fails if another process holds it. */
export const indexAlone = Effect.gen(function* () {
  const { claim, where } = yield* Database
  if (!(yield* claim)) return yield* new AlreadyIndexing({ where })
})
