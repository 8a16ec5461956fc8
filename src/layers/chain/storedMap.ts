/** Values of a storage map at a block, for several keys with one request, as the chain's metadata decodes them. */
import { Effect } from "effect"
import type { Chain } from "./Chain.ts"

/** Each key is the list of its parts. In their order, the plain values, null where nothing is stored; `undefined`: the chain has no such map. */
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
    // As bytes: polkadot.js takes hexadecimal text for a number with its highest byte first.
    return stored.map((hex) => (hex === null ? null : registry.createTypeUnsafe(name, [Uint8Array.fromHex(hex.slice(2))]).toJSON()))
  })
})
