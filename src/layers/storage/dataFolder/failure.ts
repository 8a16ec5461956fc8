/** The error of the data folder's stores. */

import { type Effect, Schema } from "effect"
import { exitOfStore } from "../../../domain/causes.ts"
import { adviceFor, isLasting } from "../sqlite/sqlite.ts"
import type { Failure } from "../sqlite/storeFile.ts"

/** A store cannot be read or written. Whoever needs it must stop: nothing is sent, no weights are set, and no report counts. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  operation: Schema.String,
  message: Schema.String,
  /** Whether the file is damaged, or an earlier program's: it stays so until somebody moves it away. */
  isDamaged: Schema.optional(Schema.Boolean)
}) {
  readonly exitCode = exitOfStore(this.isDamaged)
}

export type Result<A> = Effect.Effect<A, StoreUnavailable>

/** The error of a store that keeps a folder of files. `store`: the store, as the subject of a sentence. */
export const folderFailed = (store: string, folder: string, operation: string, reason: string) =>
  new StoreUnavailable({
    operation,
    message: `${store} ${folder} failed at "${operation}" (${reason}): check the folder's disk and its permissions`
  })

/** The error of a store that keeps an SQLite file. `store`: the store, as the subject of a sentence. */
export const fileFailed =
  (store: string) =>
  ({ operation, file, code }: Failure) =>
    new StoreUnavailable({
      operation,
      message: `${store} ${file} failed at "${operation}" (${code}): ${adviceFor(code)}`,
      isDamaged: isLasting(code)
    })
