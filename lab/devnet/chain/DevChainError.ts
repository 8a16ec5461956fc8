import { Schema } from "effect"
import { EXIT } from "../../../src/domain/causes.ts"

/** The port is in use or not permitted. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  host: Schema.String,
  port: Schema.Number,
  reason: Schema.String
}) {
  override get message() {
    return `cannot listen on ${this.host}:${this.port} (${this.reason}): choose another with --port, or 0 for a free one`
  }
}

/** The runtime refuses the genesis configuration, or is not a runtime. */
export class UnusableGenesis extends Schema.TaggedError<UnusableGenesis>()("UnusableGenesis", { reason: Schema.String }) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `the dev chain's genesis cannot be built: ${this.reason}`
  }
}

/** The data folder cannot be used for this chain. */
export class UnusableFolder extends Schema.TaggedError<UnusableFolder>()("UnusableFolder", {
  folder: Schema.String,
  reason: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `the chain cannot be kept in ${this.folder}: ${this.reason}`
  }
}

export type DevChainError = PortUnavailable | UnusableGenesis | UnusableFolder

/** A block could not be stored. It is not part of the chain. */
export class StorageFailed extends Schema.TaggedError<StorageFailed>()("StorageFailed", { folder: Schema.String, reason: Schema.String }) {
  override get message() {
    return `the block could not be written to ${this.folder}: ${this.reason}`
  }
}
