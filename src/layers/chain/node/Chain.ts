/**
 * The connection to a Subtensor node, or to the dev chain, which has the same JSON-RPC and the same bytes. polkadot.js decodes everything by the
 * chain's own metadata. It is loaded when a command first uses the chain.
 */
import type { ApiPromise } from "@polkadot/api"
import { Context, Effect, Layer, type Stream } from "effect"
import type { BlockReference } from "./BlockReference.ts"
import type { BlockState } from "./BlockState.ts"
import type { BlockHashes } from "./blockHashes.ts"
import * as Connections from "./connections.ts"
import type { ChainUnavailable, SubmitError } from "./errors.ts"
import * as FinalisedHeads from "./finalisedHeads.ts"
import * as Requests from "./requests.ts"
import * as Transactions from "./transactions.ts"

/** Whether a node's answer to system_chainType names a chain for development. */
export const isForDevelopment = (kind: unknown): boolean => kind === "Development" || kind === "Local"

export type { BlockReference } from "./BlockReference.ts"
export { ChainUnavailable, isPruned, type SubmitError, TransactionRefused } from "./errors.ts"
export type { Inclusion, SendGuard, SignedTransaction } from "./transactions.ts"

export class Chain extends Context.Tag("gittensor/Chain")<
  Chain,
  {
    readonly endpoint: string
    readonly genesisHash: string
    /** Whether the chain's type is Development or Local; then all its neurons may be on one machine. */
    readonly isDevelopment: boolean
    readonly finalisedHead: Effect.Effect<BlockReference, ChainUnavailable>
    /** Every finalised block from now on, each once and in order. Blocks that the node skips in its notifications are filled in. */
    readonly finalisedHeads: Stream.Stream<BlockReference>
    readonly hashOf: BlockHashes["hashOf"]
    readonly hashesOf: BlockHashes["hashesOf"]
    readonly claimedHashes: BlockHashes["claimedHashes"]
    /** The chain's timestamp of a block, in milliseconds since 1970. Works for pruned blocks too. */
    readonly timeAt: (hash: string) => Effect.Effect<number, ChainUnavailable>
    /** Reads at the best block. `operation` names the read in errors and spans. */
    readonly read: <A>(operation: string, read: (api: ApiPromise) => Promise<A>) => Effect.Effect<A, ChainUnavailable>
    readonly readAt: <A>(
      operation: string,
      hash: string,
      read: (api: BlockState, full: ApiPromise) => Promise<A>
    ) => Effect.Effect<A, ChainUnavailable>
    /** Sends one raw JSON-RPC request, where polkadot.js would send several. The caller decodes the answer. */
    readonly request: (operation: string, method: string, params: ReadonlyArray<unknown>) => Effect.Effect<unknown, ChainUnavailable>
    /**
     * Raw storage values at a block's hash, in the order of the keys: 0x-hex, or null where nothing is stored. Concurrent reads of one block share
     * one request.
     */
    readonly storageAt: (keys: ReadonlyArray<string>, at: string) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
    /**
     * Does work again at each other endpoint, and then at another node of the endpoint in use, while it fails because the node has pruned what it reads. The last
     * such error says that none of them has it.
     */
    readonly anywhere: Requests.Requests["anywhere"]
    /** Signs, asks the guard, sends and waits. Transactions of one signer are sent one after the other, so that their nonces follow each other. */
    readonly submit: (submission: Transactions.Submission) => Effect.Effect<Transactions.Inclusion, SubmitError>
    /** A transaction's fee in rao of TAO, without sending it. */
    readonly feeOf: (submission: Transactions.Priced) => Effect.Effect<bigint, ChainUnavailable>
    /** What the transactions that this process sent have cost in fees, in rao of TAO. */
    readonly feesPaid: Effect.Effect<bigint>
    /** How many JSON-RPC requests have been sent so far. */
    readonly requestCount: Effect.Effect<number>
    /** The endpoint in use, without secrets; undefined while there is no connection. */
    readonly endpointInUse: Effect.Effect<string | undefined>
  }
>() {}

/** Opens the connection; the layer's scope closes it. */
const make = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const connections = yield* Connections.make(endpoints)
    const { learn, ...requests } = yield* Requests.make(connections)
    const isDevelopment = isForDevelopment(yield* requests.request("kind of the chain", "system_chainType", []))
    const { endpoint, genesisHash, current, inUse, requestCount } = connections
    return Chain.of({
      endpoint,
      genesisHash,
      isDevelopment,
      ...requests,
      finalisedHeads: FinalisedHeads.make({ endpoint, current, hashesOf: requests.hashesOf, learn }),
      ...Transactions.make(connections, requests),
      requestCount,
      endpointInUse: inUse
    })
  })

/** The chain at one or several endpoints. When a connection is lost, the next endpoint takes over. */
export const layer = (endpoints: ReadonlyArray<string>) => Layer.scoped(Chain, make(endpoints))
