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

/** The runtime stopped while decoding or validating the transaction. */
export class UnverifiableTransaction extends Schema.TaggedError<UnverifiableTransaction>()("UnverifiableTransaction", {
  reason: Schema.String
}) {
  override get message() {
    return `Verification Error: Runtime error: Execution failed: ${this.reason}`
  }
}

/** The transaction was found invalid in a recent block build. */
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

/** The pool holds a transaction with the same nonce and the same or a higher priority. */
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
