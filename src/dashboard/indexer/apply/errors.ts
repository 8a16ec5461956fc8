import { Schema } from "effect"

/** A block refers to something that the index does not have. */
export class IndexIncomplete extends Schema.TaggedError<IndexIncomplete>()("IndexIncomplete", {
  block: Schema.Number,
  what: Schema.String
}) {
  override get message() {
    return `block ${this.block} refers to ${this.what}, which the index has not seen: it was started too late. Rebuild it from the contract's creation: gittensor index --from-genesis`
  }
}

/** A table contains rows that this program does not write. */
export class IndexUnreadable extends Schema.TaggedError<IndexUnreadable>()("IndexUnreadable", {
  table: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the table ${this.table} holds an unexpected row: ${this.reason}. Rebuild the index: gittensor index --from-genesis`
  }
}
