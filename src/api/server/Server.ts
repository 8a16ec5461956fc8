/**
 * The HTTP server of `gittensor serve`: the API's endpoints, their description and the page that shows it, behind everything that a request goes through
 * before and after.
 */
import type * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSwagger from "@effect/platform/HttpApiSwagger"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import * as BunHttpServer from "@effect/platform-bun/BunHttpServer"
import { Context, type Duration, Effect, Layer, Schema } from "effect"
import * as Listener from "../../layers/http/Listener.ts"
import type { Api } from "../definition/Api.ts"
import { ServedApi } from "../definition/system.ts"
import type { Page } from "../page/Page.ts"
import { IndexWatch } from "../stream/IndexWatch.ts"
import type { TrustedProxies } from "./clientAddress.ts"
import { economical } from "./conditional.ts"
import { withPagePolicy } from "./docs.ts"
import { guarded } from "./guard.ts"
import { withHeaders } from "./headers.ts"
import { bounded, limited } from "./limit.ts"
import { tidyMemory } from "./memory.ts"
import { type AccessLog, drained, observed, type Traffic } from "./observe.ts"
import { nothingHere, pathsOf, withPage } from "./page.ts"
import { makeFindRoute } from "./routes.ts"
import * as System from "./system.ts"
import { answered, parametersInOurShape } from "./translate.ts"

export class ServerUnavailable extends Schema.TaggedError<ServerUnavailable>()("ServerUnavailable", {
  hostname: Schema.String,
  port: Schema.Number,
  reason: Schema.String
}) {
  override get message() {
    return `the API cannot listen on ${this.hostname}:${this.port} (${this.reason}): choose another port with --port, or 0 for a free one`
  }
}

export interface Options {
  readonly hostname: string
  /** 0 takes any free port. */
  readonly port: number
  /** Requests of one client in a minute; 0: as many as it likes. */
  readonly rateLimit: number
  /** Whose X-Forwarded-For is believed. */
  readonly trusted: TrustedProxies
  /** More blocks behind are not healthy. */
  readonly maxBehind: number
  readonly accessLog: AccessLog
  /** How long an answer may take. */
  readonly patience: Duration.Duration
  readonly version: string
  /** The page that shows it all; none: the API alone. */
  readonly page?: Page
}

export class Server extends Context.Tag("gittensor/api/Server")<Server, { readonly hostname: string; readonly port: number }>() {}

/** Requests that are worked on at a time. */
const PLACES = 256
/** Connections of one client: browsers take six, and several people may share an address. */
const CONNECTIONS_PER_CLIENT = 256
/** A connection on which nothing moves is closed after so many seconds; the stream's heartbeats come more often. */
const IDLE_SECONDS = 45
/** How long requests may take that are there when the server ends. */
const LAST_REQUESTS = "5 seconds"

const DESCRIPTION = { "/openapi.json": "openapi", "/docs": "docs" }

const pages = Layer.mergeAll(HttpApiBuilder.middlewareOpenApi(), HttpApiSwagger.layer())

/** The handlers of all groups but the server's own. */
export type Groups<R> = Layer.Layer<HttpApiGroup.HttpApiGroup.ToService<"gittensor", GroupsOf<typeof Api>>, never, R>
type GroupsOf<A> = A extends HttpApi.HttpApi<infer _Id, infer Found, infer _E, infer _R> ? Found : never

const api = <R>(groups: Groups<R>, subject: System.Subject) =>
  pages.pipe(Layer.provideMerge(HttpApiBuilder.api(ServedApi)), Layer.provide([groups, System.handlers(subject)]))

/** Starts listening; the scope's end stops it: streams are ended, requests may finish. */
export const make = <R>(groups: Groups<R>, options: Options) =>
  Effect.gen(function* () {
    const { hostname, port, page } = options
    const findRoute = makeFindRoute(ServedApi, { ...DESCRIPTION, ...(page === undefined ? {} : pathsOf(page)) })
    const traffic: Traffic = { inProgress: 0 }
    const { hub } = yield* IndexWatch
    const context = yield* Layer.build(
      Layer.mergeAll(
        api(groups, { maxBehind: options.maxBehind, version: options.version, traffic }),
        HttpApiBuilder.middleware(parametersInOurShape)
      ).pipe(Layer.provideMerge(Layer.mergeAll(HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer, BunHttpServer.layerContext)))
    )
    const app = (yield* HttpApiBuilder.httpApp.pipe(Effect.provide(context))).pipe(
      answered(options.patience),
      withPagePolicy,
      withPage(page),
      economical,
      bounded(PLACES),
      limited(options.rateLimit),
      guarded(nothingHere(page)),
      withHeaders,
      observed({ findRoute, trusted: options.trusted, accessLog: options.accessLog }, traffic),
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
    }).pipe(Effect.mapError(({ reason }) => new ServerUnavailable({ hostname, port, reason })))
    yield* HttpServer.serveEffect(app).pipe(
      Effect.provideService(HttpServer.HttpServer, server),
      Effect.locally(HttpMiddleware.currentTracerDisabledWhen, () => true)
    )
    yield* Effect.forkScoped(tidyMemory)
    // The last thing that is acquired is the first that ends.
    yield* Effect.addFinalizer(() => Effect.zipRight(hub.close, drained(traffic, LAST_REQUESTS)))
    const { address } = server
    return Server.of({ hostname, port: address._tag === "TcpAddress" ? address.port : port })
  })

export const layer = <R>(groups: Groups<R>, options: Options) => Layer.scoped(Server, make(groups, options))
