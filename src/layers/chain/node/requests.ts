/** Sends requests over the connection in use, each with a time limit, a duration metric and a failure count. Has the reads built on them. */
import type { ApiPromise } from "@polkadot/api"
import { Deferred, Duration, Effect, FiberRef, Option, Schema, Scope } from "effect"
import { LRUCache } from "lru-cache"
import { count, observe } from "../../machine/telemetry/metrics.ts"
import type { BlockReference } from "./BlockReference.ts"
import type { BlockState } from "./BlockState.ts"
import * as BlockHashes from "./blockHashes.ts"
import { type Connection, type Connections, REQUEST_LIMIT } from "./connections.ts"
import { blockMissing, blockRefuted, ChainUnavailable, isNodesFailure, isPruned, isUnknownBlock, reasonOf } from "./errors.ts"
import * as Runtimes from "./runtimes.ts"
import * as Storage from "./storage.ts"

/** The blocks whose times are cached: a day. */
const TIMES = 7_200

/** Strips block numbers and names from an operation, so that the metric's label takes few values. */
const kindOf = (operation: string): string => operation.replace(/(?<!\s)\s+(of )?\d.*$/s, "")

export const referenceOf = async (api: ApiPromise, hash: string): Promise<BlockReference> => ({
  number: (await api.rpc.chain.getHeader(hash)).number.toNumber(),
  hash
})

/** An item that every runtime has. */
const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error("the chain's metadata lacks System.BlockHash: is the endpoint a Substrate node?")
  return value
}

/** How many of the newest finalised blocks every node has the state of: by default a node keeps 256. */
const KEPT_EVERYWHERE = 64

/** The fields of a header that are read. */
const Header = Schema.NullOr(Schema.Struct({ number: Schema.NumberFromString }))

