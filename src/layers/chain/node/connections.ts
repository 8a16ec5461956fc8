/**
 * Connects to a node, and to the next one when the connection is lost: when the node closes it, when it goes silent (a half-open connection never ends
 * by itself), when its finalised head falls behind that of another endpoint, or when it refuses requests. Each connection has its own provider and api, because polkadot.js cannot
 * leave a socket whose other side does not answer the closing handshake.
 */
import type { ApiPromise } from "@polkadot/api"
import type { WsProvider } from "@polkadot/rpc-provider"
import { Deferred, Duration, Effect, Exit, Ref, Schedule, Scope } from "effect"
import { InvalidInput } from "../../../domain/failures.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { forAtMost } from "../../machine/effects/forAtMost.ts"
import * as RareLines from "../../machine/effects/rareLines.ts"
import { throughProxy } from "../../machine/http/proxies.ts"
import { count, set } from "../../machine/telemetry/metrics.ts"
import { finalisedNumberOf, isEndpoint, MESSAGE_LIMITS, shownAddress } from "./endpoint.ts"
import * as EndpointRests from "./endpointRests.ts"
import { ChainUnavailable, reasonOf } from "./errors.ts"
import { openApi } from "./interfaces.ts"
import { loadPolkadot } from "./polkadot.ts"
import type { RuntimeListener } from "./runtimeNotices.ts"

export interface Connection {
  /** The connection's index in the list of endpoints. */
  readonly index: number
  /** Its address, for messages. */
  readonly endpoint: string
  readonly api: ApiPromise
  /** Fails as soon as the connection is lost. */
  readonly lost: Deferred.Deferred<never, ChainUnavailable>
  /** Fails when the chain's runtime is no longer the one that this connection began with. Then no new work starts on it; running work may end. */
  readonly superseded: Deferred.Deferred<never, ChainUnavailable>
  /** The number of JSON-RPC requests it has sent. */
  readonly requests: () => number
}

export interface Connections {
  /** All endpoints, for messages. */
  readonly endpoint: string
  readonly genesisHash: string
  /** The connection in use, or, while there is none, the next one. */
  readonly current: Effect.Effect<Connection>
  /** Switches from the endpoint in use to the next one, because of its answer. Does nothing where there is no other endpoint, or no connection. */
  readonly leave: (why: ChainUnavailable) => Effect.Effect<void>
  /** Notes how a request over a connection ended, if that is still in use; `failure`: why the node failed it. An endpoint that fails too many is left for another one. */
  readonly answered: (connection: Connection, failure: string | undefined) => Effect.Effect<void>
  /** Connections of their own, opened when they are used: to the other endpoints, and then to another node at the address in use. */
  readonly elsewhere: Effect.Effect<ReadonlyArray<Effect.Effect<Connection, ChainUnavailable, Scope.Scope>>>
  /** The endpoint in use, for people; undefined while there is no connection. */
  readonly inUse: Effect.Effect<string | undefined>
  readonly requestCount: Effect.Effect<number>
}

export const REQUEST_LIMIT = Duration.seconds(20)
const CONNECT_LIMIT = Duration.seconds(12)
/** The interval between heartbeats, and the time limit of one: silence is noticed within twice this time. */
const HEARTBEAT = Duration.seconds(10)
const BEFORE_RECONNECTING = Duration.seconds(1)
/** The time that work under an earlier runtime has to end, above all a transaction that waits for finality. */
const RETIREMENT = Duration.seconds(150)

/** The operation of an endpoint that is left because its requests fail. */
const REFUSES = "answer requests"

export interface Rules {
  /** How often the other endpoints are polled for their finalised block. */
  readonly compareEvery: Duration.Duration
  /** How many finalised blocks an endpoint may be behind another one before it is left. */
  readonly mostBehind: number
}

const defaultRules: Rules = { compareEvery: Duration.seconds(60), mostBehind: 10 }

/** Turns off the provider's cache of answers, which leaks: an entry that is requested again when it is the oldest stays for ever. */
const withoutAnswers = (provider: WsProvider): WsProvider => {
  const send: WsProvider["send"] = provider.send.bind(provider)
  provider.send = (method, parameters, _isCacheable, subscription) => send(method, parameters, false, subscription)
  return provider
}

