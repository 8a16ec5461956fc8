/** Keeps whole answers, compressed, for as long as the database stays as it is, so that many readers of one match cost one query. */
import * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { SqlClient } from "@effect/sql/SqlClient"
import { type Duration, Effect } from "effect"
import { LRUCache } from "lru-cache"
import { cachedOutcome } from "../../layers/effects/cachedOutcome.ts"
import { count } from "../../telemetry/metrics.ts"
import { Api } from "../definition/Api.ts"
import { chooseEncoding } from "./contentEncoding.ts"
import { Exchange } from "./Exchange.ts"

type Response = HttpServerResponse.HttpServerResponse

/** Bytes of all kept answers, and of the largest one that is kept. */
const [MOST_BYTES, LARGEST] = [16_000_000, 500_000]
/** Bytes that an answer takes beside its body, roughly. */
const ENTRY_BYTES = 2_000

/**
 * Endpoints whose answers follow from the address and the database alone: those under /v1, the pictures and the badge. The feed and /llms.txt also name the
 * host that a request was sent to, so that one client could change what others are answered.
 */
const KEPT: ReadonlySet<string> = (() => {
  const names = new Set(["matchPicture", "issuePicture", "generalPicture", "badge"])
  HttpApi.reflect(Api, { onGroup: () => {}, onEndpoint: ({ endpoint: { name } }) => names.add(name) })
  return names
})()

/** Differs after every transaction that wrote anything. */
const snapshot = Effect.flatMap(SqlClient, (sql) => sql<{ snapshot: string }>`SELECT pg_current_snapshot()::text AS snapshot`).pipe(
  Effect.map(([row]) => row?.snapshot),
  // The request itself then finds out what is wrong with the database.
  Effect.catchAll(() => Effect.succeed(undefined))
)

const sizeOf = ({ body }: Response) => (body._tag === "Uint8Array" ? body.body.length : Number.POSITIVE_INFINITY)

/**
 * Answers a repeated request from memory if the database has not changed since. An answer is at most `lifetime` behind the database, because that is how long
 * one look at the database's state counts for all requests.
 */
export const withAnswerCache = (lifetime: Duration.DurationInput) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const current = yield* cachedOutcome(Effect.provideService(snapshot, SqlClient, sql), lifetime)
    const kept = new LRUCache<string, Response>({
      maxSize: MOST_BYTES,
      sizeCalculation: (response, key) => sizeOf(response) + 2 * key.length + ENTRY_BYTES
    })
    let keptOf: string | undefined
    return <E, R>(app: HttpApp.Default<E, R>) =>
      Effect.gen(function* () {
        const { method, url, headers } = yield* HttpServerRequest.HttpServerRequest
        const { route } = yield* Exchange
        if (method !== "GET" || route === undefined || !KEPT.has(route.name)) return yield* app
        const state = yield* current
        if (state === undefined) return yield* app
        if (state !== keptOf) {
          kept.clear()
          keptOf = state
        }
        const key = `${headers.accept ?? ""} ${chooseEncoding(headers["accept-encoding"]) ?? ""} ${url}`
        const found = kept.get(key)
        yield* count("gittensor_api_answers_total", { from: found === undefined ? "database" : "memory" })
        if (found !== undefined) return found
        const response = yield* app
        // If the database changed meanwhile, this answer may be newer than `state`. The next look at the database then drops it.
        if (state === keptOf && response.status === 200 && sizeOf(response) <= LARGEST) kept.set(key, response)
        return response
      })
  })
