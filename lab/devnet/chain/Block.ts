import { blake2b256 } from "./codec/hash.ts"
import { type Header, headerHash } from "./codec/header.ts"
import { type BareHex, toBareHex } from "./codec/hex.ts"
import { orderedTrieRoot, trieRoot } from "./codec/trieRoot.ts"
import type { Change } from "./state/StateStore.ts"

/** A block of the dev chain. Extrinsics include their length prefix. */
export interface Block {
  readonly number: number
  /** Hexadecimal digits without 0x. */
  readonly hash: BareHex
  readonly header: Header
  readonly extrinsics: ReadonlyArray<Uint8Array>
}

export const makeBlock = (header: Header, extrinsics: ReadonlyArray<Uint8Array>): Block => ({
  number: header.number,
  hash: headerHash(header),
  header,
  extrinsics
})

/** Block 0. Its state root is the Merkle root of the genesis state, as on any Substrate chain. */
export const genesisBlock = (state: ReadonlyArray<Change>): Block =>
  makeBlock(
    {
      parentHash: new Uint8Array(32),
      number: 0,
      stateRoot: trieRoot(
        state.flatMap(({ key, value }) => (value === null ? [] : [[Uint8Array.fromHex(key), value] as const])),
        1
      ),
      extrinsicsRoot: orderedTrieRoot([], 0),
      digest: []
    },
    []
  )

/**
 * The state root of a later block: a hash of the parent's root and of all changes of the block, sorted by trie and key. Two chains have equal roots
 * exactly if they have equal state histories. It is not a Merkle root, so there are no storage proofs.
 */
export const nextStateRoot = (parent: Uint8Array, changes: ReadonlyArray<Change>): Uint8Array => {
  const hasher = new Bun.CryptoHasher("blake2b256").update(parent)
  for (const { child, key, value } of changes) {
    hasher.update(`${child}/${key}/${value === null ? "removed" : value.length}/`)
    if (value !== null) hasher.update(value)
  }
  return new Uint8Array(hasher.digest())
}

/** A transaction's identifier: the hash of its bytes. */
export const transactionHash = (bytes: Uint8Array): BareHex => toBareHex(blake2b256(bytes))
