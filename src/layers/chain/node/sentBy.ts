/** Reads the transactions that an account sent from the finalised chain. */
import { blake2b } from "@noble/hashes/blake2.js"
import { Effect, Schema } from "effect"
import { compactSize } from "../../../domain/compact.ts"
import { toHex } from "../../../domain/hex.ts"
import { type BlockReference, Chain, ChainUnavailable } from "./Chain.ts"

/** A transaction in a block. */
export interface SentTransaction {
  /** 0x-hex, as polkadot.js and explorers show it. */
  readonly hash: string
  /** The transaction's bytes as they were sent, prefixed with their length. */
  readonly bytes: Uint8Array
  readonly block: number
}

const Block = Schema.Struct({ block: Schema.Struct({ extrinsics: Schema.Array(Schema.String) }) })
/** A SCALE u32. */
const Nonce = Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{8}$/))

const ask = <A, I>(operation: string, answer: Schema.Schema<A, I>, method: string, ...params: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    return yield* chain.request(operation, method, params).pipe(
      Effect.flatMap(Schema.decodeUnknown(answer)),
      Effect.catchTag("ParseError", ({ message }) => new ChainUnavailable({ endpoint: chain.endpoint, operation, reason: message }))
    )
  })

/** An account's nonce after a block: the number of transactions it has sent. */
export interface Point {
  readonly block: number
  readonly nonce: number
}

/** The account's nonce after a block. Fails if the node has pruned the block's state. */
export const nonceAt = Effect.fn("nonceAt")(function* (publicKey: Uint8Array, at: BlockReference) {
  const hex = yield* ask("nonce of an account", Nonce, "state_call", "AccountNonceApi_account_nonce", toHex(publicKey), at.hash)
  return { block: at.number, nonce: Buffer.from(hex.slice(2), "hex").readUInt32LE(0) } satisfies Point
})

/** The version bits of a signed extrinsic, and the `MultiAddress` variant of an account id as its signer. */
const SIGNED = 0b1000_0000
const PLAIN_ACCOUNT = 0

/** Whether this account signed an extrinsic: its version, then the address variant, then the account. */
const isSignedBy = (bytes: Uint8Array, publicKey: Uint8Array): boolean => {
  const from = compactSize(bytes[0] ?? 0)
  return (
    ((bytes[from] ?? 0) & 0b1100_0000) === SIGNED &&
    bytes[from + 1] === PLAIN_ACCOUNT &&
    Buffer.compare(bytes.subarray(from + 2, from + 34), publicKey) === 0
  )
}

/** The transactions of the account in one block. */
const inBlock = Effect.fn("sentInBlock")(function* (publicKey: Uint8Array, block: number) {
  const hash = yield* (yield* Chain).hashOf(block)
  const { extrinsics } = (yield* ask("transactions of a block", Block, "chain_getBlock", hash)).block
  return extrinsics
    .map((hex) => Buffer.from(hex.slice(2), "hex"))
    .filter((bytes) => isSignedBy(bytes, publicKey))
    .map((bytes): SentTransaction => ({ hash: toHex(blake2b(bytes, { dkLen: 32 })), bytes, block }))
})

/** The account's transactions after one block, up to and including another. A range without a change of the nonce takes no request. */
export const sentBetween = (
  publicKey: Uint8Array,
  from: Point,
  to: Point
): Effect.Effect<ReadonlyArray<SentTransaction>, ChainUnavailable, Chain> =>
  Effect.gen(function* () {
    if (to.nonce <= from.nonce || to.block <= from.block) return []
    if (to.block - from.block === 1) return yield* inBlock(publicKey, to.block)
    const block = Math.floor((from.block + to.block) / 2)
    const middle = yield* nonceAt(publicKey, { number: block, hash: yield* (yield* Chain).hashOf(block) })
    return [...(yield* sentBetween(publicKey, from, middle)), ...(yield* sentBetween(publicKey, middle, to))]
  })
