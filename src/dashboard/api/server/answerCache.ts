/** Caches whole compressed answers until a relevant change in the database, so that many readers of one match cost one query. */
import * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { SqlClient } from "@effect/sql/SqlClient"
import { type Duration, Effect, Option, Ref } from "effect"
import { LRUCache } from "lru-cache"
import { cachedOutcome } from "../../../layers/machine/effects/cachedOutcome.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { PREPARED } from "../../../layers/storage/database/schema/prepared.ts"
import { Api } from "../definition/Api.ts"
import { ANSWERED_AT } from "../definition/pages.ts"
import { newestNumber } from "../stream/changes.ts"
import { chooseEncoding } from "./contentEncoding.ts"
import { Exchange } from "./Exchange.ts"

type Response = HttpServerResponse.HttpServerResponse

/** Bytes of the whole cache, and of the largest cached answer. */
const [MOST_BYTES, LARGEST] = [16_000_000, 500_000]
/** Approximate bytes of a cache entry beside its body. */
const ENTRY_BYTES = 2_000

/**
 * Endpoints whose answers depend on URL and database alone: those under /v1, the pictures and badges. The feed and /llms.txt also contain the request's host,
 * so one client could poison the answers for others.
 */
const KEPT: ReadonlySet<string> = (() => {
  const names = new Set(["matchPicture", "issuePicture", "generalPicture", "matchBadge", "issueBadge", "badge"])
  HttpApi.reflect(Api, { onGroup: () => {}, onEndpoint: ({ endpoint: { name } }) => names.add(name) })
  return names
})()

const sizeOf = ({ body }: Response) => (body._tag === "Uint8Array" ? body.body.length : Number.POSITIVE_INFINITY)

/** Endpoints whose answers change with every block, or are up to a few seconds older than the database. */
const OF_THE_HEAD: ReadonlySet<string> = new Set(["blocks", "config", "stats", "treasury"])

/** A block in the future, which has no time yet. */
const FUTURE = /"block":(\d+),"time":null/g

/** The block that invalidates an answer even without other changes: the next block, or the first future block in the answer. */
const changingBlock = (route: string, { body, headers }: Response, newest: number): number => {
  const isJson = body._tag === "Uint8Array" && headers["content-type"]?.startsWith("application/json") === true
  if (OF_THE_HEAD.has(route) || !isJson) return newest + 1
  const text = new TextDecoder().decode(body.body)
  // The odds of a running match follow the time that is left.
  if (route === "competition" && text.includes('"odds":{')) return newest + 1
  let first = Number.POSITIVE_INFINITY
  for (const [, digits] of text.matchAll(FUTURE)) {
    const block = Number(digits)
    // Blocks before the index's first one have no time either, and never get one.
    if (block > newest && block < first) first = block
  }
  return first
}

interface Look {
  /** The snapshot that this query ran in. */
  readonly snapshot: string
  /** Whether anything but blocks has changed since the previous query. */
  readonly content: boolean
  /** The newest block, or -1. */
  readonly newest: number
}

const NEWEST_BLOCK = "coalesce((SELECT max(number) FROM blocks), -1)"

/**
 * What has become visible since an earlier snapshot, according to the change log. If the log does not reach back to it, or on a logical replica (which has no
 * log), everything counts as changed.
 */
const lookSince = (before: string | undefined) =>
  Effect.flatMap(SqlClient, (sql) =>
    before === undefined
      ? sql<Look>`${sql.literal(PREPARED)} SELECT pg_current_snapshot()::text AS snapshot, true AS content, ${sql.literal(NEWEST_BLOCK)} AS newest`
      : sql<Look>`${sql.literal(PREPARED)} SELECT pg_current_snapshot()::text AS snapshot,
          EXISTS (SELECT FROM pg_subscription_rel)
            OR NOT EXISTS (SELECT FROM change_log WHERE transaction < pg_snapshot_xmax(${before}::pg_snapshot)::text::bigint)
            OR EXISTS (SELECT FROM change_log WHERE transaction >= pg_snapshot_xmin(${before}::pg_snapshot)::text::bigint
              AND NOT pg_visible_in_snapshot(transaction::text::xid8, ${before}::pg_snapshot)) AS content,
          ${sql.literal(NEWEST_BLOCK)} AS newest`
  ).pipe(
    Effect.map(([row]) => row),
    // The request then meets the database error itself.
    Effect.catchAll(() => Effect.succeed(undefined))
  )

