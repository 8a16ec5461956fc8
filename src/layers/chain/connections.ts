/**
 * The connection to a node, and the next one when it is lost. A connection is lost when the node closes it, and also when it says nothing any
 * more: a half-open one never ends by itself. Each connection has a provider and an api of its own, because polkadot.js cannot leave a socket
 * whose other side does not answer its closing.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ProviderInterface } from "@polkadot/rpc-provider/types"
import { Deferred, Duration, Effect, Exit, Ref, Schedule, Scope } from "effect"
import { ChainUnavailable, InvalidEndpoint, reasonOf } from "./errors.ts"
import { loadPolkadot } from "./polkadot.ts"

export interface Connection {
  readonly api: ApiPromise
  /** Fails as soon as the connection is lost. */
  readonly lost: Deferred.Deferred<never, ChainUnavailable>
  /** How many JSON-RPC requests it has sent. */
  readonly requests: () => number
}

export interface Connections {
  /** All endpoints, for messages. */
  readonly endpoint: string
  readonly genesisHash: string
  /** The connection of now; while there is none, the next one. */
  readonly current: Effect.Effect<Connection>
  readonly requestCount: Effect.Effect<number>
}

/** One request is given up after this. */
export const REQUEST_LIMIT = Duration.seconds(20)
const CONNECT_LIMIT = Duration.seconds(12)
/** A heartbeat so often, and no longer than that to answer it: silence is noticed within twice this. */
const HEARTBEAT = Duration.seconds(10)
const BEFORE_RECONNECTING = Duration.seconds(1)

/** Extensions of Subtensor's transactions that polkadot.js does not know; none of them carries bytes. */
const SUBTENSOR_EXTENSIONS = [
  "ChargeTransactionPaymentWrapper",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority"
]

/** Opens a connection to one endpoint; the scope's end closes it. */
const open = Effect.fn("Chain.open")(function* (endpoint: string) {
  const { ApiPromise, WsProvider } = yield* loadPolkadot
  const unavailable = (operation: string, reason: string) => new ChainUnavailable({ endpoint, operation, reason })
  const lost = yield* Deferred.make<never, ChainUnavailable>()
  const provider = yield* Effect.acquireRelease(
    Effect.sync(() => new WsProvider(endpoint, false, {}, Duration.toMillis(REQUEST_LIMIT), 64)),
    (provider) => Effect.promise(() => provider.disconnect().catch(() => undefined))
  )
  const lose = (operation: string, reason: string) => Deferred.unsafeDone(lost, Effect.fail(unavailable(operation, reason)))
  provider.on("error", (cause) => lose("connect", reasonOf(cause)))
  provider.on("disconnected", () => lose("stay connected", "the node closed the connection"))
  const ready = Effect.tryPromise({
    try: async () => {
      await provider.connect()
      return ApiPromise.create({
        // The provider's own type lacks one `undefined` that its interface forbids.
        provider: provider as ProviderInterface,
        noInitWarn: true,
        throwOnConnect: true,
        signedExtensions: Object.fromEntries(SUBTENSOR_EXTENSIONS.map((name) => [name, { extrinsic: {}, payload: {} }]))
      })
    },
    catch: (cause) => unavailable("connect", reasonOf(cause))
  })
  const api = yield* ready.pipe(
    Effect.raceFirst(Deferred.await(lost)),
    Effect.timeoutFail({
      duration: CONNECT_LIMIT,
      onTimeout: () => unavailable("connect", `no answer in ${Duration.format(CONNECT_LIMIT)}`)
    })
  )
  yield* Effect.addFinalizer(() => Effect.promise(() => api.disconnect().catch(() => undefined)))
  yield* Effect.tryPromise({
    try: () => api.rpc.system.health(),
    catch: (cause) => unavailable("heartbeat", reasonOf(cause))
  }).pipe(
    Effect.timeoutFail({
      duration: HEARTBEAT,
      onTimeout: () => unavailable("heartbeat", `no answer in ${Duration.format(HEARTBEAT)}`)
    }),
    Effect.repeat(Schedule.spaced(HEARTBEAT)),
    Effect.catchAll((error) => Deferred.fail(lost, error)),
    Effect.forkScoped
  )
  return { api, lost, requests: () => provider.stats.total.requests } satisfies Connection
})

