/** Public /health, /ready and /v1/stream, and metrics on a separate listener. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Duration, Effect, Option, Stream } from "effect"
import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"
import { ANSWER_VALID_FOR, ChainHead, type SeenHead } from "../../../layers/chain/node/ChainHead.ts"
import { clientKey } from "../../../layers/machine/http/addresses.ts"
import { metricsText } from "../../../layers/machine/http/MetricsListener.ts"
import { metricsOf } from "../../../layers/machine/telemetry/catalogue.ts"
import { set } from "../../../layers/machine/telemetry/metrics.ts"
import { measureProcess } from "../../../layers/machine/telemetry/processMetrics.ts"
import { render } from "../../../layers/machine/telemetry/prometheus.ts"
import { explained } from "../../../layers/storage/database/Database.ts"
import { TooManyRequests, Unavailable } from "../definition/errors.ts"
import { Health, ServedApi, Unhealthy } from "../definition/system.ts"
import { shownPace } from "../stream/changes.ts"
import * as Hub from "../stream/Hub.ts"
import { frameAfter, headAge, IndexWatch, reset, type SeenIndex } from "../stream/IndexWatch.ts"
import { Exchange } from "./Exchange.ts"
import { measure as measureTraffic, type Traffic } from "./observe.ts"

export interface Serving {
  /** The index is unhealthy if it is further behind than this many blocks. */
  readonly maxBehind: number
  readonly version: string
  readonly traffic: Traffic
  /** The server's public scheme and host for a request. */
  readonly originOf: (request: HttpServerRequest.HttpServerRequest) => string
  /** Problems of other parts of this process. */
  readonly problems: Effect.Effect<ReadonlyArray<string>>
  readonly push: { readonly publicKey: string } | undefined
}

/** If the chain's head is unknown, an index whose newest block is younger than this is not behind, however fast the chain is. */
const SHORT_SILENCE = 60_000

/** A chain counts as halted when its head has not moved for this many milliseconds, or for `STANDSTILL_BLOCKS` block times if that is longer. */
const STANDSTILL = 30_000
const STANDSTILL_BLOCKS = 3

/** For judging what is late, not for estimates: Bittensor's block time as long as it is unknown. */
const blockTime = ({ pace }: SeenIndex): number => pace?.milliseconds ?? BLOCK_SECONDS * 1_000

/** The chain's trouble, as far as its endpoints show. */
const chainTrouble = ({ number, silence, standstill }: SeenHead, milliseconds: number): Health["chain"] => {
  if (silence >= ANSWER_VALID_FOR) return { trouble: "silent", seconds: Math.round(silence / 1_000) }
  return Option.isSome(number) && standstill >= Math.max(STANDSTILL, STANDSTILL_BLOCKS * milliseconds)
    ? { trouble: "standing", seconds: Math.round(standstill / 1_000) }
    : null
}

const troubleText = ({ trouble, seconds }: NonNullable<Health["chain"]>, chainHead: number | null): string =>
  trouble === "silent"
    ? `no endpoint of the chain has answered for ${seconds} s: see the server's log`
    : `the chain's finalised head has stood at block ${chainHead} for ${seconds} s`

/** Blocks that the index is behind, by the chain's head if known, else by the clock. */
const blocksBehind = (seen: SeenIndex, chain: SeenHead) =>
  Effect.gen(function* () {
    const chainHead = Option.getOrNull(chain.number)
    const now = yield* Clock.currentTimeMillis
    const behindBy: Health["behindBy"] = chainHead === null ? "clock" : "chain"
    const { head } = seen
    if (head === undefined) return { chainHead, behind: null, behindBy }
    const age = now - head.time.getTime()
    const silent = age < SHORT_SILENCE ? 0 : Math.floor(age / blockTime(seen))
    return { chainHead, behind: Math.max(0, chainHead === null ? silent : chainHead - head.number), behindBy }
  })

const chainSeen = Effect.flatMap(ChainHead, ({ seen }) => seen)

const examine = ({ maxBehind, version, problems, push }: Serving) =>
  Effect.gen(function* () {
    const { seen, hub } = yield* IndexWatch
    const [found, chain] = yield* Effect.all([seen, chainSeen])
    const { head, pace, gitHub, failure } = found
    const { behind, behindBy, chainHead } = yield* blocksBehind(found, chain)
    const trouble = chainTrouble(chain, blockTime(found))
    // While the chain is halted, the clock is no evidence about the index.
    const isBehind = behind !== null && behind > maxBehind && (trouble === null || behindBy === "chain")
    const wrong = [
      ...(failure === undefined ? [] : ["the database does not answer: see the server's log"]),
      ...(head === undefined && failure === undefined ? ["nothing is indexed yet: run gittensor index"] : []),
      ...(trouble === null ? [] : [troubleText(trouble, chainHead)]),
      ...(isBehind ? [`the index is ${behind} blocks behind, more than ${maxBehind}`] : []),
      ...(yield* problems)
    ]
    const health: Health = {
      healthy: wrong.length === 0,
      wrong,
      index: head === undefined ? null : { block: head.number, hash: head.hash, time: head.time },
      chainHead,
      chain: trouble,
      behind,
      behindBy,
      pace: shownPace(pace),
      limit: maxBehind,
      database: failure === undefined,
      github: gitHub ?? null,
      push: push?.publicKey ?? null,
      streamClients: hub.size(),
      version
    }
    return health
  })

