/**
 * Addresses and values of the contract's storage cells. From the third edition on, each keeps the layout of the earlier ones and stores new state
 * under new keys.
 */
import { blake2b } from "@noble/hashes/blake2.js"
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js"
import { Option } from "effect"
import { type AccountAddress, toPublicKey } from "../domain/Account.ts"
import type { Hex } from "../domain/hex.ts"
import { remembering } from "../domain/remembering.ts"
import { CellReader } from "./CellReader.ts"
import { cells } from "./cells.generated.ts"

export { type CellValue, cells } from "./cells.generated.ts"

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
  const hex = bytesToHex(own)
  return remembered(hex, () => `0x${bytesToHex(blake2b(own, { dkLen: 16 }))}${hex}`)
}

const littleEndian = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

const joined = (front: Uint8Array, back: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(front.length + back.length)
  bytes.set(front)
  bytes.set(back, front.length)
  return bytes
}

const cellIn = <Value>({ prefix, read }: Field<Value>, key: Uint8Array): Cell<Value> => ({
  key: trieKey(joined(hexToBytes(prefix), key)),
  read
})

/** The single cell of a field that is not a mapping. */
export const cellOf = <Value>(field: Field<Value>): Cell<Value> => cellIn(field, new Uint8Array())

export const cellOfId = <Value>(field: Field<Value>, id: number): Cell<Value> => cellIn(field, littleEndian(id))

export const collateralCell = (hotkey: AccountAddress, coldkey: AccountAddress): Cell<{ deposited: bigint; locked: bigint }> =>
  cellIn(cells.collaterals, joined(toPublicKey(hotkey), toPublicKey(coldkey)))

/** The number of competitions that a miner has been in, ever. */
export const competitionCountCell = (hotkey: AccountAddress): Cell<number> => cellIn(cells.competitionCounts, toPublicKey(hotkey))

/** The id of a miner's competition, counted from 0. */
export const competitionOfCell = (hotkey: AccountAddress, index: number): Cell<number> =>
  cellIn(cells.competitionsByMiner, joined(toPublicKey(hotkey), littleEndian(index)))

export const payeeCell = (competition: number, side: number): Cell<AccountAddress> =>
  cellIn(cells.payees, joined(littleEndian(competition), Uint8Array.of(side)))

/** The id of the issue that is not closed under a reference. GitHub's names know no upper and lower case. */
export const referenceCell = (repository: string, number: number): Cell<number> => {
  const text = new TextEncoder().encode(repository.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  return cellIn(cells.openReferences, blake2b(joined(text, littleEndian(number)), { dkLen: 32 }))
}

/** Decodes a cell's bytes. Throws a RangeError on unexpected bytes. */
export const readCell = <Value>({ read }: Pick<Cell<Value>, "read">, bytes: Uint8Array): Value => {
  const reader = new CellReader(bytes)
  const value = read(reader)
  reader.end()
  return value
}

/** The values of some cells that were read. */
export interface Values {
  /** A cell's value; none if nothing is stored. Throws if the bytes cannot be decoded. */
  readonly of: <Value>(cell: Cell<Value>) => Option.Option<Value>
  /** A value that the contract always stores; throws if it is missing. */
  readonly always: <Value>(cell: Cell<Value>) => Value
}

/** @param bytesOf a cell's bytes; undefined where nothing is stored */
export const valuesOf = (bytesOf: (key: Hex) => Uint8Array | undefined): Values => {
  const of = <Value>(cell: Cell<Value>) => Option.map(Option.fromNullable(bytesOf(cell.key)), (bytes) => readCell(cell, bytes))
  return {
    of,
    always: (cell) => Option.getOrThrowWith(of(cell), () => new RangeError(`there is nothing at ${cell.key}`))
  }
}

/** The contract's own key of a cell, without the hash that pallet-contracts puts before it. */
export const ownKey = ({ key }: Cell<unknown>): Hex => `0x${key.slice(2 + 32)}`

/** The stored values by id; `wanted` has a cell for each id. */
export const byId = <Value>(ids: ReadonlyArray<number>, wanted: ReadonlyArray<Cell<Value>>, values: Values) =>
  new Map(
    ids.flatMap((id, index) => {
      const cell = wanted[index]
      return cell === undefined ? [] : Option.toArray(Option.map(values.of(cell), (value) => [id, value] as const))
    })
  )
