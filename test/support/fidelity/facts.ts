/**
 * A chain's metadata as short texts that can be compared: indices, shapes of types, hashers, defaults, values. Shapes are structural: the names of
 * types do not matter to clients, but the names of fields and variants do.
 */
import { Metadata, TypeRegistry } from "@polkadot/types"
import type { PalletMetadataLatest, PortableType, SiField } from "@polkadot/types/interfaces"

/** The facts about one pallet. Each member maps a name to a complete description. */
export interface PalletFacts {
  readonly index: number
  /** The pallet's prefix in storage keys; null without storage. */
  readonly prefix: string | null
  /** `plain VALUE | default 0x…` or `map HASHERS KEY -> VALUE | default 0x…`; `| optional` where nothing is stored by default. */
  readonly storage: Readonly<Record<string, string>>
  /** `INDEX(name: SHAPE, …)`. */
  readonly calls: Readonly<Record<string, string>>
  /** `(name: SHAPE, …)`. Clients find an event by its name, so its index does not matter. */
  readonly events: Readonly<Record<string, string>>
  /** Names only, for the same reason. */
  readonly errors: ReadonlyArray<string>
  /** `SHAPE = 0x…`. */
  readonly constants: Readonly<Record<string, string>>
}

export interface ChainEpochStates {
  readonly pallets: Readonly<Record<string, PalletFacts>>
  /** By `Api.method`: `(name: SHAPE, …) -> SHAPE`. */
  readonly apis: Readonly<Record<string, string>>
  /** Of a transaction, in order: `NAME EXTRA + IMPLICIT`, each a shape. */
  readonly extensions: ReadonlyArray<string>
}

/** Unions over all pallets, which differ in every runtime. */
const OF_THE_RUNTIME = /^(Runtime(Call|Event|Error|Task|HoldReason|FreezeReason)|OriginCaller|DispatchError|ModuleError)$/

const sorted = <A>(entries: ReadonlyArray<readonly [string, A]>): Readonly<Record<string, A>> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** Reads SCALE-encoded metadata, as `state_getMetadata` or `Metadata_metadata_at_version` answer it. */
export const factsOf = (metadata: Uint8Array): ChainEpochStates => {
  const registry = new TypeRegistry()
  const { lookup, pallets, apis, extrinsic } = new Metadata(registry, metadata).asLatest

  const fields = (all: ReadonlyArray<SiField>, within: ReadonlyArray<number>): string => {
    const parts = all.map(({ name, type }) => (name.isSome ? `${name.unwrap()}:` : "") + shape(type.toNumber(), within))
    // A wrapper around one unnamed value has that value's encoding, and its form in every client.
    const [only] = parts
    if (only !== undefined && parts.length === 1 && all[0]?.name.isNone === true) return only
    return `(${parts.join(",")})`
  }

  const shapeOf = ({ path, def }: PortableType["type"], within: ReadonlyArray<number>): string => {
    const name = path.at(-1)?.toString() ?? ""
    if (OF_THE_RUNTIME.test(name)) return name
    if (def.isPrimitive) return def.asPrimitive.toString().toLowerCase()
    if (def.isCompact) return `compact ${shape(def.asCompact.type.toNumber(), within)}`
    if (def.isSequence) return `[${shape(def.asSequence.type.toNumber(), within)}]`
    if (def.isArray) return `[${shape(def.asArray.type.toNumber(), within)};${def.asArray.len}]`
    if (def.isBitSequence) return "bits"
    if (def.isTuple) {
      const parts = def.asTuple.map((type) => shape(type.toNumber(), within))
      return parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(",")})`
    }
    if (def.isComposite) return fields(def.asComposite.fields, within)
    if (!def.isVariant) return "?"
    const { variants } = def.asVariant
    if (name === "Option")
      return `option ${variants.flatMap((variant) => variant.fields.map(({ type }) => shape(type.toNumber(), within))).join()}`
    // Data's variants Raw0 to Raw128 and an era's Mortal1 to Mortal255 are written as one range.
    const ranged = variants.filter((variant) => /^(Raw|Mortal)\d+$/.test(variant.name.toString()))
    const others = variants.filter((variant) => !ranged.includes(variant))
    const listed = others.map((variant) => {
      const inner = variant.fields.length === 0 ? "" : fields(variant.fields, within)
      return `${variant.index}${variant.name}${inner === "" || inner.startsWith("(") ? inner : `(${inner})`}`
    })
    if (ranged.length > 0) listed.push(`${ranged[0]?.index}${ranged[0]?.name}..${ranged.at(-1)?.index}${ranged.at(-1)?.name}`)
    return `{${listed.join("|")}}`
  }

  const shape = (type: number, within: ReadonlyArray<number> = []): string =>
    within.includes(type) ? "recursive" : shapeOf(lookup.getSiType(type), [...within, type])

  const variantsOf = (calls: PalletMetadataLatest["calls"] | PalletMetadataLatest["events"] | PalletMetadataLatest["errors"]) =>
    calls.isNone ? [] : [...lookup.getSiType(calls.unwrap().type).def.asVariant.variants]

  const named = (all: ReadonlyArray<SiField>): string =>
    `(${all.map(({ name, type }) => `${name.unwrapOr("_")}: ${shape(type.toNumber())}`).join(", ")})`

  const palletFacts = (pallet: PalletMetadataLatest): PalletFacts => {
    const storage = pallet.storage.isSome ? pallet.storage.unwrap() : undefined
    return {
      index: pallet.index.toNumber(),
      prefix: storage?.prefix.toString() ?? null,
      storage: sorted(
        [...(storage?.items ?? [])].map(({ name, type, modifier, fallback }) => {
          const form = type.isPlain
            ? `plain ${shape(type.asPlain.toNumber())}`
            : `map ${type.asMap.hashers.map((hasher) => hasher.type).join("+")} ${shape(type.asMap.key.toNumber())} -> ${shape(type.asMap.value.toNumber())}`
          return [name.toString(), `${form} | ${modifier.isOptional ? "optional" : `default ${fallback.toHex()}`}`] as const
        })
      ),
      calls: sorted(variantsOf(pallet.calls).map((call) => [call.name.toString(), `${call.index}${named(call.fields)}`] as const)),
      events: sorted(variantsOf(pallet.events).map((event) => [event.name.toString(), named(event.fields)] as const)),
      errors: variantsOf(pallet.errors)
        .map(({ name }) => name.toString())
        .sort(),
      constants: sorted(
        [...pallet.constants].map(({ name, type, value }) => [name.toString(), `${shape(type.toNumber())} = ${value.toHex()}`] as const)
      )
    }
  }

  return {
    pallets: sorted([...pallets].map((pallet) => [pallet.name.toString(), palletFacts(pallet)] as const)),
    apis: sorted(
      [...apis].flatMap((api) =>
        [...api.methods].map(({ name, inputs, output }) => {
          const takes = [...inputs].map((input) => `${input.name}: ${shape(input.type.toNumber())}`).join(", ")
          return [`${api.name}.${name}`, `(${takes}) -> ${shape(output.toNumber())}`] as const
        })
      )
    ),
    extensions: [...extrinsic.transactionExtensions].map(
      ({ identifier, type, implicit }) => `${identifier} ${shape(type.toNumber())} + ${shape(implicit.toNumber())}`
    )
  }
}
