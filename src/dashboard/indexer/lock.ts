/** Ensures that only one process at a time indexes into a database. */
import { Effect, Option } from "effect"
import { Database } from "../../layers/storage/database/Database.ts"
import { AlreadyIndexing } from "./errors.ts"

/** Holds the lock until the scope closes. Fails if another process holds it. The returned effect fails when the lock is lost. */
const alone = Effect.gen(function* () {
  const { claim, where } = yield* Database
  const held = yield* claim
  return Option.isSome(held) ? held.value : yield* new AlreadyIndexing({ where })
})

/** Makes the tables if they are missing, under the lock, and returns the migrations that were applied. */
export const migrateAlone = Effect.gen(function* () {
  const { check, migrate } = yield* Database
  const missing = Effect.scoped(Effect.flatMap(alone, (held) => Effect.raceFirst(migrate, held)))
  return yield* Effect.matchEffect(check, {
    onFailure: (error) => (error._tag === "DatabaseOlder" ? missing : Effect.fail(error)),
    onSuccess: () => Effect.succeed([])
  })
})

/** As `alone`, and then makes the tables: before, another process may write them, by an older program. */
export const indexAlone = Effect.gen(function* () {
  const { migrate } = yield* Database
  const held = yield* alone
  const applied = yield* Effect.raceFirst(migrate, held)
  if (applied.length > 0) yield* Effect.logInfo("tables made", applied.map(({ name }) => name).join(", "))
  return held
})
