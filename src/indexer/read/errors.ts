/** How reading a block ends badly. */
import { Schema } from "effect"

/** The endpoint keeps the newest blocks only, and this one is older. */
export class BlockForgotten extends Schema.TaggedError<BlockForgotten>()("BlockForgotten", {
  endpoint: Schema.String,
  block: Schema.Int
}) {
  override get message() {
    return `${this.endpoint} has forgotten what happened in block ${this.block}: give --endpoint the address of an archive node; the index goes on from there, and nothing has to be read again`
  }
}

/** A block that is not in the form that this program knows. */
export class UnreadableBlock extends Schema.TaggedError<UnreadableBlock>()("UnreadableBlock", {
  block: Schema.Int,
  reason: Schema.String
}) {
  override get message() {
    return `block ${this.block} can't be read: ${this.reason}. Is the endpoint a Subtensor node, and is this the newest version of gittensor?`
  }
}
