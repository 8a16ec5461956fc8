import { Schema } from "effect"

/** A block tells of something that the index should have seen begin, and has not. */
export class IndexIncomplete extends Schema.TaggedError<IndexIncomplete>()("IndexIncomplete", {
  block: Schema.Number,
  what: Schema.String
}) {
  override get message() {
    return `block ${this.block} tells of ${this.what}, which the index has not seen: it was begun after that. Build it again from the contract's creation: gittensor index --from-genesis`
  }
}

/** What the tables hold is not what this program writes there. */
export class IndexUnreadable extends Schema.TaggedError<IndexUnreadable>()("IndexUnreadable", {
  table: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the table ${this.table} holds what this program does not write: ${this.reason}. Build the index again: gittensor index --from-genesis`
  }
}
