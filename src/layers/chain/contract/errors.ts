/** Errors of reading and calling the contract. */
import { Schema } from "effect"
import type { ContractRefusal, UnreadableContractData } from "../../../contract-client/codec.ts"
import type { ChainUnavailable, SubmitError } from "../node/errors.ts"

/** There is no contract at the address, at the block that was read. */
export class NoContract extends Schema.TaggedError<NoContract>()("NoContract", { address: Schema.String, call: Schema.String }) {
  override get message() {
    return `there is no contract at ${this.address} (${this.call}): check the address and the chain`
  }
}

/** The address has a different contract, or the contract trapped. */
export class ContractUnusable extends Schema.TaggedError<ContractUnusable>()("ContractUnusable", {
  address: Schema.String,
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the contract at ${this.address} cannot be used (${this.call}: ${this.reason}): check the address and the chain`
  }
}

export type ReadError = ContractRefusal | UnreadableContractData | NoContract | ContractUnusable | ChainUnavailable
export type CallError = Exclude<ReadError, ChainUnavailable> | SubmitError
