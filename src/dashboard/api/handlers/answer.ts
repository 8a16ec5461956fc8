/** Turns a query's result into an API response. */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Cache, Duration, Effect, Exit, Option } from "effect"
import type { ArtefactType } from "../../../domain/quality/Artefact.ts"
import { uninterruptedByOthers } from "../../../layers/machine/effects/cachedOutcome.ts"
import { type Database, type DatabaseError, explained } from "../../../layers/storage/database/Database.ts"
import { BadRequest, NotFound, Unavailable } from "../definition/errors.ts"
import { Exchange } from "../server/Exchange.ts"
import * as OutageLines from "../server/OutageLines.ts"
import { newestNumber } from "../stream/changes.ts"

/** Logs the database error; the client only sees that the database is unavailable. */
const unavailable = (error: DatabaseError) =>
  Effect.zipRight(
    OutageLines.warn(error.message),
    Effect.fail(new Unavailable({ message: "the database is unavailable: try again in a few seconds", details: [] }))
  )

/** Maps database errors to the API's. An invalid SQL statement stays a defect. */
export const withApiErrors = <A>(query: Effect.Effect<A, SqlError | BadRequest, SqlClient>) =>
  Effect.catchAll(
    Effect.zipLeft(explained(query), OutageLines.over),
    (error): Effect.Effect<never, BadRequest | Unavailable> => (error instanceof BadRequest ? Effect.fail(error) : unavailable(error))
  )

export const answer = <A>(query: Effect.Effect<A, SqlError | BadRequest, SqlClient>) =>
  Effect.map(withApiErrors(query), (body) => HttpServerResponse.unsafeJson(body))

const foundAs =
  <A>(respond: (body: A) => HttpServerResponse.HttpServerResponse) =>
  (query: Effect.Effect<Option.Option<A>, SqlError | BadRequest, SqlClient>, what: string) =>
    Effect.flatMap(
      withApiErrors(query),
      Option.match({
        onNone: () => Effect.fail(new NotFound({ message: `the index has no ${what}`, details: [] })),
        onSome: (body) => Effect.succeed(respond(body))
      })
    )

/** Responds with a query's result, or 404. */
export const found = foundAs((body: unknown) => HttpServerResponse.unsafeJson(body))

/** Responds with a query's JSON text byte for byte, or 404. */
export const document = foundAs((text: string) => HttpServerResponse.text(text, { contentType: "application/json" }))

/** Headers that keep browsers from executing anything in a stranger's file. */
const fileHeaders = (mediaType: ArtefactType) => ({
  "cache-control": "public, max-age=31536000, immutable",
  "content-disposition": mediaType === "application/octet-stream" ? "attachment" : "inline",
  "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
  "x-content-type-options": "nosniff"
})

/** Responds with a stranger's file byte for byte, or 404. */
export const artefactFound = foundAs(({ content, mediaType }: { readonly content: Uint8Array; readonly mediaType: ArtefactType }) =>
  HttpServerResponse.uint8Array(content, {
    contentType: mediaType === "text/plain" ? "text/plain; charset=utf-8" : mediaType,
    headers: fileHeaders(mediaType)
  })
)

/** How long a computed total is cached within one block. */
const TOTAL_CACHED_FOR = Duration.seconds(10)

/** Runs an expensive query once for a block, and again after `TOTAL_CACHED_FOR`, however many requests need it. Failures are not cached. */
export const sharedQuery = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const cache = yield* Cache.makeWith({
      capacity: 1,
      lookup: (_block: number) => effect,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? TOTAL_CACHED_FOR : Duration.zero)
    })
    const asked = Effect.provide(withApiErrors(newestNumber), yield* Effect.context<SqlClient | Database>())
    return Effect.gen(function* () {
      const { newest = yield* asked } = yield* Exchange
      return yield* uninterruptedByOthers(cache.get(newest))
    })
  })
