/** Errors of reading a block. */
import { Schema } from "effect"

/** The endpoint has pruned this block. */
export class BlockForgotten extends Schema.TaggedError<BlockForgotten>()("BlockForgotten", {
  endpoint: Schema.String,
  block: Schema.Int
}) {
  override get message() {
    return `${this.endpoint} has pruned block ${this.block}: use an archive node as --endpoint; the index continues where it stopped`
  }
}

/** This program cannot decode the block. */
export class UnreadableBlock extends Schema.TaggedError<UnreadableBlock>()("UnreadableBlock", {
  block: Schema.Int,
  reason: Schema.String
}) {
  override get message() {
    return `block ${this.block} cannot be decoded: ${this.reason}. Is the endpoint a Subtensor node, and is this the latest version of gittensor?`
  }
}
