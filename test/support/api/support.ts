/** The API's handlers in this process, called with HTTP requests. */
import { HttpApiBuilder, HttpServer } from "@effect/platform"
import type { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Layer } from "effect"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import { handlers } from "../../../src/dashboard/api/handlers/handlers.ts"
import type { Database } from "../../../src/layers/storage/database/Database.ts"

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export type Get = (path: string) => Effect.Effect<Answer>

/** A request handler with the given extra layer. It caches aggregates for its whole life. */
const handledWith = (setting: Layer.Layer<never>) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<SqlClient | Database>()
    const { handler, dispose } = HttpApiBuilder.toWebHandler(
      Layer.mergeAll(
        HttpApiBuilder.api(Api).pipe(Layer.provide(handlers), Layer.provide(Layer.succeedContext(context))),
        HttpServer.layerContext,
        setting
      )
    )
    yield* Effect.addFinalizer(() => Effect.promise(dispose))
    return (request: Request) => handler(request)
  })

export const handled = handledWith(Layer.empty)

/** Requests paths such as /v1/issues?limit=2. */
export const askedWith = (setting: Layer.Layer<never>) =>
  Effect.map(
    handledWith(setting),
    (handler): Get =>
      (path) =>
        Effect.promise(async () => {
          const response = await handler(new Request(`http://api.test${path}`))
          const text = await response.text()
          const isJson = response.headers.get("content-type")?.startsWith("application/json") === true
          return { status: response.status, body: isJson ? JSON.parse(text) : text === "" ? null : text }
        })
  )

export const asked = askedWith(Layer.empty)
