import { Duration, Effect, Runtime, type Scope } from "effect"
import { genesisBlock } from "./Block.ts"
import * as BlockProducer from "./BlockProducer.ts"
import * as Chain from "./Chain.ts"
import { lengthPrefixed } from "./codec/scale.ts"
import type { DevChainError } from "./DevChainError.ts"
import * as NativeExecutor from "./executor/NativeExecutor.ts"
import { devGenesis, type GenesisJson, genesisState, mergeGenesis } from "./genesis.ts"
import { allMethods } from "./rpc/methods.ts"
import { serve } from "./server.ts"
import * as Shield from "./shield.ts"
import * as ChainDatabase from "./state/ChainDatabase.ts"
import { defaultRetention, StateStore } from "./state/StateStore.ts"

export interface DevChainOptions {
  /** The runtime's WebAssembly, plain or compressed with zstd. */
  readonly runtime: Uint8Array
  /** Default 0: a free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default: a block each second. */
  readonly blockTime?: BlockProducer.BlockTime
  /** Merged over {@link devGenesis}. */
  readonly genesis?: GenesisJson
  /** A folder that stores the chain between starts. Without it, the chain is lost at exit. */
  readonly keep?: string
  /** Time added to the chain's clock by each block, instead of following the wall clock. */
  readonly clockStep?: Duration.Duration
  /** How many blocks' states stay readable. Default 20,000. */
  readonly retention?: number
  /** Continues from another chain's snapshot instead of starting at genesis. Must not be combined with `keep`. */
  readonly from?: ChainDatabase.StoredChain
  /** The answer of `system_version`. */
  readonly version?: string
}

export interface DevChain {
  /** `ws://HOST:PORT`; the same port accepts HTTP POST. */
  readonly endpoint: string
  readonly port: number
  /** 0x and 64 hexadecimal digits. */
  readonly genesisHash: string
  readonly chain: Chain.Chain
  readonly producer: BlockProducer.BlockProducer
}

const identity = (version: string) => ({
  chain: "Gittensor Dev",
  version,
  properties: { ss58Format: 42, tokenDecimals: 9, tokenSymbol: "TAO" }
})

/** A snapshot from which another chain can continue. The chain must still retain every block's state. */
export const snapshotOf = ({ chain }: DevChain): ChainDatabase.StoredChain => {
  const blocks = Array.from({ length: chain.head().number + 1 }, (_, number) => chain.blockAt(number) ?? chain.genesis)
  return { blocks, changes: blocks.map((block) => ({ block: block.number, changes: chain.changesOf(block) })), floor: 0 }
}

/** Starts a dev chain that runs until the scope ends. */
export const start = (options: DevChainOptions): Effect.Effect<DevChain, DevChainError, Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<never>()
    const executor = yield* NativeExecutor.make({
      // The caller reports the errors of its calls; the runtime's own messages are for debugging.
      log: (_level, target, message) => Runtime.runFork(runtime)(Effect.annotateLogs(Effect.logDebug(message), "target", target))
    })
    const [origin] = options.from?.blocks ?? []
    const { publicKey } = yield* Shield.make
    const state =
      origin === undefined
        ? [
            ...(yield* genesisState(executor, options.runtime, mergeGenesis(devGenesis, options.genesis ?? {}))),
            { child: "", key: Shield.publicKeyKey, value: lengthPrefixed(publicKey) }
          ]
        : []
    const genesis = origin ?? genesisBlock(state)
    const store = new StateStore(options.retention ?? defaultRetention)
    const database = options.keep === undefined ? undefined : yield* ChainDatabase.open(options.keep, genesis.hash)
    const stored = database?.stored ?? options.from
    if (stored === undefined) store.write(0, state)
    else {
      store.restoreFloor(stored.floor)
      for (const { block, changes } of stored.changes) store.write(block, changes)
    }
    const fresh = database !== undefined && stored === undefined
    if (fresh) yield* Effect.orDie(database.append(genesis, state, 0))
    const chain = yield* Chain.make({
      executor,
      store,
      blocks: stored?.blocks ?? [genesis],
      clock: { step: options.clockStep === undefined ? undefined : Duration.toMillis(options.clockStep) },
      persist: database?.append ?? (() => Effect.void)
    })
    const producer = yield* BlockProducer.make(chain, options.blockTime ?? Duration.seconds(1))
    const host = options.host ?? "127.0.0.1"
    const port = yield* serve(allMethods(chain, producer, identity(options.version ?? "0.0.0")), { host, port: options.port ?? 0 })
    return { endpoint: `ws://${host.includes(":") ? `[${host}]` : host}:${port}`, port, genesisHash: `0x${genesis.hash}`, chain, producer }
  })
