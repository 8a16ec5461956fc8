/** Sends requests over the connection in use, each with a time limit, a duration metric and a failure count. Has the reads built on them. */
import type { ApiPromise } from "@polkadot/api"
import { Deferred, Duration, Effect, Schema } from "effect"
import { count, observe } from "../../machine/telemetry/metrics.ts"
import type { BlockReference } from "./BlockReference.ts"
import type { BlockState } from "./BlockState.ts"
import * as BlockHashes from "./blockHashes.ts"
import * as BlockTimes from "./blockTimes.ts"
import { type Connections, REQUEST_LIMIT } from "./connections.ts"
import { blockMissing, blockRefuted, ChainUnavailable, isUnknownBlock, reasonOf } from "./errors.ts"
import * as Runtimes from "./runtimes.ts"
import * as Storage from "./storage.ts"

/** Strips block numbers and names from an operation, so that the metric's label takes few values. */
const kindOf = (operation: string): string => operation.replace(/(?<!\s)\s+(of )?\d.*$/s, "")

/** A block's number and hash, by its hash. */
export const referenceOf = async (api: ApiPromise, hash: string): Promise<BlockReference> => ({
  number: (await api.rpc.chain.getHeader(hash)).number.toNumber(),
  hash
})

/** An item that every runtime has. */
const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error("the chain's metadata lacks System.BlockHash: is the endpoint a Substrate node?")
  return value
}

/** The field read from a header. */
const Header = Schema.NullOr(Schema.Struct({ number: Schema.NumberFromString }))

export const make = Effect.fn("Chain.requests")(function* ({
  endpoint,
  current,
  leave
}: Pick<Connections, "endpoint" | "current" | "leave">) {
  const unavailableAt = (operation: string, reason: string) => new ChainUnavailable({ endpoint, operation, reason })

  /** Waits for a connection if there is none. Losing the connection or reaching the time limit ends the wait. */
  const read = <A>(operation: string, run: (api: ApiPromise) => Promise<A>): Effect.Effect<A, ChainUnavailable> =>
    current.pipe(
      Effect.flatMap(({ api, lost }) =>
        Effect.tryPromise({ try: () => run(api), catch: (cause) => unavailableAt(operation, reasonOf(cause)) }).pipe(
          Effect.raceFirst(Deferred.await(lost))
        )
      ),
      Effect.timeoutFail({
        duration: REQUEST_LIMIT,
        onTimeout: () => unavailableAt(operation, `no answer in ${Duration.format(REQUEST_LIMIT)}`)
      }),
      Effect.timed,
      Effect.tap(([took]) =>
        observe("gittensor_chain_operation_duration_seconds", Duration.toSeconds(took), { operation: kindOf(operation) })
      ),
      Effect.map(([, value]) => value),
      Effect.tapError(() => count("gittensor_chain_failures_total", { operation: kindOf(operation) })),
      Effect.withSpan("Chain.read", { attributes: { operation } })
    )

  const first = (yield* current).api
  const stateAt = Runtimes.make(first)

  const request = (operation: string, method: string, params: ReadonlyArray<unknown>) =>
    read<unknown>(operation, (api) => api.rpc(method, ...params))

  const asked = <A, I>(operation: string, schema: Schema.Schema<A, I>, method: string, param: unknown) =>
    request(operation, method, [param]).pipe(
      Effect.flatMap(Schema.decodeUnknown(schema)),
      Effect.catchTag("ParseError", ({ message }) => unavailableAt(operation, message))
    )

  /** Drops a cached hash that the node does not know. */
  const atKnown = <A>(hash: string, reading: Effect.Effect<A, ChainUnavailable>) =>
    Effect.tapError(reading, (error) => Effect.sync(() => isUnknownBlock(error) && hashes.forget(hash)))

  const readAt = <A>(operation: string, hash: string, run: (at: BlockState, full: ApiPromise) => Promise<A>) =>
    atKnown(
      hash,
      read(operation, async (api) => run(await stateAt(api, hash), api))
    )

  const storageAt = Storage.make(
    (keys, at) => atKnown(at, request("storage", "state_queryStorageAt", [keys, at])),
    (reason) => unavailableAt("storage", reason)
  )

  const hashes = BlockHashes.make({
    claimed: (blocks) => asked("hashes of blocks", Schema.Array(Schema.NullOr(Schema.String)), "chain_getBlockHash", blocks),
    // frame_system's BlockHash, in every runtime, stores the hashes of the last BlockHashCount blocks.
    stored: (blocks, at) =>
      storageAt(
        blocks.map((block) => required(first.query.system?.blockHash).key(block)),
        at.hash
      ),
    kept: Number(required(first.consts.system?.blockHashCount).toString()),
    numberOf: (hash) => Effect.map(asked("header of a block", Header, "chain_getHeader", hash), (header) => header?.number ?? null),
    missing: (block) => blockMissing(endpoint, block),
    refuted: (block) => Effect.tapError(blockRefuted(endpoint, block), leave)
  })

  const timeAt = BlockTimes.make(
    (hash) =>
      readAt("time of a block", hash, async (at) => {
        const now = at.query.timestamp?.now
        if (now === undefined) throw new Error("the chain has no Timestamp pallet")
        return Number((await now()).toString())
      }),
    (hash) =>
      read("time in a block", async (api) => {
        const { block } = await api.rpc.chain.getBlock(hash)
        const set = block.extrinsics.find(({ method }) => method.section === "timestamp" && method.method === "set")
        if (set === undefined) throw new Error("the block has no time")
        return Number(set.method.args[0]?.toString())
      })
  )

  return {
    read,
    readAt,
    request,
    storageAt,
    hashOf: hashes.hashOf,
    hashesOf: hashes.hashesOf,
    claimedHashes: hashes.claimedHashes,
    learn: hashes.learn,
    timeAt,
    finalisedHead: read("finalised head", async (api) => referenceOf(api, (await api.rpc.chain.getFinalizedHead()).toHex())).pipe(
      Effect.tap((head) => Effect.sync(() => hashes.learn(head)))
    )
  }
})

export type Requests = Effect.Effect.Success<ReturnType<typeof make>>
