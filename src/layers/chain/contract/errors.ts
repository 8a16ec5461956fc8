/** Errors of reading and calling the contract. */
import { Schema } from "effect"
import type { ContractRefusal, UnreadableContractData } from "../../../contract-client/codec.ts"
import type { ChainUnavailable, SubmitError } from "../node/errors.ts"

/** The address has no contract or a different one, or the contract trapped. */
export class ContractUnusable extends Schema.TaggedError<ContractUnusable>()("ContractUnusable", {
  address: Schema.String,
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the contract at ${this.address} cannot be used (${this.call}: ${this.reason}): check the address and the chain`
  }
}

export type ReadError = ContractRefusal | UnreadableContractData | ContractUnusable | ChainUnavailable
export type CallError = ContractRefusal | UnreadableContractData | ContractUnusable | SubmitError
