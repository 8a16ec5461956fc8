/** How asking the contract ends badly. */
import { Schema } from "effect"
import type { ContractRefusal, UnreadableContractData } from "../../contract-client/codec.ts"
import type { ChainUnavailable, SubmitError } from "../chain/errors.ts"

/** No contract answers at this address, or another one, or it trapped. */
export class ContractUnusable extends Schema.TaggedError<ContractUnusable>()("ContractUnusable", {
  address: Schema.String,
  call: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the contract at ${this.address} can't be used (${this.call}: ${this.reason}): is it the right address on this chain?`
  }
}

export type ReadError = ContractRefusal | UnreadableContractData | ContractUnusable | ChainUnavailable
export type CallError = ContractRefusal | UnreadableContractData | ContractUnusable | SubmitError
