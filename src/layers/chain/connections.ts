/**
 * The connection to a node, and the next one when it is lost. A connection is lost when the node closes it, when it says nothing any more (a half-open
 * one never ends by itself), and when its finalised head stays behind that of another endpoint. Each connection has a provider and an api of its own,
 * because polkadot.js cannot leave a socket whose other side does not answer its closing.
 */
import type { ApiPromise } from "@polkadot/api"
import type { WsProvider } from "@polkadot/rpc-provider"
import type { ProviderInterface } from "@polkadot/rpc-provider/types"
import { Deferred, Duration, Effect, Exit, Ref, Schedule, Scope } from "effect"
import { count, set } from "../../telemetry/metrics.ts"
import { finalisedNumberOf, isEndpoint, shown } from "./endpoint.ts"
import { ChainUnavailable, InvalidEndpoint, reasonOf } from "./errors.ts"
import { loadPolkadot } from "./polkadot.ts"
import { withoutUpgrades } from "./runtimeNotices.ts"

export interface Connection {
  /** Its place in the list of endpoints. */
  readonly index: number
  readonly api: ApiPromise
  /** Fails as soon as the connection is lost. */
  readonly lost: Deferred.Deferred<never, ChainUnavailable>
  /** Fails when the chain has another runtime than this connection began with: nothing new is begun on it; what was begun may end. */
  readonly superseded: Deferred.Deferred<never, ChainUnavailable>
  /** How many JSON-RPC requests it has sent. */
  readonly requests: () => number
}

export interface Connections {
  /** All endpoints, for messages. */
  readonly endpoint: string
  readonly genesisHash: string
  /** The connection of now; while there is none, the next one. */
  readonly current: Effect.Effect<Connection>
  /** The endpoint of now, for people; none while there is no connection. */
  readonly inUse: Effect.Effect<string | undefined>
  readonly requestCount: Effect.Effect<number>
}

/** One request is given up after this. */
export const REQUEST_LIMIT = Duration.seconds(20)
const CONNECT_LIMIT = Duration.seconds(12)
/** A heartbeat so often, and no longer than that to answer it: silence is noticed within twice this. */
const HEARTBEAT = Duration.seconds(10)
const BEFORE_RECONNECTING = Duration.seconds(1)
/** What was begun under a runtime of before, a transaction that waits for finality most of all, may take so long to end. */
const RETIREMENT = Duration.seconds(150)

export interface Rules {
  /** How often the other endpoints are asked how far they are. */
  readonly compareEvery: Duration.Duration
  /** So many finalised blocks behind another endpoint, the present one is left. */
  readonly mostBehind: number
}

const defaultRules: Rules = { compareEvery: Duration.seconds(60), mostBehind: 10 }

/** Extensions of Subtensor's transactions that polkadot.js does not know; none of them carries bytes. */
const SUBTENSOR_EXTENSIONS = [
  "ChargeTransactionPaymentWrapper",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority"
]

/**
 * Answers are kept by nobody but who asked. The provider would keep them by question, and its cache forgets to forget: an answer that is asked again at the
 * moment at which it is the oldest stays for ever.
 */
const withoutAnswers = (provider: WsProvider): WsProvider => {
  const send: WsProvider["send"] = provider.send.bind(provider)
  provider.send = (method, parameters, _isCacheable, subscription) => send(method, parameters, false, subscription)
  return provider
}

/** What closes a connection may wait for a node that is gone: nobody waits for it longer than that. */
const closing = (close: () => Promise<unknown>) =>
  Effect.promise(() => close().catch(() => undefined)).pipe(Effect.interruptible, Effect.timeout("1 second"), Effect.ignore)

