/**
 * Logs every request that changes the stand-in's state in a file, one JSON object a line, and replays them at the next start. The facts and these
 * requests determine the state. Rate limits, faults and the clock are not logged.
 */

import { appendFile, mkdir, readFile, truncate } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect, Runtime, Schema } from "effect"
import { EXIT } from "../../../../src/domain/causes.ts"
import { messageOf } from "../../../../src/domain/messageOf.ts"

const LoggedRequest = Schema.parseJson(
  Schema.Struct({
    /** Milliseconds since 1970 on the stand-in's clock. */
    at: Schema.Int,
    method: Schema.optionalWith(Schema.Literal("POST", "PATCH"), { default: () => "POST" }),
    path: Schema.String,
    authorization: Schema.NullOr(Schema.String),
    body: Schema.String
  })
)
type LoggedRequest = typeof LoggedRequest.Type

/** The recorded requests cannot be used. */
class UnusableHistory extends Schema.TaggedError<UnusableHistory>()("UnusableHistory", {
  file: Schema.String,
  problem: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `the GitHub stand-in cannot use its record ${this.file}: ${this.problem}`
  }
}

export type Answer = (request: Request) => Promise<Response>

/** Control paths that change nothing that is logged. */
const UNLOGGED_PATHS = new Set(["user", "setPages", "setRateLimit", "addFault", "removeFaults", "countRequests"])

const changesState = (request: Request): boolean => {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith("/_control/")) return request.method === "POST" && !UNLOGGED_PATHS.has(pathname.slice("/_control/".length))
  return request.method === "PATCH" || (request.method === "POST" && pathname !== "/graphql")
}

const requestOf = (base: string, { method, path, authorization, body }: LoggedRequest): Request =>
  new Request(base + path, {
    method,
    body,
    headers: new Headers([
      ["content-type", "application/json"],
      ...(authorization === null ? [] : [["authorization", authorization] as [string, string]])
    ])
  })

const failing = (file: string) => (cause: unknown) => new UnusableHistory({ file, problem: messageOf(cause) })

const read = (file: string) =>
  Effect.tryPromise({ try: () => readFile(file, "utf8"), catch: (cause) => cause }).pipe(
    Effect.catchIf(
      (cause) => cause instanceof Error && "code" in cause && cause.code === "ENOENT",
      () => Effect.succeed("")
    ),
    Effect.mapError(failing(file))
  )

/**
 * Replays the file, and returns an `answer` that appends to it. Ignores a last line that was only partly written. Fails with UnusableHistory when a
 * recorded request is refused, for example because the facts differ.
 */
export const resume = Effect.fn("GitHubStandIn.resume")(function* (options: {
  readonly file: string
  readonly base: string
  readonly answer: Answer
  readonly now: Effect.Effect<number>
  readonly setTime: (at: number) => Effect.Effect<void>
}) {
  const { file, base, answer } = options
  const text = yield* read(file)
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  const lines = whole.split("\n").slice(0, -1)
  for (const [index, line] of lines.entries()) {
    const problem = (why: string) => new UnusableHistory({ file, problem: `line ${index + 1}: ${why}` })
    const happened = yield* Effect.mapError(Schema.decodeUnknown(LoggedRequest)(line), (error) =>
      problem(error.message.replace(/\s+/g, " "))
    )
    yield* options.setTime(happened.at)
    const response = yield* Effect.promise(() => answer(requestOf(base, happened)))
    if (!response.ok)
      return yield* problem(
        `${happened.path} is refused now (${yield* Effect.promise(() => response.text())}): was it recorded with other facts?`
      )
  }
  yield* Effect.tryPromise({
    try: async () => {
      await mkdir(dirname(file), { recursive: true })
      if (whole !== text) await truncate(file, Buffer.byteLength(whole))
    },
    catch: failing(file)
  })

  // One request at a time, so that the file has the order of the changes.
  const inTurn = yield* Effect.makeSemaphore(1)
  const recorded = (request: Request) =>
    Effect.gen(function* () {
      const url = new URL(request.url)
      const body = yield* Effect.promise(() => request.clone().text())
      const at = yield* options.now
      const response = yield* Effect.promise(() => answer(request))
      if (!response.ok) return response
      const method = request.method === "PATCH" ? "PATCH" : "POST"
      const happened: LoggedRequest = {
        at,
        method,
        path: `${url.pathname}${url.search}`,
        authorization: request.headers.get("authorization"),
        body
      }
      const line = Schema.encodeSync(LoggedRequest)(happened)
      yield* Effect.promise(() => appendFile(file, `${line}\n`))
      return response
    }).pipe(inTurn.withPermits(1))
  const run = Runtime.runPromise(yield* Effect.runtime<never>())
  return (request: Request) => (changesState(request) ? run(recorded(request)) : answer(request))
})