export const make = Effect.fn("Chain.requests")(function* ({
  answered,
  current,
  elsewhere,
  endpoint,
  leave
}: Pick<Connections, "answered" | "current" | "elsewhere" | "endpoint" | "leave">) {
  const unavailableAt = (operation: string, reason: string, at = endpoint) => new ChainUnavailable({ endpoint: at, operation, reason })
  /** Hashes of the newest finalised blocks. */
  const recent = new LRUCache<string, true>({ max: KEPT_EVERYWHERE })
  /** The connection that a fiber reads by instead of the one in use. */
  const instead = yield* FiberRef.make<Connection | undefined>(undefined)

  /** Waits for a connection if there is none. Losing the connection or reaching the time limit ends the wait. `at`: the block that is read, if it is one. */
  const reading = <A>(operation: string, run: (api: ApiPromise) => Promise<A>, at?: string): Effect.Effect<A, ChainUnavailable> => {
    const inTime = (at?: string) =>
      Effect.timeoutFail({
        duration: REQUEST_LIMIT,
        onTimeout: () => unavailableAt(operation, `no answer in ${Duration.format(REQUEST_LIMIT)}`, at)
      })
    const isRecent = at !== undefined && recent.has(at)
    return FiberRef.get(instead).pipe(
      Effect.flatMap((own) => (own === undefined ? inTime()(current) : Effect.succeed(own))),
      Effect.flatMap((connection) =>
        Effect.tryPromise({
          try: () => run(connection.api),
          catch: (cause) => unavailableAt(operation, reasonOf(cause), connection.endpoint)
        }).pipe(
          inTime(connection.endpoint),
          Effect.tapBoth({
            onSuccess: () => answered(connection, undefined),
            onFailure: (error) => Effect.when(answered(connection, error.reason), () => isNodesFailure(error, isRecent))
          }),
          Effect.raceFirst(Deferred.await(connection.lost))
        )
      ),
      Effect.timed,
      Effect.tap(([took]) =>
        observe("gittensor_chain_operation_duration_seconds", Duration.toSeconds(took), { operation: kindOf(operation) })
      ),
      Effect.map(([, value]) => value),
      Effect.tapError(() => count("gittensor_chain_failures_total", { operation: kindOf(operation) })),
      Effect.withSpan("Chain.read", { attributes: { operation } })
    )
  }
  const read = <A>(operation: string, run: (api: ApiPromise) => Promise<A>) => reading(operation, run)

  /**
   * Does work again at each other endpoint, and then at another node of the endpoint in use, while it fails because the node has pruned what it reads: one pruned
   * node does not say that no other has it.
   */
  const anywhere = <A, E extends { readonly _tag: string }, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.catchIf(work, isPruned, (forgotten) => {
      const from = ([next, ...others]: Effect.Effect.Success<typeof elsewhere>): Effect.Effect<A, E, R> =>
        next === undefined
          ? Effect.fail(forgotten)
          : Effect.scopedWith((scope) =>
              Effect.flatMap(
                Effect.option(Scope.extend(next, scope)),
                Option.match({
                  onNone: () => Effect.fail(forgotten),
                  onSome: (connection) => Effect.locally(work, instead, connection)
                })
              )
            ).pipe(Effect.catchIf(isPruned, () => from(others)))
      return Effect.flatMap(elsewhere, from)
    })

  const first = (yield* current).api
  const atBlock = Runtimes.make(first)

  const request = (operation: string, method: string, params: ReadonlyArray<unknown>) =>
    reading<unknown>(
      operation,
      (api) => api.rpc(method, ...params),
      params.find((one): one is string => typeof one === "string" && recent.has(one))
    )

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
      reading(operation, (api) => atBlock(api, hash, (at) => run(at, api)), hash)
    )

  const makeStorage = () =>
    Storage.make(
      (keys, at) => atKnown(at, request("storage", "state_queryStorageAt", [keys, at])),
      (reason) => unavailableAt("storage", reason)
    )
  const shared = makeStorage()
  const storageAt: ReturnType<typeof Storage.make> = (keys, at) =>
    Effect.flatMap(FiberRef.get(instead), (own) => (own === undefined ? shared : makeStorage())(keys, at))

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

  const learn = (block: BlockReference) => {
    recent.set(block.hash, true)
    hashes.learn(block)
  }

  const times = new LRUCache<string, number>({ max: TIMES })
  const timeInState = (hash: string) =>
    readAt("time of a block", hash, async (at) => {
      const now = at.query.timestamp?.now
      if (now === undefined) throw new Error("the chain has no Timestamp pallet")
      return Number((await now()).toString())
    })
  const timeInBody = (hash: string) =>
    read("time in a block", async (api) => {
      const { block } = await api.rpc.chain.getBlock(hash)
      const set = block.extrinsics.find(({ method }) => method.section === "timestamp" && method.method === "set")
      if (set === undefined) throw new Error("the block has no time")
      return Number(set.method.args[0]?.toString())
    })
  /** In milliseconds since 1970. It never changes; if the node has pruned the block's state, it is read from the block's body. */
  const timeAt = (hash: string) =>
    Effect.suspend(() => {
      const known = times.get(hash)
      if (known !== undefined) return Effect.succeed(known)
      return timeInState(hash).pipe(
        Effect.catchIf(isPruned, () => timeInBody(hash)),
        Effect.tap((time) => Effect.sync(() => times.set(hash, time)))
      )
    })

  return {
    read,
    readAt,
    request,
    storageAt,
    hashOf: hashes.hashOf,
    hashesOf: hashes.hashesOf,
    claimedHashes: hashes.claimedHashes,
    learn,
    anywhere,
    timeAt,
    finalisedHead: read("finalised head", async (api) => referenceOf(api, (await api.rpc.chain.getFinalizedHead()).toHex())).pipe(
      Effect.tap((head) => Effect.sync(() => learn(head)))
    )
  }
})

export type Requests = Effect.Effect.Success<ReturnType<typeof make>>
