/** Errors that end an index, apart from those of chain and database. */
import { Schema } from "effect"

/** Another process is indexing into this database. */
export class AlreadyIndexing extends Schema.TaggedError<AlreadyIndexing>()("AlreadyIndexing", {
  where: Schema.String,
  advice: Schema.optional(Schema.String)
}) {
  override get message() {
    return `another process is indexing into ${this.where}${this.advice === undefined ? "" : `: ${this.advice}`}`
  }
}