/** Opens a connection to the first endpoint that answers. */
const openAny = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const reasons: Array<ChainUnavailable> = []
    for (const endpoint of endpoints) {
      const own = yield* Scope.make()
      const opened = yield* Effect.either(Scope.extend(open(endpoint), own))
      if (opened._tag === "Right") {
        yield* Scope.addFinalizerExit(scope, (exit) => Scope.close(own, exit))
        return opened.right
      }
      yield* Scope.close(own, Exit.void)
      reasons.push(opened.left)
    }
    const [first] = reasons
    if (first !== undefined && reasons.length === 1) return yield* first
    const reason = reasons.map((error) => `${error.endpoint}: ${error.reason}`).join("; ")
    return yield* new ChainUnavailable({ endpoint: endpoints.join(", "), operation: "connect", reason })
  })

/** Connects, and keeps connected until the scope ends. Fails when no endpoint answers at the start. */
export const make = Effect.fn("Chain.connect")(function* (endpoints: ReadonlyArray<string>) {
  const wrong = endpoints.find((url) => !/^wss?:\/\/[^\s/]+\S*$/.test(url) || !URL.canParse(url))
  if (wrong !== undefined) return yield* new InvalidEndpoint({ endpoint: wrong })
  const scope = yield* Effect.scope
  const openIn = Effect.gen(function* () {
    const own = yield* Scope.fork(scope, { _tag: "Sequential" })
    const connection = yield* Scope.extend(openAny(endpoints), own).pipe(Effect.onError(() => Scope.close(own, Exit.void)))
    return { ...connection, close: Scope.close(own, Exit.void) }
  })
  type Opened = Effect.Effect.Success<typeof openIn>

  const first = yield* openIn
  const genesisHash = first.api.genesisHash.toHex()
  const slot = yield* Ref.make(yield* Deferred.make<Opened>())
  const requestsBefore = yield* Ref.make(0)
  const fill = (connection: Opened) => Effect.flatMap(Ref.get(slot), (waiting) => Deferred.succeed(waiting, connection))

  const sameChain = (connection: Opened) => {
    const genesis = connection.api.genesisHash.toHex()
    if (genesis === genesisHash) return Effect.succeed(connection)
    const reason = `another chain answers there, with genesis ${genesis}`
    return Effect.zipRight(connection.close, new ChainUnavailable({ endpoint: endpoints.join(", "), operation: "connect", reason }))
  }
  const again = openIn.pipe(
    Effect.flatMap(sameChain),
    Effect.tapError((error) => Effect.logWarning("no connection to the chain", error.message)),
    Effect.retry(Schedule.exponential("1 second", 1.5).pipe(Schedule.union(Schedule.spaced("10 seconds")), Schedule.jittered)),
    Effect.tap(() => Effect.logInfo("connected to the chain again")),
    // The schedule never ends.
    Effect.orDie
  )
  /** Serves a connection until it is lost; answers the next one. */
  const serve = (connection: Opened) =>
    fill(connection).pipe(
      Effect.zipRight(Deferred.await(connection.lost)),
      Effect.catchAll((why) =>
        Effect.gen(function* () {
          yield* Ref.set(slot, yield* Deferred.make<Opened>())
          yield* Ref.update(requestsBefore, (count) => count + connection.requests())
          yield* connection.close
          // A command that ends because of the loss needs no new connection, and no word about it.
          yield* Effect.sleep(BEFORE_RECONNECTING)
          yield* Effect.logWarning("the connection to the chain is lost", why.message)
          return yield* again
        })
      )
    )
  yield* fill(first)
  yield* Effect.iterate(first, { while: () => true, body: serve }).pipe(Effect.forkScoped)

  const current = Effect.flatMap(Ref.get(slot), Deferred.await)
  return {
    endpoint: endpoints.join(", "),
    genesisHash,
    current,
    requestCount: Effect.zipWith(Ref.get(requestsBefore), current, (before, { requests }) => before + requests())
  } satisfies Connections
})