strangersBytes({
  what: "a chain node's answers: the state of the chain, commitments and axons' addresses included",
  writtenBy: "the node's operator, and anyone who pays the chain's fee for an entry",
  readIn: "this process",
  limits: { ...MESSAGE_LIMITS, time: REQUEST_LIMIT },
  test: "test/http/chain/messages.test.ts"
})

/** Closes a connection. A node that is gone may never answer, so this waits for a second at most. */
const closing = (close: () => Promise<unknown>) => Effect.promise(() => close().catch(() => undefined)).pipe(forAtMost("1 second"))

/** Opens a connection to one endpoint; the scope's end closes it. */
const open = Effect.fn("Chain.open")(function* (endpoint: string, index: number) {
  const { WsProvider } = yield* Effect.promise(loadPolkadot)
  const unavailable = (operation: string, reason: string) => new ChainUnavailable({ endpoint: shownAddress(endpoint), operation, reason })
  const lost = yield* Deferred.make<never, ChainUnavailable>()
  const superseded = yield* Deferred.make<never, ChainUnavailable>()
  const lose = (operation: string, reason: string) => Deferred.unsafeDone(lost, Effect.fail(unavailable(operation, reason)))
  const runtimeListener: RuntimeListener = {
    onUpgrade: (version) =>
      Deferred.unsafeDone(
        superseded,
        Effect.fail(unavailable("follow the runtime", `the chain now runs version ${version} of its runtime`))
      ),
    onFailure: (cause) => lose("follow the runtime", reasonOf(cause))
  }
  const provider = yield* Effect.acquireRelease(
    Effect.sync(() => withoutAnswers(new WsProvider(endpoint, false, {}, Duration.toMillis(REQUEST_LIMIT)))),
    (provider) => closing(() => provider.disconnect())
  )
  const notConnected = (cause: unknown) => `${reasonOf(cause)}${throughProxy(endpoint)}`
  provider.on("error", (cause) => lose("connect", notConnected(cause)))
  provider.on("disconnected", () => lose("stay connected", "the node closed the connection"))
  const ready = Effect.tryPromise({
    try: async () => {
      await provider.connect()
      await provider.isReady
      return openApi(provider, runtimeListener)
    },
    catch: (cause) => unavailable("connect", notConnected(cause))
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
  return {
    index,
    endpoint: shownAddress(endpoint),
    api,
    lost,
    superseded,
    requests: () => provider.stats.total.requests
  } satisfies Connection
})

/** Opens a connection to the first endpoint that answers, trying them in this order. One that does not answer rests. */
const openAny = (endpoints: ReadonlyArray<string>, order: ReadonlyArray<number>, { rest }: EndpointRests.EndpointRests) =>
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
      yield* rest(index)
      reasons.push(opened.left)
    }
    const [first] = reasons
    if (first !== undefined && reasons.length === 1) return yield* first
    const reason = reasons.map((error) => `${error.endpoint}: ${error.reason}`).join("; ")
    return yield* new ChainUnavailable({ endpoint: endpoints.map(shownAddress).join(", "), operation: "connect", reason })
  })

/** Ends a connection when another endpoint of the same chain is far ahead of it. */
const compare = ({ endpoints, genesisHash, rests, rules }: Line, connection: Connection) =>
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
      if (number !== undefined) yield* set("gittensor_chain_endpoint_head_block", number, { endpoint: shownAddress(endpoint) })
    const ahead = others.find(({ number }) => own !== undefined && number !== undefined && number >= own + rules.mostBehind)
    if (ahead === undefined) return
    const reason = `its finalised head is block ${own}, ${shownAddress(ahead.endpoint)} has ${ahead.number}`
    yield* rests.rest(connection.index)
    yield* Deferred.fail(connection.lost, new ChainUnavailable({ endpoint: shownAddress(present), operation: "keep up", reason }))
  }).pipe(Effect.delay(rules.compareEvery), Effect.forever)

/** A connection with a scope of its own, so that it can end before the others. */
interface OpenedConnection extends Connection {
  readonly close: Effect.Effect<void>
  readonly scope: Scope.CloseableScope
}

