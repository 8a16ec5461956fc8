/**
 * The connection to a Subtensor node, or to the dev chain: the same JSON-RPC and the same bytes. polkadot.js decodes everything through the
 * chain's own metadata; it is loaded when a command first asks for the chain.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration } from "@polkadot/api/types"
import { Context, Effect, Layer, type Stream } from "effect"
import type { BlockReference } from "./BlockReference.ts"
import * as Connections from "./connections.ts"
import type { ChainUnavailable, SubmitError } from "./errors.ts"
import * as FinalisedHeads from "./finalisedHeads.ts"
import * as Requests from "./requests.ts"
import * as Transactions from "./transactions.ts"

export type { BlockReference } from "./BlockReference.ts"
export { ChainUnavailable, InvalidEndpoint, isForgotten, type SubmitError, TransactionFailed, TransactionRefused } from "./errors.ts"
export type { Inclusion, Priced, SendGuard, SignedTransaction, Submission } from "./transactions.ts"

export class Chain extends Context.Tag("gittensor/Chain")<
  Chain,
  {
    readonly endpoint: string
    readonly genesisHash: string
    readonly finalisedHead: Effect.Effect<BlockReference, ChainUnavailable>
    /** Every finalised block from now on, in order, none twice; numbers that the node skips in its notifications are filled in. */
    readonly finalisedHeads: Stream.Stream<BlockReference>
    /** The hash of a block; a finalised one's is remembered. Fails for a block that the node does not have. */
    readonly hashOf: (block: number) => Effect.Effect<string, ChainUnavailable>
    /** The same of several blocks, with one request for all that are not known. */
    readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
    /** Milliseconds since 1970 of the chain's own clock at a block; of a block whose state the node has forgotten, too. */
    readonly timeAt: (hash: string) => Effect.Effect<number, ChainUnavailable>
    /** A read at the best block; `operation` names it in errors and spans. */
    readonly read: <A>(operation: string, read: (api: ApiPromise) => Promise<A>) => Effect.Effect<A, ChainUnavailable>
    /** A read of the state at one block. */
    readonly readAt: <A>(
      operation: string,
      hash: string,
      read: (api: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>
    ) => Effect.Effect<A, ChainUnavailable>
    /** A JSON-RPC request as it is, for what polkadot.js would split into several; the caller decodes the answer. */
    readonly request: (operation: string, method: string, params: ReadonlyArray<unknown>) => Effect.Effect<unknown, ChainUnavailable>
    /**
     * Raw storage values at a block's hash in the order of the keys, in 0x-hex, null where there is none. Reads of one block that several want at
     * the same moment are one request.
     */
    readonly storageAt: (keys: ReadonlyArray<string>, at: string) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
    /** Signs, sends and waits. Transactions of one signer are sent one after the other, so that their nonces follow each other. */
    readonly submit: (submission: Transactions.Submission) => Effect.Effect<Transactions.Inclusion, SubmitError>
    /** A transaction's fee in rao of TAO, without sending it. */
    readonly feeOf: (submission: Transactions.Priced) => Effect.Effect<bigint, ChainUnavailable>
    /** How many JSON-RPC requests have been sent. */
    readonly requestCount: Effect.Effect<number>
    /** The endpoint of now, as people may see it; none while there is no connection. */
    readonly endpointInUse: Effect.Effect<string | undefined>
  }
>() {}

/** Opens the connection; the layer's scope closes it. */
export const make = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const connections = yield* Connections.make(endpoints)
    const { learn, ...requests } = yield* Requests.make(connections)
    const { endpoint, genesisHash, current, inUse, requestCount } = connections
    return Chain.of({
      endpoint,
      genesisHash,
      ...requests,
      finalisedHeads: FinalisedHeads.make({ endpoint, current, hashesOf: requests.hashesOf, learn }),
      ...Transactions.make(connections, requests),
      requestCount,
      endpointInUse: inUse
    })
  })

/** The chain at one or several endpoints; the connection falls back to the next when one goes away. */
export const layer = (endpoints: ReadonlyArray<string>) => Layer.scoped(Chain, make(endpoints))