/** Opens a connection to one endpoint; the scope's end closes it. */
const open = Effect.fn("Chain.open")(function* (endpoint: string, index: number) {
  const { ApiPromise, WsProvider } = yield* loadPolkadot
  const unavailable = (operation: string, reason: string) => new ChainUnavailable({ endpoint: shown(endpoint), operation, reason })
  const lost = yield* Deferred.make<never, ChainUnavailable>()
  const superseded = yield* Deferred.make<never, ChainUnavailable>()
  const supersede = (version: number) =>
    Deferred.unsafeDone(superseded, Effect.fail(unavailable("follow the runtime", `the chain has version ${version} of its runtime now`)))
  const provider = yield* Effect.acquireRelease(
    Effect.sync(() => withoutUpgrades(withoutAnswers(new WsProvider(endpoint, false, {}, Duration.toMillis(REQUEST_LIMIT))), supersede)),
    (provider) => closing(() => provider.disconnect())
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
        // Whatever is read at a block is read once: the default keeps the last hundred thousand values.
        rpcCacheCapacity: 64,
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
  yield* Effect.addFinalizer(() => closing(() => api.disconnect()))
  const heartbeat = Effect.tryPromise({
    try: () => api.rpc.system.health(),
    catch: (cause) => unavailable("heartbeat", reasonOf(cause))
  }).pipe(
    Effect.timeoutFail({
      duration: HEARTBEAT,
      onTimeout: () => unavailable("heartbeat", `no answer in ${Duration.format(HEARTBEAT)}`)
    }),
    Effect.zipRight(Effect.suspend(() => set("gittensor_chain_runtime_version", api.runtimeVersion.specVersion.toNumber())))
  )
  yield* heartbeat.pipe(
    Effect.repeat(Schedule.spaced(HEARTBEAT)),
    Effect.catchAll((error) => Deferred.fail(lost, error)),
    Effect.raceFirst(Effect.ignore(Deferred.await(superseded))),
    Effect.forkScoped
  )
  return { index, api, lost, superseded, requests: () => provider.stats.total.requests } satisfies Connection
})

/** Opens a connection to the first endpoint that answers, in this order of their places. */
const openAny = (endpoints: ReadonlyArray<string>, order: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const reasons: Array<ChainUnavailable> = []
    for (const index of order) {
      const own = yield* Scope.make()
      const opened = yield* Effect.either(Scope.extend(open(endpoints[index] ?? "", index), own))
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
    return yield* new ChainUnavailable({ endpoint: endpoints.map(shown).join(", "), operation: "connect", reason })
  })

/** Loses a connection when another endpoint of the same chain is far ahead of it. */
const compare = (endpoints: ReadonlyArray<string>, connection: Connection, genesisHash: string, rules: Rules) =>
  Effect.gen(function* () {
    const present = endpoints[connection.index] ?? ""
    const own = yield* Effect.promise(async () => {
      try {
        return (await connection.api.rpc.chain.getHeader(await connection.api.rpc.chain.getFinalizedHead())).number.toNumber()
      } catch {
        return undefined
      }
    })
    const others = yield* Effect.forEach(
      endpoints.filter((_, index) => index !== connection.index),
      (endpoint) => Effect.map(finalisedNumberOf(endpoint, genesisHash, HEARTBEAT), (number) => ({ endpoint, number })),
      { concurrency: "unbounded" }
    )
    for (const { endpoint, number } of [{ endpoint: present, number: own }, ...others])
      if (number !== undefined) yield* set("gittensor_chain_endpoint_head_block", number, { endpoint: shown(endpoint) })
    const ahead = others.find(({ number }) => own !== undefined && number !== undefined && number >= own + rules.mostBehind)
    if (ahead === undefined) return
    const reason = `its finalised head is block ${own}, ${shown(ahead.endpoint)} has ${ahead.number}`
    yield* Deferred.fail(connection.lost, new ChainUnavailable({ endpoint: shown(present), operation: "keep up", reason }))
  }).pipe(Effect.delay(rules.compareEvery), Effect.forever)

/** Connects, and keeps connected until the scope ends. Fails when no endpoint answers at the start. */
export const make = Effect.fn("Chain.connect")(function* (endpoints: ReadonlyArray<string>, rules: Rules = defaultRules) {
  const wrong = endpoints.find((url) => !isEndpoint(url))
  if (wrong !== undefined) return yield* new InvalidEndpoint({ endpoint: wrong })
  const scope = yield* Effect.scope
  const all = endpoints.map(shown).join(", ")
  /** Begins with the endpoint at this place. */
  const openFrom = (place: number) =>
    Effect.gen(function* () {
      const own = yield* Scope.fork(scope, { _tag: "Sequential" })
      const order = endpoints.map((_, step) => (place + step) % endpoints.length)
      const connection = yield* Scope.extend(openAny(endpoints, order), own).pipe(Effect.onError(() => Scope.close(own, Exit.void)))
      return { ...connection, close: Scope.close(own, Exit.void), scope: own }
    })
  type Opened = Effect.Effect.Success<ReturnType<typeof openFrom>>

  const first = yield* openFrom(0)
  const genesisHash = first.api.genesisHash.toHex()
  const slot = yield* Ref.make(yield* Deferred.make<Opened>())
  const used = yield* Ref.make<string | undefined>(undefined)
  const requestsBefore = yield* Ref.make(0)
  const tell = (index: number | undefined) =>
    Effect.forEach(
      endpoints,
      (endpoint, place) => set("gittensor_chain_endpoint_in_use", place === index ? 1 : 0, { endpoint: shown(endpoint) }),
      {
        discard: true
      }
    ).pipe(
      Effect.zipRight(set("gittensor_chain_connected", index === undefined ? 0 : 1)),
      Effect.zipRight(Ref.set(used, index === undefined ? undefined : shown(endpoints[index] ?? "")))
    )
  const fill = (connection: Opened) =>
    Effect.gen(function* () {
      yield* tell(connection.index)
      if (endpoints.length > 1)
        yield* compare(endpoints, connection, genesisHash, rules).pipe(Effect.forkScoped, Scope.extend(connection.scope))
      yield* Deferred.succeed(yield* Ref.get(slot), connection)
    })

  const sameChain = (connection: Opened) => {
    const genesis = connection.api.genesisHash.toHex()
    if (genesis === genesisHash) return Effect.succeed(connection)
    const reason = `another chain answers there, with genesis ${genesis}`
    return Effect.zipRight(
      connection.close,
      new ChainUnavailable({ endpoint: shown(endpoints[connection.index] ?? ""), operation: "connect", reason })
    )
  }
  /** The next connection after one to the endpoint at `place`, which comes last: it was lost a moment ago. */
  const again = (place: number) =>
    Effect.gen(function* () {
      const next = yield* Ref.make(place + 1)
      return yield* Ref.getAndUpdate(next, (count) => count + 1).pipe(
        Effect.flatMap((from) => openFrom(from % endpoints.length)),
        Effect.flatMap(sameChain),
        Effect.tapError((error) => Effect.logWarning("no connection to the chain", error.message)),
        Effect.retry(Schedule.exponential("1 second", 1.5).pipe(Schedule.union(Schedule.spaced("10 seconds")), Schedule.jittered)),
        Effect.tap(({ index }) =>
          Effect.logInfo("connected to the chain again").pipe(Effect.annotateLogs({ endpoint: shown(endpoints[index] ?? "") }))
        ),
        // The schedule never ends.
        Effect.orDie
      )
    })
  const retired = (connection: Opened) =>
    Effect.sleep(RETIREMENT).pipe(
      Effect.zipRight(
        Effect.ignore(Effect.flatMap(Effect.flip(Deferred.await(connection.superseded)), (why) => Deferred.fail(connection.lost, why)))
      ),
      Effect.zipRight(connection.close),
      Effect.forkIn(scope)
    )
  /** Waits until a connection is lost or of a runtime of before; answers the next one, in its place. */
  const replaced = (connection: Opened) =>
    Effect.raceFirst(Deferred.await(connection.lost), Deferred.await(connection.superseded)).pipe(
      Effect.catchAll((why) =>
        Effect.gen(function* () {
          yield* Ref.set(slot, yield* Deferred.make<Opened>())
          yield* count("gittensor_chain_reconnects_total", { why: why.operation })
          yield* Ref.update(requestsBefore, (count) => count + connection.requests())
          const isLost = yield* Deferred.isDone(connection.lost)
          if (isLost) {
            yield* tell(undefined)
            yield* connection.close
            // A command that ends because of the loss needs no new connection, and no word about it.
            yield* Effect.sleep(BEFORE_RECONNECTING)
            yield* Effect.logWarning("the connection to the chain is lost", why.message)
          } else {
            yield* Effect.logInfo(`connecting anew: ${why.reason}`)
            yield* retired(connection)
          }
          // The endpoint of a lost connection comes last.
          const next = yield* again(isLost ? connection.index : connection.index + endpoints.length - 1)
          yield* fill(next)
          return next
        })
      )
    )
  yield* fill(first)
  yield* Effect.iterate(first, { while: () => true, body: replaced }).pipe(Effect.forkScoped)

  const current = Effect.flatMap(Ref.get(slot), Deferred.await)
  return {
    endpoint: all,
    genesisHash,
    current,
    inUse: Ref.get(used),
    requestCount: Effect.flatMap(Ref.get(slot), Deferred.poll).pipe(
      Effect.flatMap((now) => (now._tag === "Some" ? now.value : Effect.succeed(undefined))),
      Effect.zipWith(Ref.get(requestsBefore), (now, before) => before + (now?.requests() ?? 0))
    )
  } satisfies Connections
})
