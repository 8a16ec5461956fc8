/** Errors of the data folder's stores. */
import { Schema } from "effect"
import { adviceFor } from "../sqlite/sqlite.ts"

/** The fields of an error of a store that keeps a folder of files. */
export const folderFailure = {
  operation: Schema.String,
  folder: Schema.String,
  reason: Schema.String
}

/** `store`: the store, as the subject of a sentence. */
export const folderFailureText = (store: string, { operation, folder, reason }: Schema.Struct.Type<typeof folderFailure>): string =>
  `${store} ${folder} failed at "${operation}" (${reason}): check the folder's disk and its permissions`

/** The fields of an error of a store that keeps an SQLite file. */
export const fileFailure = {
  operation: Schema.String,
  file: Schema.String,
  /** The result code of SQLite or of the system. */
  code: Schema.String
}

/** `store`: the store, as the subject of a sentence. */
export const fileFailureText = (store: string, { operation, file, code }: Schema.Struct.Type<typeof fileFailure>): string =>
  `${store} ${file} failed at "${operation}" (${code}): ${adviceFor(code)}`