interface State {
  /** Number of changes seen by this process, apart from blocks. */
  readonly changes: number
  /** The newest block, or -1. */
  readonly newest: number
}

const makeLook = Effect.map(Ref.make<{ readonly snapshot?: string; readonly changes: number }>({ changes: 0 }), (seen) =>
  Effect.gen(function* () {
    const before = yield* Ref.get(seen)
    const look = yield* lookSince(before.snapshot)
    if (look === undefined) return undefined
    const changes = before.changes + Number(look.content)
    yield* Ref.set(seen, { snapshot: look.snapshot, changes })
    return { changes, newest: look.newest } satisfies State
  })
)

const answeredAt = (response: Response, block: number) =>
  block < 0 ? response : HttpServerResponse.setHeader(response, ANSWERED_AT, block.toString())

interface CachedAnswer {
  readonly response: Response
  /** `changes` before the answer was computed. */
  readonly changes: number
  /** The newest block when the answer was computed, which the shared change check may not have seen yet. */
  readonly block: number
  /** The first block at which the answer is stale. */
  readonly until: number
}

/**
 * Answers repeated requests from a cache, unless a relevant change happened. An answer is at most `lifetime` behind the database: the change check is shared
 * by all requests for that long. `finish` transforms every answer before it is cached.
 */
export const withAnswerCache = (
  lifetime: Duration.DurationInput,
  finish: <E, R>(app: HttpApp.Default<E, R>) => Effect.Effect<Response, E, R | HttpServerRequest.HttpServerRequest>
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const current = yield* cachedOutcome(Effect.provideService(yield* makeLook, SqlClient, sql), lifetime)
    const newest = Effect.provideService(Effect.option(newestNumber), SqlClient, sql).pipe(Effect.map(Option.getOrUndefined))
    const kept = new LRUCache<string, CachedAnswer>({
      maxSize: MOST_BYTES,
      sizeCalculation: ({ response }, key) => sizeOf(response) + 2 * key.length + ENTRY_BYTES
    })
    /** An answer, and the block before and after which it was computed; undefined: blocks came in between twice. */
    const ofOneBlock = <E, R>(
      app: HttpApp.Default<E, R>,
      before: number,
      isLast = false
    ): Effect.Effect<{ readonly plain: Response; readonly block: number | undefined }, E, R | HttpServerRequest.HttpServerRequest> =>
      Effect.gen(function* () {
        const exchange = yield* Exchange
        const plain = yield* Effect.provideService(app, Exchange, { ...exchange, newest: before })
        const after = yield* newest
        if (after === before || after === undefined) return { plain, block: after }
        return isLast || plain.status !== 200 ? { plain, block: undefined } : yield* ofOneBlock(app, after, true)
      })
    return <E, R>(app: HttpApp.Default<E, R>) =>
      Effect.gen(function* () {
        const { method, url, headers } = yield* HttpServerRequest.HttpServerRequest
        const { route } = yield* Exchange
        if (method !== "GET" || route === undefined || !KEPT.has(route.name)) return yield* finish(app)
        const state = yield* current
        if (state === undefined) return yield* finish(app)
        const key = `${headers.accept ?? ""} ${chooseEncoding(headers["accept-encoding"]) ?? ""} ${url}`
        const found = kept.get(key)
        const isFound = found !== undefined && found.changes === state.changes && state.newest < found.until
        yield* count("gittensor_api_answers_total", { from: isFound ? "memory" : "database" })
        if (isFound) return answeredAt(found.response, Math.max(state.newest, found.block))
        const { plain, block } = yield* ofOneBlock(app, state.newest)
        const response = yield* finish(Effect.succeed(plain))
        if (block === undefined) return response
        if (response.status === 200 && sizeOf(response) <= LARGEST)
          kept.set(key, { response, changes: state.changes, block, until: changingBlock(route.name, plain, block) })
        return answeredAt(response, block)
      })
  })
