/** How often one client may ask, and how many requests are worked on at a time. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Effect, Option } from "effect"
import { clientKey } from "../../layers/http/addresses.ts"
import { count } from "../../telemetry/metrics.ts"
import { TooManyRequests, Unavailable } from "../definition/errors.ts"
import { Exchange } from "./Exchange.ts"
import { problem } from "./problem.ts"
import * as TokenBucket from "./tokenBucket.ts"

/** Clients remembered at a time: some ten megabytes. */
const CLIENTS = 65_536

/** What watches the server must always come through. */
const UNLIMITED: ReadonlySet<string> = new Set(["health", "ready", "metrics"])

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1_000).toString()

/** `perMinute` requests of one client, all at once if it likes; 0: as many as it likes. Answers say how many are left. */
export const limited = (perMinute: number) => {
  const buckets = TokenBucket.make({ perMinute, capacity: CLIENTS })
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const { client, route } = yield* Exchange
      if (perMinute === 0 || (route !== undefined && UNLIMITED.has(route.name))) return yield* app
      const { allowed, remaining, wait } = buckets.take(clientKey(client), yield* Clock.currentTimeMillis)
      const headers = {
        "ratelimit-limit": perMinute.toString(),
        "ratelimit-remaining": remaining.toString(),
        "ratelimit-reset": seconds(wait)
      }
      if (allowed) return HttpServerResponse.setHeaders(yield* app, headers)
      yield* count("gittensor_api_clients_limited_total")
      const message = `more than ${perMinute} requests in a minute: wait ${seconds(wait)} s`
      return problem(new TooManyRequests({ message, details: [] }), { ...headers, "retry-after": seconds(wait) })
    })
}

/** Requests that are worked on or wait for the database; more would only wait longer. */
export const bounded = (places: number) => {
  const semaphore = Effect.unsafeMakeSemaphore(places)
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.map(
      semaphore.withPermitsIfAvailable(1)(app),
      Option.getOrElse(() =>
        problem(new Unavailable({ message: `${places} requests are being answered already: try again`, details: [] }), {
          "retry-after": "1"
        })
      )
    )
}
