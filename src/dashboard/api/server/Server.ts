/**
 * The HTTP server of `gittensor serve`: the API's endpoints, their OpenAPI description and the web page, wrapped in the middleware that every request passes.
 */

import { edenGC, heapSize } from "bun:jsc"
import type * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import * as BunHttpServer from "@effect/platform-bun/BunHttpServer"
import { Context, Duration, Effect, Layer } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import * as RareLines from "../../../layers/machine/effects/rareLines.ts"
import * as Listener from "../../../layers/machine/http/Listener.ts"
import * as MetricsListener from "../../../layers/machine/http/MetricsListener.ts"
import { OwnsProcess } from "../../../layers/machine/telemetry/memory.ts"
import type { Api } from "../definition/Api.ts"
import { listsOf } from "../definition/lists.ts"
import { PUSH } from "../definition/pages.ts"
import { ServedApi } from "../definition/system.ts"
import type { Page } from "../page/Page.ts"
import { PaceNow } from "../queries/expected.ts"
import { IndexWatch } from "../stream/IndexWatch.ts"
import { withAnswerCache } from "./answerCache.ts"
import type { TrustedProxies } from "./clientAddress.ts"
import { withEtagAndCompression, withNotModified } from "./conditional.ts"
import { csvPaths, withCsv } from "./csv.ts"
import * as Docs from "./docs.ts"
import { withRefusals } from "./guard.ts"
import { withHeaders } from "./headers.ts"
import { withConcurrencyLimit, withRateLimit } from "./limit.ts"
import * as OutageLines from "./OutageLines.ts"
import { type AccessLog, drained, type Traffic, withLogAndMetrics } from "./observe.ts"
import { originOf } from "./origin.ts"
import { pathsOf, viewInsteadOf, withPage } from "./page.ts"
import { type PushService, withPush } from "./push.ts"
import { makeFindRoute } from "./routes.ts"
import * as Sharing from "./sharing.ts"
import * as System from "./system.ts"
import { parametersInOurShape, withTimeLimitAndErrors } from "./translate.ts"

/** Bytes of new objects that make a young collection worthwhile. */
const WORTH_COLLECTING = 4_000_000

/** Resident bytes above which full collections run. */
const LARGE_PROCESS = 160_000_000
/** Seconds between two full collections. */
const FULL_INTERVAL = 60

/**
 * Collects garbage early, looking once a second. On its own, the engine waits until the heap is several times the memory in use. A young collection takes a few
 * milliseconds; a full one about a hundred, so it runs at most once a minute and only in a large process. Does nothing in a process that is not the server's own.
 */
const collectGarbage = Effect.flatMap(OwnsProcess, (ownsProcess) => {
  if (!ownsProcess) return Effect.never
  let left = heapSize()
  let waited = FULL_INTERVAL
  return Effect.sync(() => {
    waited += 1
    if (waited > FULL_INTERVAL && process.memoryUsage.rss() > LARGE_PROCESS) {
      Bun.gc(true)
      waited = 0
    } else if (heapSize() - left < WORTH_COLLECTING) return
    else edenGC()
    left = heapSize()
  }).pipe(Effect.delay("1 second"), Effect.forever)
})

export interface ServerOptions {
  readonly hostname: string
  /** 0: a free port. */
  readonly port: number
  /** Requests per client and minute; 0: no limit. */
  readonly rateLimit: number
  readonly trusted: TrustedProxies
  /** The index is unhealthy if it is further behind than this many blocks. */
  readonly maxBehind: number
  readonly accessLog: AccessLog
  /** Timeout of a request. */
  readonly patience: Duration.Duration
  /** Maximum staleness of answers, because repeated requests are answered from a cache. */
  readonly answersBehind: Duration.DurationInput
  readonly version: string
  /** Address that serves health and metrics; without it, metrics are not served. */
  readonly metrics?: MetricsListener.MetricsAddress
  /** Problems of other parts, for /health. */
  readonly problems?: Effect.Effect<ReadonlyArray<string>>
  /** Public scheme and host of the server, for URLs in previews and feeds; defaults to those of the request. */
  readonly publicUrl?: string
  /** Nodes that readers' browsers may ask for the check of a match. */
  readonly witnesses?: ReadonlyArray<string>
  /** The web page; without it, the server serves the API only. */
  readonly page?: Page
  /** Notifications with the page closed; without it, there are none. */
  readonly push?: PushService
}

class Server extends Context.Tag("gittensor/api/Server")<
  Server,
  { readonly hostname: string; readonly port: number; readonly metrics: MetricsListener.MetricsAddress | undefined }
>() {}

/** Requests of one client in a minute that change its subscription to notifications. */
const SUBSCRIPTIONS = 30
/** Requests handled concurrently. */
const CONCURRENT_REQUESTS = 256
/** Connections per client: a browser opens six, and several people may share an address. */
const CONNECTIONS_PER_CLIENT = 256
/** Seconds after which an idle connection is closed. The stream's heartbeats are more frequent. */
const IDLE_SECONDS = 45
/** How long shutdown waits for requests in progress. */
const SHUTDOWN_PATIENCE = "5 seconds"

