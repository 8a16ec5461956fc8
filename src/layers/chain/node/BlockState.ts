/**
 * Reads the state of one block, decoded by a runtime's metadata. For each block polkadot.js's own `api.at(hash)` builds an interface of everything in
 * the metadata, which took a quarter of a validator's CPU time. This builds only the items that are used.
 */
import type { ApiPromise } from "@polkadot/api"
import type { StorageEntryMetadataLatest } from "@polkadot/types/interfaces"
import type { Codec, Registry } from "@polkadot/types/types"
import { Schema } from "effect"
import { toHex } from "../../../domain/hex.ts"

/** A storage item. A missing value reads as the metadata's default. */
export interface StorageItem {
  (...keys: ReadonlyArray<unknown>): Promise<Codec>
  /** The storage key, as 0x-hex. */
  readonly key: (...keys: ReadonlyArray<unknown>) => string
  readonly creator: { readonly meta: StorageEntryMetadataLatest }
}

export type RuntimeCall = (...args: ReadonlyArray<unknown>) => Promise<Codec>

/**
 * Storage items and runtime calls, by polkadot.js's names of pallets and runtime APIs. A name that the metadata lacks is undefined. So is
 * `query.substrate`, polkadot.js's own pallet for keys like `:code`, whose values are not encoded.
 */
export interface BlockState {
  readonly registry: Registry
  readonly query: Readonly<Record<string, Readonly<Record<string, StorageItem | undefined>> | undefined>>
  readonly call: Readonly<Record<string, Readonly<Record<string, RuntimeCall | undefined>> | undefined>>
}

/** An object that makes its members on access. */
const madeOnAccess = <A>(member: (name: string) => A | undefined): Readonly<Record<string, A | undefined>> =>
  new Proxy<Record<string, A | undefined>>({}, { get: (_, name) => (typeof name === "string" ? member(name) : undefined) })

const bytesOf = (hex: unknown): Uint8Array => {
  if (typeof hex !== "string" || !hex.startsWith("0x")) throw new Error(`the node answered ${JSON.stringify(hex)} instead of bytes`)
  return Uint8Array.fromHex(hex.slice(2))
}

/** Decodes a stored value, or null where there is none, by the metadata. */
export const decodeStored = (registry: Registry, { type, modifier, fallback }: StorageEntryMetadataLatest, stored: unknown): Codec => {
  const name = registry.createLookupType(type.isPlain ? type.asPlain : type.asMap.value)
  if (modifier.isOptional) {
    const value = stored === null ? null : registry.createTypeUnsafe(name, [bytesOf(stored)], { isPedantic: true })
    return registry.createTypeUnsafe(name, [value], { isOptional: true })
  }
  if (stored === null) return registry.createTypeUnsafe(name, [fallback.toU8a(true)], { isFallback: true, isPedantic: true })
  return registry.createTypeUnsafe(name, [bytesOf(stored)], { isPedantic: true })
}

/** polkadot.js attaches a runtime call's definition to the function, but its types do not declare it. */
const definitionOf = Schema.decodeUnknownSync(
  Schema.Struct({ name: Schema.String, params: Schema.Array(Schema.Struct({ type: Schema.String })), type: Schema.String })
)

/** The state of the block with this hash, whose runtime must be the one of `api`'s metadata. */
export const make = (api: ApiPromise, hash: string): BlockState => {
  const { registry } = api
  return {
    registry,
    query: madeOnAccess((pallet) => {
      const items = api.query[pallet]
      if (items === undefined || pallet === "substrate") return undefined
      return madeOnAccess((name) => {
        const item = items[name]
        if (item === undefined) return undefined
        const { creator } = item
        const key = (...keys: ReadonlyArray<unknown>) => item.key(...keys)
        const read = async (...keys: ReadonlyArray<unknown>) =>
          decodeStored(registry, creator.meta, await api.rpc("state_getStorage", key(...keys), hash))
        return Object.assign(read, { key, creator })
      })
    }),
    call: madeOnAccess((section) => {
      const calls = api.call[section]
      if (calls === undefined) return undefined
      return madeOnAccess((name) => {
        const call = calls[name]
        if (call === undefined) return undefined
        const meta = definitionOf("meta" in call ? call.meta : undefined)
        return async (...args) => {
          if (args.length !== meta.params.length) throw new Error(`${meta.name} takes ${meta.params.length} arguments, not ${args.length}`)
          const parts = args.map((arg, index) => registry.createTypeUnsafe(meta.params[index]?.type ?? "Null", [arg]).toU8a())
          const answer: unknown = await api.rpc("state_call", meta.name, toHex(Buffer.concat(parts)), hash)
          return registry.createTypeUnsafe(meta.type, [bytesOf(answer)])
        }
      })
    })
  }
}