/** Opens a connection that ends with `scope` at the latest. Tries the endpoints in order, beginning with the one at `place`; those that rest come last. */
const openFrom = ({ endpoints, rests, scope }: Pick<Line, "endpoints" | "rests" | "scope">, place: number) =>
  Effect.gen(function* () {
    const own = yield* Scope.fork(scope, { _tag: "Sequential" })
    const order = yield* rests.order(place)
    const connection = yield* Scope.extend(openAny(endpoints, order, rests), own).pipe(Effect.onError(() => Scope.close(own, Exit.void)))
    return { ...connection, close: Scope.close(own, Exit.void), scope: own } satisfies OpenedConnection
  })

/** The state that outlives a connection. */
interface Line {
  readonly endpoints: ReadonlyArray<string>
  readonly rules: Rules
  readonly rests: EndpointRests.EndpointRests
  /** Ends all connections. */
  readonly scope: Scope.Scope
  /** The genesis hash of the first connection, which all later ones must have. */
  readonly genesisHash: string
  /** The connection in use, as soon as there is one. */
  readonly slot: Ref.Ref<Deferred.Deferred<OpenedConnection>>
  /** The endpoint in use, for messages; undefined while there is no connection. */
  readonly used: Ref.Ref<string | undefined>
  readonly requestsBefore: Ref.Ref<number>
}

/** Publishes the endpoint in use to the metrics and the log. */
const publishEndpoint = ({ endpoints, used }: Line, index: number | undefined) =>
  Effect.forEach(
    endpoints,
    (endpoint, place) => set("gittensor_chain_endpoint_in_use", place === index ? 1 : 0, { endpoint: shownAddress(endpoint) }),
    {
      discard: true
    }
  ).pipe(
    Effect.zipRight(set("gittensor_chain_connected", index === undefined ? 0 : 1)),
    Effect.zipRight(Ref.set(used, index === undefined ? undefined : shownAddress(endpoints[index] ?? "")))
  )

/** Makes a connection the one in use. */
const fill = (line: Line, connection: OpenedConnection) =>
  Effect.gen(function* () {
    const { endpoints, rests, slot } = line
    yield* publishEndpoint(line, connection.index)
    yield* rests.begin
    if (endpoints.length > 1) yield* compare(line, connection).pipe(Effect.forkScoped, Scope.extend(connection.scope))
    yield* Deferred.succeed(yield* Ref.get(slot), connection)
  })

/** Fails for a connection to another chain. */
const sameChain = <Any extends Connection>({ endpoints, genesisHash }: Line, connection: Any) => {
  const genesis = connection.api.genesisHash.toHex()
  if (genesis === genesisHash) return Effect.succeed(connection)
  const reason = `another chain answers there, with genesis ${genesis}`
  return new ChainUnavailable({ endpoint: shownAddress(endpoints[connection.index] ?? ""), operation: "connect", reason })
}

/** Opens the next connection. The endpoint at `place` comes last, because it has just been lost. */
const again = (line: Line, place: number) =>
  Effect.gen(function* () {
    const { endpoints } = line
    const next = yield* Ref.make(place + 1)
    const lines = yield* RareLines.make("1 hour")
    return yield* Ref.getAndUpdate(next, (count) => count + 1).pipe(
      Effect.flatMap((from) => openFrom(line, from % endpoints.length)),
      Effect.flatMap((opened) => Effect.tapError(sameChain(line, opened), () => opened.close)),
      Effect.tapError(({ endpoint, message }) =>
        lines.warn(endpoint, `no connection to the chain, tried again until there is one: ${message}`)
      ),
      Effect.retry(Schedule.exponential("1 second", 1.5).pipe(Schedule.union(Schedule.spaced("10 seconds")), Schedule.jittered)),
      Effect.tap(({ index }) =>
        Effect.logInfo("connected to the chain again").pipe(Effect.annotateLogs({ endpoint: shownAddress(endpoints[index] ?? "") }))
      ),
      // The schedule never ends.
      Effect.orDie
    )
  })

/** Closes a superseded connection after the time for the work that began on it. */
const retire = ({ scope }: Line, connection: OpenedConnection) =>
  Effect.sleep(RETIREMENT).pipe(
    Effect.zipRight(
      Effect.ignore(Effect.flatMap(Effect.flip(Deferred.await(connection.superseded)), (why) => Deferred.fail(connection.lost, why)))
    ),
    Effect.zipRight(connection.close),
    Effect.forkIn(scope)
  )

