/** Turns every failure into an error response, unless the client has disconnected. */
import type * as HttpApp from "@effect/platform/HttpApp"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cause, Duration, Effect, Predicate } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { type ApiError, InternalError, NotFound, Unavailable } from "../definition/errors.ts"
import { Exchange } from "./Exchange.ts"
import * as OutageLines from "./OutageLines.ts"
import { badParameters, isDecodeError, problem } from "./problem.ts"

type App<R, E = never> = HttpApp.Default<E, R>

/** Widens the error type: @effect/platform lets its own errors through although its type excludes failures. */
const mayFail = <R>(app: App<R>): App<R, unknown> => app

/** Handles invalid parameters in our shape, before @effect/platform does in its own. */
export const parametersInOurShape = <E, R>(app: App<R, E>): App<R, E> =>
  Effect.catchAll(app, (error) => (isDecodeError(error) ? Effect.succeed(problem(badParameters(error))) : Effect.fail(error)))

const errorOf = (failure: unknown, id: string): ApiError => {
  const tag = Predicate.hasProperty(failure, "_tag") ? String(failure._tag) : ""
  if (tag === "RouteNotFound")
    return new NotFound({ message: "there is nothing here: see /docs or /openapi.json for all addresses", details: [] })
  if (tag.startsWith("Database"))
    return new Unavailable({ message: "the database is unavailable: try again in a few seconds", details: [] })
  return new InternalError({ message: `internal error: see request ${id} in the server's log`, details: [] })
}

/** Logs the failure but keeps it out of the response, because it may name hosts, statements or values. */
const answerTo = (cause: Cause.Cause<unknown>) =>
  Effect.gen(function* () {
    const failure = Cause.squash(cause)
    if (HttpServerResponse.isServerResponse(failure)) return failure
    const { id, path } = yield* Exchange
    const error = errorOf(failure, id)
    if (error._tag === "InternalError")
      yield* Effect.logError("internal error while the API answered a request (please report it with the lines below)", cause).pipe(
        Effect.annotateLogs({ id, path })
      )
    if (error._tag === "Unavailable") yield* OutageLines.warn(messageOf(failure)).pipe(Effect.annotateLogs({ id, path }))
    return problem(error)
  })

/** Limits every request to `limit`. The outermost layer of everything that can fail. */
export const withTimeLimitAndErrors =
  (limit: Duration.Duration) =>
  <R>(app: App<R>): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R | HttpServerRequest.HttpServerRequest> =>
    mayFail(app).pipe(
      Effect.timeoutTo({
        duration: limit,
        onSuccess: (response) => response,
        onTimeout: () =>
          problem(new Unavailable({ message: `no answer within ${Duration.format(limit)}: request less, or try again later`, details: [] }))
      }),
      Effect.catchAllCause((cause) => (Cause.isInterruptedOnly(cause) ? Effect.interrupt : answerTo(cause)))
    )