const asJson = HttpServerResponse.schemaJson(Health)

const ready = Effect.gen(function* () {
  const { head, failure } = yield* Effect.flatMap(IndexWatch, ({ seen }) => seen)
  if (failure !== undefined) return yield* new Unavailable({ message: "the database does not answer", details: [] })
  if (head === undefined) return yield* new Unavailable({ message: "nothing is indexed yet: run gittensor index", details: [] })
  return { ready: true as const }
})

/** Updates the metrics that are measured at scrape time, and renders all. */
const metrics = ({ traffic, version }: Serving) =>
  Effect.gen(function* () {
    const { seen, hub } = yield* IndexWatch
    const found = yield* seen
    const { behind } = yield* blocksBehind(found, yield* chainSeen)
    if (found.head !== undefined) yield* set("gittensor_index_head_block", found.head.number)
    if (behind !== null) yield* set("gittensor_index_behind_blocks", behind)
    yield* set("gittensor_api_stream_clients", hub.size())
    yield* measureTraffic(traffic)
    yield* measureProcess(version)
    return yield* render(metricsOf("serve"))
  })

/** /health, /live, /ready and /metrics on the operator's own listener, without rate limit, cache or access log. */
export const monitoring = (serving: Serving) =>
  HttpRouter.empty.pipe(
    HttpRouter.get(
      "/health",
      Effect.flatMap(examine(serving), (health) => asJson(health, { status: health.healthy ? 200 : 503 }))
    ),
    HttpRouter.get("/live", HttpServerResponse.json({ live: true })),
    HttpRouter.get(
      "/ready",
      Effect.match(ready, {
        onSuccess: (found) => HttpServerResponse.unsafeJson(found),
        onFailure: ({ message }) => HttpServerResponse.unsafeJson({ ready: false, message }, { status: 503 })
      })
    ),
    HttpRouter.get("/metrics", Effect.map(metrics(serving), metricsText))
  )

/** Streams end after this time, so that dead connections close. Browsers reconnect and resume. */
const LONGEST_STREAM = Duration.minutes(30)

/** The last block that a listener has seen; undefined: only new changes are wanted. */
const lastSeenBlock = (lastEventId: string | undefined, since: string | undefined): number | undefined =>
  lastEventId !== undefined && /^\d{1,10}$/.test(lastEventId) ? Number(lastEventId) : since === undefined ? undefined : Number(since)

/** The first messages for a listener. */
const greeting = (lastSeen: number | undefined, seen: SeenIndex) => {
  const { head, pace } = seen
  if (lastSeen === undefined)
    return Effect.map(headAge(seen), (age) => [
      Hub.hello({ block: head?.number ?? null, time: head?.time ?? null, age, pace: shownPace(pace) }, head?.number)
    ])
  if (head === undefined || lastSeen > head.number) return Effect.succeed([reset(head)])
  return lastSeen === head.number ? Effect.succeed([]) : Effect.map(frameAfter(lastSeen, head, pace), (message) => [message])
}

const listen = (since: string | undefined) =>
  Effect.gen(function* () {
    const [request, { client }, { seen, hub }] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange, IndexWatch])
    // Subscribes before reading the state, so that no message in between is lost; duplicates are dropped below.
    const queue = yield* hub
      .listen(clientKey(client))
      .pipe(
        Effect.mapError(({ message, own }) =>
          own ? new TooManyRequests({ message, details: [] }) : new Unavailable({ message, details: [] })
        )
      )
    const found = yield* seen
    const first = yield* explained(greeting(lastSeenBlock(request.headers["last-event-id"], since), found)).pipe(
      Effect.mapError(() => new Unavailable({ message: "the database is unavailable: try again in a few seconds", details: [] }))
    )
    const greetedUntil = found.head?.number ?? -1
    const later = Stream.dropWhile(Stream.fromQueue(queue), ({ event, id }) => event === "change" && id !== undefined && id <= greetedUntil)
    const frames = Stream.fromIterable([Hub.RECONNECT_DELAY, ...first]).pipe(Stream.concat(later), Stream.interruptAfter(LONGEST_STREAM))
    return HttpServerResponse.stream(
      Stream.map(frames, ({ bytes }) => bytes),
      {
        contentType: "text/event-stream",
        headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
      }
    )
  })

export const handlers = (serving: Serving) =>
  HttpApiBuilder.group(ServedApi, "system", (group) =>
    group
      .handle("health", () =>
        Effect.flatMap(examine(serving), (health) =>
          health.healthy ? Effect.succeed(health) : new Unhealthy({ message: health.wrong.join("; "), details: [], ...health })
        )
      )
      .handle("ready", () => ready)
      .handleRaw("stream", ({ urlParams: { since } }) => listen(since))
  )
