/**
 * Addresses and values of the contract's storage cells. From the third edition on, each keeps the layout of the earlier ones and stores new state
 * under new keys.
 */
import { blake2b } from "@noble/hashes/blake2.js"
import { hexToBytes } from "@noble/hashes/utils.js"
import { type AccountAddress, toPublicKey } from "../domain/Account.ts"
import type { Hex } from "../domain/hex.ts"
import { remembering } from "../domain/remembering.ts"
import { CellReader } from "./CellReader.ts"
import { cells } from "./cells.generated.ts"

export { cells } from "./cells.generated.ts"

/** A storage field that has cells of its own. */
export interface Field<Value> {
  readonly prefix: string
  readonly read: (from: CellReader) => Value
}

/** A cell to read: its key in the contract's child trie, and the decoder of its bytes. */
export interface Cell<Value> {
  readonly key: Hex
  readonly read: (from: CellReader) => Value
}

/** Size of the cache of keys. Each block asks for the keys of the block before, and making a key costs a hash. */
const MOST_REMEMBERED = 10_000
const remembered = remembering<Hex>(MOST_REMEMBERED)

/** pallet-contracts stores a contract's key under its Blake2_128Concat: a 16-byte hash, then the key. */
const trieKey = (own: Uint8Array): Hex => {
  const hex = own.toHex()
  return remembered(hex, () => `0x${blake2b(own, { dkLen: 16 }).toHex()}${hex}`)
}

const cellIn = <Value>({ prefix, read }: Field<Value>, key: Uint8Array): Cell<Value> => {
  const front = hexToBytes(prefix)
  const own = new Uint8Array(front.length + key.length)
  own.set(front)
  own.set(key, front.length)
  return { key: trieKey(own), read }
}

/** The single cell of a field that is not a mapping. */
export const cellOf = <Value>(field: Field<Value>): Cell<Value> => cellIn(field, new Uint8Array())

export const cellOfId = <Value>(field: Field<Value>, id: number): Cell<Value> =>
  cellIn(field, Uint8Array.of(id, id >>> 8, id >>> 16, id >>> 24))

export const collateralCell = (hotkey: AccountAddress, coldkey: AccountAddress): Cell<{ deposited: bigint; locked: bigint }> => {
  const key = new Uint8Array(64)
  key.set(toPublicKey(hotkey))
  key.set(toPublicKey(coldkey), 32)
  return cellIn(cells.collaterals, key)
}

/** Decodes a cell's bytes. Throws a RangeError on unexpected bytes. */
export const readCell = <Value>({ read }: Pick<Cell<Value>, "read">, bytes: Uint8Array): Value => {
  const reader = new CellReader(bytes)
  const value = read(reader)
  reader.end()
  return value
}
