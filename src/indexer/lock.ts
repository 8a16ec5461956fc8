/** One index at a time into a database: a second one leaves. */
import { Effect } from "effect"
import { Database } from "../layers/database/Database.ts"
import { AlreadyIndexing } from "./errors.ts"

/** Holds the writing until the scope ends. */
export const indexAlone = Effect.gen(function* () {
  const { claim, where } = yield* Database
  if (!(yield* claim)) return yield* new AlreadyIndexing({ where })
})
