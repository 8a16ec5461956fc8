/**
 * The runtimes that executed blocks, with the metadata for decoding them. polkadot.js updates the connection's registry in place at a runtime upgrade, so old
 * blocks need their own registries.
 */
import type { TypeRegistry } from "@polkadot/types"
import type { GenericExtrinsic } from "@polkadot/types/extrinsic"
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces"
import type { Vec } from "@polkadot/types-codec"
import { Effect, Ref, Schema } from "effect"
import { Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import { loadPolkadot } from "../../../layers/chain/node/polkadot.ts"
import { blockForgotten } from "./errors.ts"
import type { RawBlock } from "./RawBlock.ts"

/** Decodes blocks of one runtime. */
export interface Runtime {
  readonly registry: TypeRegistry
  readonly events: (hex: string) => ReadonlyArray<EventRecord>
  readonly extrinsic: (hex: string) => GenericExtrinsic
  /** The first two bytes of an encoded event or call as four hex digits; undefined: the runtime has no such one. */
  readonly prefixOf: (of: "events" | "calls", pallet: string, name: string) => string | undefined
  /** The name of a dispatch error: "Contracts.ContractReverted". */
  readonly nameOf: (error: DispatchError) => string
}

/** Runtimes kept in memory. Each takes tens of megabytes; upgrades come every few weeks. */
const CACHED_RUNTIMES = 3

const byte = (value: number): string => value.toString(16).padStart(2, "0")

const make = async (metadata: string): Promise<Runtime> => {
  const { Metadata, TypeRegistry } = await import("@polkadot/types")
  const registry = new TypeRegistry()
  const decoded = new Metadata(registry, metadata as `0x${string}`) // the caller has checked that it is hexadecimal
  registry.setMetadata(decoded)
  const { pallets } = decoded.asLatest
  const prefixes = new Map<string, string>()
  for (const pallet of pallets)
    for (const of of ["events", "calls"] as const) {
      const declared = pallet[of]
      if (declared.isNone) continue
      const { def } = registry.lookup.getSiType(declared.unwrap().type)
      for (const { name, index } of def.asVariant.variants)
        prefixes.set(`${of} ${pallet.name.toString()}.${name.toString()}`, byte(pallet.index.toNumber()) + byte(index.toNumber()))
    }
  return {
    registry,
    events: (hex) => [...registry.createType<Vec<EventRecord>>("Vec<EventRecord>", hex)],
    extrinsic: (hex) => registry.createType("Extrinsic", hex),
    prefixOf: (of, pallet, name) => prefixes.get(`${of} ${pallet}.${name}`),
    nameOf: (error) => {
      if (!error.isModule) {
        const inner: unknown = error.inner.toHuman()
        return typeof inner === "string" ? `${error.type}.${inner}` : error.type
      }
      try {
        const { section, name } = registry.findMetaError(error.asModule)
        return `${section.charAt(0).toUpperCase()}${section.slice(1)}.${name}`
      } catch {
        return "Module.Unknown"
      }
    }
  }
}

const Metadata = Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]+$/))

/** Returns a block's runtime. Requests each runtime's metadata once. */
export const makeRuntimes = Effect.gen(function* () {
  const chain = yield* Chain
  yield* Effect.promise(loadPolkadot)
  const known = yield* Ref.make<ReadonlyMap<number, Runtime>>(new Map())
  const oneAtATime = yield* Effect.makeSemaphore(1)

  const knownOf = ({ specVersion }: RawBlock) => Effect.map(Ref.get(known), (runtimes) => runtimes.get(specVersion))

  const askFor = (block: RawBlock) =>
    Effect.gen(function* () {
      const found = yield* knownOf(block)
      if (found !== undefined) return found
      // The parent's state names the runtime that executed a block, because an upgrade takes effect after its own block.
      const answer = yield* chain
        .request("metadata of a runtime", "state_getMetadata", [block.parentHash])
        .pipe(Effect.catchAll((error) => Effect.fail(isPruned(error) ? blockForgotten(chain.endpoint, block.number - 1) : error)))
      const metadata = yield* Effect.orDie(Schema.decodeUnknown(Metadata)(answer))
      const made = yield* Effect.promise(() => make(metadata))
      yield* Ref.update(known, (before) => new Map([...[...before].slice(1 - CACHED_RUNTIMES), [block.specVersion, made]]))
      return made
    }).pipe(oneAtATime.withPermits(1), Effect.withSpan("indexer.runtime", { attributes: { specVersion: block.specVersion } }))

  return (block: RawBlock) => Effect.flatMap(knownOf(block), (found) => (found === undefined ? askFor(block) : Effect.succeed(found)))
})