/** Waits until a connection is lost or its runtime is superseded. Returns the connection that replaces it. */
const waitForReplacement = (line: Line, connection: OpenedConnection) =>
  Effect.raceFirst(Deferred.await(connection.lost), Deferred.await(connection.superseded)).pipe(
    Effect.catchAll((why) =>
      Effect.gen(function* () {
        yield* Ref.set(line.slot, yield* Deferred.make<OpenedConnection>())
        yield* count("gittensor_chain_reconnects_total", { why: why.operation })
        yield* Ref.update(line.requestsBefore, (count) => count + connection.requests())
        const isLost = yield* Deferred.isDone(connection.lost)
        if (isLost) {
          yield* publishEndpoint(line, undefined)
          yield* connection.close
          // A command that ends because of the loss needs neither a new connection nor a message.
          yield* Effect.sleep(BEFORE_RECONNECTING)
          // An endpoint that refuses requests is logged later, when the program switches away from it.
          if (why.operation !== REFUSES) yield* Effect.logWarning("the connection to the chain is lost", why.message)
        } else {
          yield* Effect.logInfo(`reconnecting: ${why.reason}`)
          yield* retire(line, connection)
        }
        // The endpoint of a lost connection comes last.
        const next = yield* again(line, isLost ? connection.index : connection.index + line.endpoints.length - 1)
        yield* fill(line, next)
        return next
      })
    )
  )

/** Connects, and stays connected until the scope ends. Fails if no endpoint answers at the start. */
export const make = Effect.fn("Chain.connect")(function* (endpoints: ReadonlyArray<string>, rules: Rules = defaultRules) {
  const wrong = endpoints.find((url) => !isEndpoint(url))
  if (wrong !== undefined)
    return yield* new InvalidInput({
      message: `"${shownAddress(wrong)}" is not an endpoint: write ws:// or wss://, a host and a port, like ws://127.0.0.1:9944`
    })
  const scope = yield* Effect.scope
  const rests = yield* EndpointRests.make(endpoints.length)
  const first = yield* openFrom({ endpoints, rests, scope }, 0)
  const genesisHash = first.api.genesisHash.toHex()
  const slot = yield* Ref.make(yield* Deferred.make<OpenedConnection>())
  const used = yield* Ref.make<string | undefined>(undefined)
  const requestsBefore = yield* Ref.make(0)
  const line: Line = { endpoints, rules, rests, scope, genesisHash, slot, used, requestsBefore }
  yield* fill(line, first)
  yield* Effect.iterate(first, { while: () => true, body: (connection) => waitForReplacement(line, connection) }).pipe(Effect.forkScoped)
  const now = Effect.flatMap(Effect.flatMap(Ref.get(slot), Deferred.poll), (found) =>
    found._tag === "Some" ? found.value : Effect.succeed(undefined)
  )
  const lines = yield* RareLines.make("1 hour")
  return {
    endpoint: endpoints.map(shownAddress).join(", "),
    genesisHash,
    answered: (connection, failure) =>
      Effect.gen(function* () {
        const { index, lost } = connection
        if ((yield* now)?.lost !== lost) return
        const reason = yield* rests.note(index, failure)
        if (reason === undefined) return
        const endpoint = shownAddress(endpoints[index] ?? "")
        yield* lines.warn(endpoint, `${endpoint} is left for another endpoint: ${reason}`)
        yield* Deferred.fail(lost, new ChainUnavailable({ endpoint, operation: REFUSES, reason }))
      }),
    elsewhere: Effect.map(now, (connection) =>
      endpoints.map((_, step) => {
        const index = ((connection?.index ?? 0) + 1 + step) % endpoints.length
        return Effect.flatMap(open(endpoints[index] ?? "", index), (opened) => sameChain(line, opened))
      })
    ),
    current: Effect.flatMap(Ref.get(slot), Deferred.await),
    leave: (why) =>
      endpoints.length < 2
        ? Effect.void
        : Effect.flatMap(now, (connection) => (connection === undefined ? Effect.void : Deferred.fail(connection.lost, why))),
    inUse: Ref.get(used),
    requestCount: Effect.zipWith(now, Ref.get(requestsBefore), (connection, before) => before + (connection?.requests() ?? 0))
  } satisfies Connections
})
