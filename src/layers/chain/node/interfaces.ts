/**
 * Shares the interfaces that polkadot.js builds from a runtime's metadata. To build them takes nine tenths of a connection's CPU time, so all
 * connections to one runtime share them: after a reconnection, and across endpoints.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiOptions } from "@polkadot/api/types"
import type { WsProvider } from "@polkadot/rpc-provider"
import type { ProviderInterface } from "@polkadot/rpc-provider/types"
import type { Metadata, TypeRegistry } from "@polkadot/types"
import { Schema } from "effect"
import { LRUCache } from "lru-cache"
import { loadPolkadot } from "./polkadot.ts"
import { type RuntimeListener, withoutRuntimeNotices } from "./runtimeNotices.ts"

/** The shared parts, which refer to no connection. */
interface Interfaces {
  readonly registry: TypeRegistry
  readonly metadata: Metadata
}

/** Runtimes kept in memory, for the time around an upgrade. Each takes tens of megabytes. */
const CACHED_RUNTIMES = 2

/** Keyed by a hash of the metadata itself, the runtime's version and the chain's names, so that no node can corrupt what is read from another. */
const knownRuntimes = new LRUCache<string, Interfaces>({ max: CACHED_RUNTIMES })

/** Transaction extensions of Subtensor that polkadot.js does not know. None of them carries bytes. */
const SUBTENSOR_EXTENSIONS = [
  "ChargeTransactionPaymentWrapper",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority"
]

/** The versions of metadata that polkadot.js reads, the newest first, as parameters of the runtime call. */
const VERSIONS = ["0x10000000", "0x0f000000", "0x0e000000"]

/** The metadata in an answer, in hex without 0x; undefined if there is none. It begins with "meta", after the byte of `Some` and its length. */
const metadataIn = (answer: unknown): string | undefined => {
  if (typeof answer !== "string" || !answer.startsWith("0x01")) return undefined
  const start = answer.indexOf("6d657461")
  return start >= 6 && start <= 14 ? answer.slice(start) : undefined
}

const Version = Schema.Struct({ specVersion: Schema.Int })

interface DescribedType {
  /** 0x-hex. */
  readonly metadata: `0x${string}`
  readonly specVersion: number
  readonly key: string
}

/** Asks a node for its runtime. Undefined if the node cannot say; then polkadot.js uses older requests. */
const askForRuntime = async (provider: WsProvider): Promise<DescribedType | undefined> => {
  const ask = (method: string, ...params: ReadonlyArray<unknown>) => provider.send<unknown>(method, [...params])
  try {
    const [version, ...names] = await Promise.all([ask("state_getRuntimeVersion"), ask("system_chain"), ask("system_properties")])
    if (!Schema.is(Version)(version)) return undefined
    for (const parameter of VERSIONS) {
      const bytes = metadataIn(await ask("state_call", "Metadata_metadata_at_version", parameter))
      if (bytes === undefined) continue
      const key = new Bun.CryptoHasher("sha256")
        .update(bytes)
        .update(JSON.stringify([version, names]))
        .digest("hex")
      return { metadata: `0x${bytes}`, specVersion: version.specVersion, key }
    }
    return undefined
  } catch {
    return undefined
  }
}

/** Replaces a method of polkadot.js that its types do not name. */
const replace = (api: ApiPromise, name: string, method: (usual: () => unknown, ...args: ReadonlyArray<unknown>) => unknown): void => {
  const usual: unknown = Reflect.get(api, name)
  if (typeof usual !== "function") throw new Error(`this version of polkadot.js has no ${name}`)
  Object.defineProperty(api, name, { value: (...args: ReadonlyArray<unknown>) => method(() => Reflect.apply(usual, api, args), ...args) })
}

/**
 * Opens polkadot.js over a connected provider, which no other api may use. The interfaces stay those of the runtime that it finds; `listener` hears
 * of upgrades.
 */
export const openApi = async (provider: WsProvider, listener: RuntimeListener): Promise<ApiPromise> => {
  const { ApiPromise, Metadata, TypeRegistry } = await loadPolkadot()
  withoutRuntimeNotices(provider, listener)
  const options = {
    // The provider's type and its interface differ in one `undefined`.
    provider: provider as ProviderInterface,
    noInitWarn: true,
    throwOnConnect: true,
    // Values at a block are read once, so a cache does not help. The default keeps the last hundred thousand.
    rpcCacheCapacity: 64,
    signedExtensions: Object.fromEntries(SUBTENSOR_EXTENSIONS.map((name) => [name, { extrinsic: {}, payload: {} }]))
  } satisfies ApiOptions
  const runtime = await askForRuntime(provider)
  if (runtime === undefined) return ApiPromise.create(options)
  const found = knownRuntimes.get(runtime.key)
  const registry = found?.registry ?? new TypeRegistry()
  const api = new ApiPromise({ ...options, registry })
  let metadata = found?.metadata
  replace(api, "_retrieveMetadata", async (usual, _apis, at) => {
    // An earlier block's metadata, for a registry of its own.
    if (at !== undefined) return usual()
    if (api.runtimeVersion.specVersion.toNumber() !== runtime.specVersion) throw new Error("the chain's runtime changed at this moment")
    if (metadata === undefined) {
      metadata = new Metadata(registry, runtime.metadata)
      // It only searches for unknown types, to print them.
      metadata.getUniqTypes = () => []
    }
    return metadata
  })
  // Shared interfaces are complete.
  if (found !== undefined) replace(api, "_initRegistry", (usual, its) => (its === registry ? undefined : usual()))
  await api.isReadyOrError
  // The registry keeps the options of its last api, and with them the provider.
  registry.setKnownTypes({})
  if (metadata !== undefined) knownRuntimes.set(runtime.key, { registry, metadata })
  return api
}