const DESCRIPTION = { "/openapi.json": "openapi", "/docs": "docs" }

const pages = Layer.mergeAll(HttpApiBuilder.middlewareOpenApi(), Docs.layer)

/** The handlers of all endpoint groups except the server's own. */
export type Groups<R> = Layer.Layer<HttpApiGroup.HttpApiGroup.ToService<"gittensor", GroupsOf<typeof Api>>, never, R>
type GroupsOf<A> = A extends HttpApi.HttpApi<infer _Id, infer Found, infer _E, infer _R> ? Found : never

const api = <R>(groups: Groups<R>, serving: System.Serving) =>
  pages.pipe(
    Layer.provideMerge(HttpApiBuilder.api(ServedApi)),
    Layer.provide([groups, System.handlers(serving), Sharing.handlers(serving.originOf)])
  )

strangersBytes({
  what: "requests to the API and for the page",
  writtenBy: "anyone on the internet",
  readIn: "this process",
  limits: {
    ...Listener.REQUEST_LIMITS,
    bytes: 0,
    also: "only one route takes a body; a rate limit by client; slow clients are closed first"
  },
  test: "test/http/server/listener.test.ts"
})

/** Starts listening. When the scope closes, streams end and requests in progress may finish. */
export const make = <R>(groups: Groups<R>, options: ServerOptions) =>
  Effect.gen(function* () {
    const { hostname, port, page, push } = options
    const lists = listsOf(ServedApi)
    const findRoute = makeFindRoute(ServedApi, {
      ...DESCRIPTION,
      ...csvPaths(lists),
      ...(page === undefined ? {} : pathsOf(page)),
      ...(push === undefined ? {} : { [PUSH]: "push" })
    })
    const traffic: Traffic = { inProgress: 0 }
    const serving: System.Serving = {
      maxBehind: options.maxBehind,
      version: options.version,
      traffic,
      problems: options.problems ?? Effect.succeed([]),
      originOf: (request) => originOf(request, options.trusted, options.publicUrl),
      push
    }
    const { hub, seen } = yield* IndexWatch
    const outage = yield* OutageLines.make
    const rarely = yield* RareLines.make(Duration.hours(1))
    // Handlers with a shared query run it in the context in which they were built.
    const context = yield* Layer.build(
      Layer.mergeAll(api(groups, serving), HttpApiBuilder.middleware(parametersInOurShape)).pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            HttpApiBuilder.Router.Live,
            HttpApiBuilder.Middleware.layer,
            BunHttpServer.layerContext,
            Layer.succeed(OutageLines.OutageLines, outage),
            Layer.succeed(
              PaceNow,
              Effect.map(seen, ({ pace }) => pace)
            )
          )
        )
      )
    )
    const fromMemory = yield* withAnswerCache(options.answersBehind, withEtagAndCompression)
    const app = (yield* HttpApiBuilder.httpApp.pipe(Effect.provide(context))).pipe(
      withCsv(lists),
      withTimeLimitAndErrors(options.patience),
      withPage(page, serving.originOf, options.witnesses ?? []),
      fromMemory,
      withNotModified,
      withConcurrencyLimit(CONCURRENT_REQUESTS),
      withRateLimit(options.rateLimit),
      withRefusals(viewInsteadOf(page)),
      withPush(push, withRateLimit(options.rateLimit === 0 ? 0 : SUBSCRIPTIONS)),
      withHeaders,
      withLogAndMetrics({ findRoute, trusted: options.trusted, accessLog: options.accessLog, rarely }, traffic),
      Effect.provide(context)
    )
    const server = yield* Listener.make({
      hostname,
      port,
      name: "the API",
      connectionsPerClient: CONNECTIONS_PER_CLIENT,
      isTrusted: options.trusted.includes,
      idleSeconds: IDLE_SECONDS,
      stallSeconds: IDLE_SECONDS
    }).pipe(
      Effect.mapError(
        ({ reason }) =>
          new OperationFailed({
            message: `the API cannot listen on ${hostname}:${port} (${reason}): choose another port with --port, or 0 for any free port`
          })
      )
    )
    yield* HttpServer.serveEffect(app).pipe(
      Effect.provideService(HttpServer.HttpServer, server),
      Effect.locally(HttpMiddleware.currentTracerDisabledWhen, () => true)
    )
    const metrics = options.metrics === undefined ? undefined : yield* MetricsListener.serve(System.monitoring(serving), options.metrics)
    yield* Effect.forkScoped(collectGarbage)
    // Acquired last, so released first: streams end before the listener closes.
    yield* Effect.addFinalizer(() => Effect.zipRight(hub.close, drained(traffic, SHUTDOWN_PATIENCE)))
    const { address } = server
    return Server.of({ hostname, port: address._tag === "TcpAddress" ? address.port : port, metrics })
  })
