/** Gives every request an id, and counts, times and logs it. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { type Duration, Effect, Exit, Option, Schedule } from "effect"
import type { RareLines } from "../../../layers/machine/effects/rareLines.ts"
import { unmapped } from "../../../layers/machine/http/addresses.ts"
import { count, observe, set } from "../../../layers/machine/telemetry/metrics.ts"
import { clientAddress, isNearby, type TrustedProxies } from "./clientAddress.ts"
import { Exchange } from "./Exchange.ts"
import type { FindRoute } from "./routes.ts"

/** Which requests are logged. */
export type AccessLog = "all" | "errors" | "none"

export interface Observing {
  readonly findRoute: FindRoute
  readonly trusted: TrustedProxies
  readonly accessLog: AccessLog
  /** Rate-limited log, for the hint that a proxy is not trusted. */
  readonly rarely: RareLines
}

/** Number of requests in progress; shutdown waits for them. */
export interface Traffic {
  inProgress: number
}

const isLogged = (accessLog: AccessLog, status: number) => accessLog === "all" || (accessLog === "errors" && status >= 500)

/** Logs a hint: without trust in the operator's own proxy, all its clients count as one. Ignores the header from strangers. */
const noticeProxy = ({ trusted, rarely }: Observing, peer: string, forwardedFor: string | undefined) =>
  forwardedFor === undefined || trusted.includes(peer) || !isNearby(peer)
    ? Effect.void
    : rarely.warn(
        peer,
        `a proxy at ${peer} sends X-Forwarded-For, which does not count: its clients share one limit of requests. If it sets that header and X-Forwarded-Host and -Proto itself, start with --trusted-proxies ${peer}`
      )

const sizeOf = ({ body }: HttpServerResponse.HttpServerResponse) => (body._tag === "Uint8Array" ? body.body.length : 0)

/** Status for a client that closed the connection early, as in nginx. */
const CLIENT_CLOSED = 499

export const withLogAndMetrics =
  (observing: Observing, traffic: Traffic) =>
  <R>(app: HttpApp.Default<never, R>) =>
    Effect.gen(function* () {
      const { findRoute, trusted, accessLog } = observing
      const request = yield* HttpServerRequest.HttpServerRequest
      const path = request.url.split("?", 1)[0] ?? ""
      const route = findRoute(path)
      const peer = unmapped(Option.getOrElse(request.remoteAddress, () => ""))
      const forwardedFor = request.headers["x-forwarded-for"]
      yield* noticeProxy(observing, peer, forwardedFor)
      const client = clientAddress(peer, forwardedFor, trusted)
      const exchange = { id: crypto.randomUUID(), client, path, route }
      const endpoint = route?.name ?? "none"
      const began = performance.now()
      const finished = (status: number, bytes: number) =>
        Effect.gen(function* () {
          const seconds = (performance.now() - began) / 1_000
          yield* count("gittensor_api_requests_total", { endpoint, status: status.toString() })
          yield* observe("gittensor_api_request_duration_seconds", seconds, { endpoint })
          if (!isLogged(accessLog, status)) return
          yield* Effect.logInfo("request").pipe(
            Effect.annotateLogs({
              id: exchange.id,
              client,
              method: request.method,
              url: request.url.slice(0, 500),
              status,
              bytes,
              ms: Math.round(seconds * 10_000) / 10
            })
          )
        })
      traffic.inProgress += 1
      return yield* app.pipe(
        Effect.provideService(Exchange, exchange),
        Effect.onExit((exit) =>
          Effect.sync(() => {
            traffic.inProgress -= 1
          }).pipe(Effect.zipRight(Exit.isSuccess(exit) ? finished(exit.value.status, sizeOf(exit.value)) : finished(CLIENT_CLOSED, 0)))
        )
      )
    })

export const measure = ({ inProgress }: Traffic) => set("gittensor_api_requests_in_progress", inProgress)

/** Waits until no request is in progress, at most `longest`. */
export const drained = (traffic: Traffic, longest: Duration.DurationInput) =>
  Effect.sync(() => traffic.inProgress === 0).pipe(
    Effect.repeat({ until: (none) => none, schedule: Schedule.spaced("20 millis") }),
    Effect.timeout(longest),
    Effect.ignore
  )
