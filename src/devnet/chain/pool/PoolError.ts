import { Schema } from "effect"

/** The runtime refuses the transaction. */
export class InvalidTransaction extends Schema.TaggedError<InvalidTransaction>()("InvalidTransaction", {
  kind: Schema.Literal("invalid", "unknown"),
  text: Schema.String
}) {
  override get message() {
    return this.text
  }
}

/** The runtime could not even look at the transaction: it stopped while decoding or validating it. */
export class UnverifiableTransaction extends Schema.TaggedError<UnverifiableTransaction>()("UnverifiableTransaction", {
  reason: Schema.String
}) {
  override get message() {
    return `Verification Error: Runtime error: Execution failed: ${this.reason}`
  }
}

/** It was found invalid when a block was built, not long ago. */
export class TemporarilyBanned extends Schema.TaggedError<TemporarilyBanned>()("TemporarilyBanned", {}) {
  override get message() {
    return "Transaction is temporarily banned"
  }
}

export class AlreadyImported extends Schema.TaggedError<AlreadyImported>()("AlreadyImported", { hash: Schema.String }) {
  override get message() {
    return "Transaction Already Imported"
  }
}

/** Another transaction of the same nonce is in the pool and pays as much or more. */
export class PriorityTooLow extends Schema.TaggedError<PriorityTooLow>()("PriorityTooLow", {
  present: Schema.BigIntFromSelf,
  offered: Schema.BigIntFromSelf
}) {
  override get message() {
    return `Priority is too low: (${this.present} vs ${this.offered})`
  }
}

export class PoolFull extends Schema.TaggedError<PoolFull>()("PoolFull", {}) {
  override get message() {
    return "Immediately Dropped"
  }
}

export type PoolError = InvalidTransaction | UnverifiableTransaction | TemporarilyBanned | AlreadyImported | PriorityTooLow | PoolFull
