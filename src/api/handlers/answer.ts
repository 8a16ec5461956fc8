/** What a query comes to, as an answer of the API. */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Cache, Duration, Effect, Exit, Option } from "effect"
import { uninterruptedByOthers } from "../../layers/cachedOutcome.ts"
import { type DatabaseError, explained } from "../../layers/database/Database.ts"
import { BadRequest, NotFound, Unavailable } from "../definition/errors.ts"

/** The log says what is wrong with the database; its clients learn that it is not theirs to mend. */
const unavailable = (error: DatabaseError) =>
  Effect.zipRight(
    Effect.logWarning(error.message),
    Effect.fail(new Unavailable({ message: "the database cannot be asked now: try again in a few seconds", details: [] }))
  )

/** The rows, or the API's own error. What is wrong with a statement stays a defect. */
const asked = <A>(query: Effect.Effect<A, SqlError | BadRequest, SqlClient>) =>
  Effect.catchAll(
    explained(query),
    (error): Effect.Effect<never, BadRequest | Unavailable> => (error instanceof BadRequest ? Effect.fail(error) : unavailable(error))
  )

/** The answer whose JSON a query gives. */
export const answer = <A>(query: Effect.Effect<A, SqlError | BadRequest, SqlClient>) =>
  Effect.map(asked(query), (body) => HttpServerResponse.unsafeJson(body))

/** An answer that may not be there. */
export const found = <A>(query: Effect.Effect<Option.Option<A>, SqlError | BadRequest, SqlClient>, what: string) =>
  Effect.flatMap(
    asked(query),
    Option.match({
      onNone: () => Effect.fail(new NotFound({ message: `there is no ${what} in the index`, details: [] })),
      onSome: (body) => Effect.succeed(HttpServerResponse.unsafeJson(body))
    })
  )

/** How long a sum over many rows is told again: about as long as the chain takes for a block. */
const FRESH = Duration.seconds(10)

/** Asked at most once in a while, however many want to know. What failed is asked again. */
export const shared = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Effect.Effect<A, E>, never, R> =>
  Effect.map(
    Cache.makeWith({
      capacity: 1,
      lookup: (_: "all") => effect,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? FRESH : Duration.zero)
    }),
    (cache) => uninterruptedByOthers(cache.get("all"))
  )
