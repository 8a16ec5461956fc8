import { twox } from "../codec/hash.ts"
import { type BareHex, toBareHex } from "../codec/hex.ts"

const text = new TextEncoder()

/** `:code`, the runtime's key. */
export const codeKey: BareHex = toBareHex(text.encode(":code"))

/** Left by the genesis call and removed: no block starts with this key. */
export const extrinsicIndexKey: BareHex = toBareHex(text.encode(":extrinsic_index"))

/** The prefix of child tries' keys in the main trie; the rest names the child. */
export const childTriePrefix: BareHex = toBareHex(text.encode(":child_storage:default:"))

/** The key of a pallet's plain storage value. */
export const storageValueKey = (pallet: string, item: string): BareHex =>
  toBareHex(twox(text.encode(pallet), 2)) + toBareHex(twox(text.encode(item), 2))

/** `Timestamp.Now`: the block's time in milliseconds since 1970, a u64. */
export const timestampKey: BareHex = storageValueKey("Timestamp", "Now")
