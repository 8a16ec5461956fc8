/** Errors that end an index, apart from those of chain and database. */

import { Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"

/** Another process is indexing into this database. */
export class AlreadyIndexing extends Schema.TaggedError<AlreadyIndexing>()("AlreadyIndexing", {
  where: Schema.String,
  advice: Schema.optional(Schema.String)
}) {
  readonly exitCode = EXIT.occupied
  readonly passes = true
  override get message() {
    return `another process is indexing into ${this.where}${this.advice === undefined ? "" : `: ${this.advice}`}`
  }
}
