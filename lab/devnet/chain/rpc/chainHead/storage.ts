import { Schema } from "effect"
import { toHex } from "../../../../../src/domain/hex.ts"
import { blake2b256 } from "../../codec/hash.ts"
import type { BareHex } from "../../codec/hex.ts"
import type { StateView } from "../../state/StateStore.ts"
import { HexText } from "../Method.ts"

/** What a client may ask about a key or the keys below it. */
export const StorageQuery = Schema.Struct({
  key: HexText,
  type: Schema.Literal("value", "hash", "closestDescendantMerkleValue", "descendantsValues", "descendantsHashes")
})
type StorageQuery = typeof StorageQuery.Type

export interface StorageItem {
  readonly key: string
  readonly value?: string
  readonly hash?: string
  readonly closestDescendantMerkleValue?: string
}

/** The most items in one event; the client asks for the next ones with `chainHead_v1_continue`. */
const itemsPerPage = 512

/**
 * A substitute for the Merkle value of a key: a hash of all keys and values below it. It changes whenever one of them changes, which is why clients
 * ask for it, but it proves nothing. Undefined if there is nothing below.
 */
const digestBelow = (state: StateView, child: BareHex, key: BareHex): string | undefined => {
  const hasher = new Bun.CryptoHasher("blake2b256")
  let found = 0
  for (const below of state.keys(child, key)) {
    hasher.update(`${below} ${state.get(child, below)?.toHex()}\n`)
    found++
  }
  return found === 0 ? undefined : toHex(new Uint8Array(hasher.digest()))
}

function* itemsOf(state: StateView, child: BareHex, queries: ReadonlyArray<StorageQuery>): Generator<StorageItem> {
  for (const { key, type } of queries) {
    if (type === "closestDescendantMerkleValue") {
      const digest = digestBelow(state, child, key)
      if (digest !== undefined) yield { key: `0x${key}`, closestDescendantMerkleValue: digest }
      continue
    }
    const below = type === "descendantsValues" || type === "descendantsHashes"
    const hashed = type === "hash" || type === "descendantsHashes"
    for (const found of below ? state.keys(child, key) : [key]) {
      const value = state.get(child, found)
      if (value === undefined) continue
      yield { key: `0x${found}`, ...(hashed ? { hash: toHex(blake2b256(value)) } : { value: toHex(value) }) }
    }
  }
}

/**
 * The results of queries, in pages of {@link itemsPerPage}. The state must not change, which the state of a block never does.
 *
 * @param child the child trie's identifier, empty for the main trie
 */
export function* pagesOf(state: StateView, child: BareHex, queries: ReadonlyArray<StorageQuery>): Generator<ReadonlyArray<StorageItem>> {
  let page: Array<StorageItem> = []
  for (const item of itemsOf(state, child, queries)) {
    // A full page is yielded only once there is another item, so that the last page needs no `continue`.
    if (page.length === itemsPerPage) {
      yield page
      page = []
    }
    page.push(item)
  }
  if (page.length > 0) yield page
}
