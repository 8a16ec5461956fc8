import { Effect, Schema } from "effect"
import type { Client } from "./Client.ts"
import type { Methods } from "./Method.ts"
import { internalError, invalidParams, invalidRequest, methodNotFound, parseError, RpcError } from "./RpcError.ts"

/** The most requests in one batch. */
const batchLimit = 1000

const Id = Schema.Union(Schema.String, Schema.Number, Schema.Null)

const Request = Schema.Struct({
  jsonrpc: Schema.Literal("2.0"),
  method: Schema.String,
  id: Schema.optional(Id),
  params: Schema.optional(
    Schema.Union(Schema.Array(Schema.Unknown), Schema.Null, Schema.Record({ key: Schema.String, value: Schema.Unknown }))
  )
})

const decodeRequest = Schema.decodeUnknownEither(Request)

const errorResponse = (id: unknown, { code, message, data }: RpcError) => ({
  jsonrpc: "2.0",
  id,
  error: data === undefined ? { code, message } : { code, message, data }
})

/** The id of an invalid request, if it has one, so that the client can match the error. */
const idOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "id" in value && Schema.is(Id)(value.id) ? value.id : null

/** Answers JSON-RPC messages by a table of methods. */
export const makeDispatch = (methods: Methods) => {
  const one = (message: unknown, client: Client): Effect.Effect<unknown> =>
    Effect.suspend(() => {
      const request = decodeRequest(message)
      if (request._tag === "Left") return Effect.succeed(errorResponse(idOf(message), invalidRequest))
      const { id, method, params } = request.right
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined
      const answer =
        run === undefined
          ? Effect.fail(methodNotFound(method))
          : Array.isArray(params) || params === undefined || params === null
            ? run(params ?? [], client)
            : Effect.fail(invalidParams("give them by position"))
      return answer.pipe(
        Effect.catchAllDefect((defect) => Effect.zipRight(Effect.logError(`${method} failed`, defect), Effect.fail(internalError))),
        Effect.match({
          onSuccess: (result): unknown => ({ jsonrpc: "2.0", id, result: result ?? null }),
          onFailure: (error): unknown => errorResponse(id, error)
        }),
        Effect.map((response) => (id === undefined ? undefined : response))
      )
    })

  /** The answer to one message; undefined for notifications. */
  return (text: string, client: Client): Effect.Effect<string | undefined> =>
    Effect.suspend(() => {
      let message: unknown
      try {
        message = JSON.parse(text)
      } catch {
        return Effect.succeed(JSON.stringify(errorResponse(null, parseError)))
      }
      if (!Array.isArray(message)) {
        return Effect.map(one(message, client), (response) => (response === undefined ? undefined : JSON.stringify(response)))
      }
      if (message.length === 0) return Effect.succeed(JSON.stringify(errorResponse(null, invalidRequest)))
      if (message.length > batchLimit) {
        const tooLarge = new RpcError({ code: -32010, message: `The batch request was too large: more than ${batchLimit}` })
        return Effect.succeed(JSON.stringify(errorResponse(null, tooLarge)))
      }
      return Effect.forEach(message, (request) => one(request, client), { concurrency: 16 }).pipe(
        Effect.map((responses) => responses.filter((response) => response !== undefined)),
        Effect.map((responses) => (responses.length === 0 ? undefined : JSON.stringify(responses)))
      )
    })
}
