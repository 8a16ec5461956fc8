/** Limits each client's request rate, and the number of concurrent requests. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Option } from "effect"
import { elapsedMillis } from "../../../layers/machine/effects/elapsed.ts"
import { clientKey } from "../../../layers/machine/http/addresses.ts"
import * as RateLimit from "../../../layers/machine/http/rateLimit.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { TooManyRequests, Unavailable } from "../definition/errors.ts"
import { Exchange } from "./Exchange.ts"
import { problem } from "./problem.ts"

/** Clients remembered at a time, about ten megabytes. */
const CLIENTS = 65_536

/** Endpoints for monitoring, which are never limited. */
const UNLIMITED_ENDPOINTS: ReadonlySet<string> = new Set(["health", "ready"])

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1_000).toString()

/** Allows each client `perMinute` requests, also in a burst; 0: no limit. Headers tell how many are left. */
export const withRateLimit = (perMinute: number) => {
  const limit = RateLimit.make({ perMinute, refill: "steady", keys: CLIENTS })
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const { client, route } = yield* Exchange
      if (perMinute === 0 || (route !== undefined && UNLIMITED_ENDPOINTS.has(route.name))) return yield* app
      const [key, now] = [clientKey(client), yield* elapsedMillis]
      const allowed = limit.reserve(key, now) !== undefined
      const { left, next, full } = limit.stateOf(key, now)
      const headers = {
        "ratelimit-limit": perMinute.toString(),
        "ratelimit-remaining": left.toString(),
        "ratelimit-reset": seconds(allowed ? full : next)
      }
      if (allowed) return HttpServerResponse.setHeaders(yield* app, headers)
      yield* count("gittensor_api_clients_limited_total")
      const message = `more than ${perMinute} requests in a minute: try again in ${seconds(next)} s`
      return problem(new TooManyRequests({ message, details: [] }), { ...headers, "retry-after": seconds(next) })
    })
}

/** Rejects requests beyond `places` concurrent ones, which would only wait for the database. */
export const withConcurrencyLimit = (places: number) => {
  const semaphore = Effect.unsafeMakeSemaphore(places)
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.map(
      semaphore.withPermitsIfAvailable(1)(app),
      Option.getOrElse(() =>
        problem(new Unavailable({ message: `the server is busy with ${places} requests: try again`, details: [] }), {
          "retry-after": "1"
        })
      )
    )
}
