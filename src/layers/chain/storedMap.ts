/** Reads several values of a storage map at a block with one request, decoded by the chain's metadata. */
import { Effect } from "effect"
import type { Chain } from "./Chain.ts"

/** Each key is a list of its parts. Returns plain values in the order of the keys, null where nothing is stored, or `undefined` if the chain has no such map. */
export const readMap = Effect.fn("Chain.readMap")(function* (
  chain: Chain["Type"],
  [pallet, item]: readonly [pallet: string, item: string],
  keys: ReadonlyArray<ReadonlyArray<unknown>>,
  at: string
) {
  const operation = `${pallet}.${item}`
  const storageKeys = yield* chain.readAt(operation, at, async ({ query }) => {
    const entry = query[pallet]?.[item]
    return entry === undefined ? undefined : keys.map((key) => entry.key(...key))
  })
  if (storageKeys === undefined) return undefined
  const stored = yield* chain.storageAt(storageKeys, at)
  return yield* chain.readAt(operation, at, async ({ query, registry }) => {
    const type = query[pallet]?.[item]?.creator.meta.type
    if (type === undefined) return undefined
    const name = registry.createLookupType(type.isMap ? type.asMap.value : type.asPlain)
    // As bytes: polkadot.js reads hexadecimal text as a big-endian number.
    return stored.map((hex) => (hex === null ? null : registry.createTypeUnsafe(name, [Uint8Array.fromHex(hex.slice(2))]).toJSON()))
  })
})
