/** Reads storage values at a block, decoded by the chain's metadata. Concurrent reads of one block take one request. */
import { Effect } from "effect"
import { remembering } from "../../../domain/remembering.ts"
import * as BlockState from "./BlockState.ts"
import type { Chain } from "./Chain.ts"

/** Keys of each storage map of a runtime: every round asks for the same ones, and each costs a hash and an address to decode. */
const MOST_REMEMBERED = 10_000
const remembered = new WeakMap<BlockState.StorageItem["creator"], ReturnType<typeof remembering<string>>>()

const keyOf = (item: BlockState.StorageItem, parts: ReadonlyArray<string | number>): string => {
  const known = remembered.get(item.creator) ?? remembering<string>(MOST_REMEMBERED)
  remembered.set(item.creator, known)
  return known(parts.join(" "), () => item.key(...parts))
}

/**
 * Reads several values of a storage map. Each key is a list of its parts. Returns plain values in the order of the keys, null where nothing is
 * stored, or `undefined` if the chain has no such map.
 */
export const readMap = Effect.fn("Chain.readMap")(function* (
  chain: Chain["Type"],
  [pallet, item]: readonly [pallet: string, item: string],
  keys: ReadonlyArray<ReadonlyArray<string | number>>,
  at: string
) {
  const operation = `${pallet}.${item}`
  const storageKeys = yield* chain.readAt(operation, at, async ({ query }) => {
    const entry = query[pallet]?.[item]
    return entry === undefined ? undefined : keys.map((key) => keyOf(entry, key))
  })
  if (storageKeys === undefined) return undefined
  const stored = yield* chain.storageAt(storageKeys, at)
  return yield* chain.readAt(operation, at, async ({ query, registry }) => {
    const type = query[pallet]?.[item]?.creator.meta.type
    if (type === undefined) return undefined
    const name = registry.createLookupType(type.isMap ? type.asMap.value : type.asPlain)
    // Pass bytes: polkadot.js reads hexadecimal text as a big-endian number.
    return stored.map((hex) =>
      hex === null ? null : registry.createTypeUnsafe(name, [Uint8Array.fromHex(hex.slice(2))], { isPedantic: true }).toJSON()
    )
  })
})

/** A storage item: its pallet and name, and the parts of its key. */
export type StoredItem = readonly [pallet: string, item: string, ...key: ReadonlyArray<unknown>]

/**
 * Reads several items in one request, as plain values in order. A missing value is the metadata's default; `undefined`: the chain has no such item.
 */
export const readItems = Effect.fn("Chain.readItems")(function* (
  chain: Chain["Type"],
  operation: string,
  items: ReadonlyArray<StoredItem>,
  at: string
) {
  const keys = yield* chain.readAt(operation, at, async ({ query }) =>
    items.map(([pallet, item, ...key]) => query[pallet]?.[item]?.key(...key))
  )
  const wanted = keys.filter((key) => key !== undefined)
  const stored = yield* chain.storageAt(wanted, at)
  const values = new Map(wanted.map((key, index) => [key, stored[index] ?? null]))
  return yield* chain.readAt(operation, at, async ({ query, registry }) =>
    items.map(([pallet, item], index) => {
      const [meta, key] = [query[pallet]?.[item]?.creator.meta, keys[index]]
      return meta === undefined || key === undefined ? undefined : BlockState.decodeStored(registry, meta, values.get(key)).toJSON()
    })
  )
})

/** Reads one item, as `readItems` does. */
export const readItem = (chain: Chain["Type"], item: StoredItem, at: string) =>
  Effect.map(readItems(chain, item.slice(0, 2).join("."), [item], at), ([value]) => value)
