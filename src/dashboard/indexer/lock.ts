/** Ensures that only one process at a time indexes into a database. */
import { Effect, Option } from "effect"
import { Database } from "../../layers/storage/database/Database.ts"
import { AlreadyIndexing } from "./errors.ts"

/** Holds the lock until the scope closes. Fails if another process holds it. The returned effect fails when the lock is lost. */
export const indexAlone = Effect.gen(function* () {
  const { claim, where } = yield* Database
  const held = yield* claim
  return Option.isSome(held) ? held.value : yield* new AlreadyIndexing({ where })
})
