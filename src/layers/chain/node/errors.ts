/** Errors of the chain and its connection. */

import type { DispatchError } from "@polkadot/types/interfaces"
import { Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import type { BlockReference } from "./BlockReference.ts"
import { shownAddress } from "./endpoint.ts"

/** How providers refuse a client that asks too much. */
const OVER_LIMIT = /rate limit|too many requests|limit exceeded|quota|overload|over the provider's limit/i

/** No answer within the time limit, or no connection. It says nothing about the chain; the caller may retry. */
export class ChainUnavailable extends Schema.TaggedError<ChainUnavailable>()("ChainUnavailable", {
  endpoint: Schema.String,
  operation: Schema.String,
  reason: Schema.String
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    const advice = OVER_LIMIT.test(this.reason)
      ? "it limits how much one client may ask: wait, or add another endpoint"
      : "is the endpoint right and the node running?"
    return `the chain at ${this.endpoint} did not answer "${this.operation}" (${this.reason}): ${advice}`
  }
}

/** Whether the node has pruned the requested state, by Substrate's error text. A pruning node keeps only its latest blocks' state. */
export const isPruned = (error: { readonly _tag: string; readonly reason?: unknown }): boolean =>
  error._tag === "ChainUnavailable" && /state already discarded/i.test(String(error.reason))

/** Whether the node has no block with the requested hash, by Substrate's error text. */
export const isUnknownBlock = ({ reason }: ChainUnavailable): boolean => /header was not found in the database/i.test(reason)

/**
 * Whether a failed request speaks against the node, so that another one may do better: no answer in time, JSON-RPC's errors of servers (-32000 and on: over the
 * provider's limit, a method that it does not serve, an error inside), and a block that it does not know. What the chain itself answers, such as a call that
 * failed there, is the same everywhere. `isRecent`: what was asked for is of a block that every node still has.
 */
export const isNodesFailure = (error: ChainUnavailable, isRecent: boolean): boolean =>
  isPruned(error)
    ? isRecent
    : isUnknownBlock(error) || OVER_LIMIT.test(error.reason) || /^-32(?!602)\d{3}: |no (answer|response)/i.test(error.reason)

const NO_SUCH_BLOCK = "it does not have this block"

/** The node answered that it does not have a block. */
export const blockMissing = (endpoint: string, block: number): ChainUnavailable =>
  new ChainUnavailable({ endpoint, operation: `hash of block ${block}`, reason: NO_SUCH_BLOCK })

/** The node gave a wrong hash for a block, as the parents of finalised blocks or the hash's own header show. */
export const blockRefuted = (endpoint: string, { number, hash }: BlockReference): ChainUnavailable =>
  new ChainUnavailable({ endpoint, operation: `hash of block ${number}`, reason: `it gives ${hash}, which is another block or none` })

export const lacksBlock = ({ reason }: ChainUnavailable): boolean => reason === NO_SUCH_BLOCK

/** The transaction did not enter a block: a bad nonce, no funds for the fee, a signature the chain refuses. */
export class TransactionRefused extends Schema.TaggedError<TransactionRefused>()("TransactionRefused", {
  label: Schema.String,
  signer: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return /balance|fees|payment|funds|deposit/i.test(this.reason)
      ? `${this.signer} has no funds for the fee and deposit of "${this.label}": send it some TAO first`
      : `the chain refused "${this.label}" of ${this.signer}: ${this.reason}`
  }
}

/** The transaction is in a block but failed there. The name is the pallet's own error. */
export class TransactionFailed extends Schema.TaggedError<TransactionFailed>()("TransactionFailed", {
  label: Schema.String,
  section: Schema.String,
  name: Schema.String,
  documentation: Schema.String
}) {
  override get message() {
    return `"${this.label}" failed with ${this.section}.${this.name}${this.documentation === "" ? "" : `: ${this.documentation}`}`
  }
}

/** The error of a transaction that failed in its block, by that block's metadata: an upgrade may have come since. */
export const transactionFailure = (label: string, error: DispatchError): TransactionFailed => {
  const found = error.isModule ? error.registry.findMetaError(error.asModule) : undefined
  return new TransactionFailed({
    label,
    section: found?.section ?? "runtime",
    name: found?.name ?? error.toString(),
    documentation: found?.docs.join(" ").trim() ?? ""
  })
}

/** The transaction was signed but not sent: another process may be using the same key, or the transaction could not be recorded. */
export class TransactionWithheld extends Schema.TaggedError<TransactionWithheld>()("TransactionWithheld", {
  label: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `"${this.label}" was not sent: ${this.reason}`
  }
}

export type SubmitError = ChainUnavailable | TransactionRefused | TransactionFailed | TransactionWithheld

/** Explains a provider's HTTP status in place of a WebSocket. */
const refusalText = (status: string): string => {
  const means: Readonly<Record<string, string>> = {
    "429": "this machine or its key is over the provider's limit: wait, or add another endpoint",
    "401": "the provider wants a key, in the endpoint's address",
    "402": "the provider's plan is used up",
    "403": "the provider refuses this machine or its key"
  }
  return `it answers ${status} instead of opening a WebSocket${means[status] === undefined ? "" : `: ${means[status]}`}`
}

/** The first line of a library's or socket's error. */
export const reasonOf = (cause: unknown): string => {
  const text = typeof cause === "object" && cause !== null && "message" in cause ? String(cause.message) : String(cause)
  const line = (text.split("\n", 1)[0] ?? "")
    .replace(/^WebSocket connection to '\S*' failed: /, "")
    .replace(/^Expected 101 status code: (\d{3})$/, (_, status: string) => refusalText(status))
  return line.replace(/wss?:\/\/[^\s'"]+/g, shownAddress)
}
