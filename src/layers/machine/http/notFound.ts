/** The 404 answer. It is no catch-all route, because such a route would answer HEAD before the route for GET does. */
import type * as HttpRouter from "@effect/platform/HttpRouter"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"

const notFound = HttpServerResponse.unsafeJson({ message: "there is nothing here" }, { status: 404 })

/** Answers with 404 where the router has no route. */
export const orNotFound = <E, R>(router: HttpRouter.HttpRouter<E, R>) =>
  Effect.catchIf(
    router,
    (error): error is RouteNotFound => error instanceof RouteNotFound,
    () => Effect.succeed(notFound)
  )
