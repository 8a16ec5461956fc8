/** For every failure behind an endpoint, the client gets an error in the common form, without internal details. */
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { HttpApiDecodeError } from "@effect/platform/HttpApiError"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Logger, type ParseResult, Schema, TestClock } from "effect"
import { ApiError } from "../../../src/dashboard/api/definition/errors.ts"
import { withConcurrencyLimit } from "../../../src/dashboard/api/server/limit.ts"
import * as OutageLines from "../../../src/dashboard/api/server/OutageLines.ts"
import { badParameters } from "../../../src/dashboard/api/server/problem.ts"
import { withTimeLimitAndErrors } from "../../../src/dashboard/api/server/translate.ts"
import { DatabaseUnavailable } from "../../../src/layers/storage/database/Database.ts"

const request = HttpServerRequest.fromWeb(new Request("http://api.test/v1/issues"))
const decode = Schema.decodeUnknownSync(ApiError)

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse): unknown =>
  body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(body.body)) : undefined

/** An effect whose type omits its errors, as @effect/platform's handlers do. */
const failing = (effect: Effect.Effect<never, unknown>) => effect as Effect.Effect<never>

const answerOf = (app: Effect.Effect<HttpServerResponse.HttpServerResponse>, logged: Array<string> = []) =>
  withTimeLimitAndErrors(Duration.seconds(10))(app).pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, request),
    Effect.provide(
      Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message, cause }) => logged.push(`${String(message)} ${String(cause)}`))
      )
    )
  )

describe("an endpoint that fails", () => {
  it.effect("with a defect answers 500 and writes details only to the log", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      for (const app of [Effect.die(new Error("password=hunter2")), Effect.fail({ _tag: "SqlError", message: "password=hunter2" })]) {
        const response = yield* answerOf(failing(app), logged)
        assert.strictEqual(response.status, 500)
        assert.strictEqual(decode(bodyOf(response))._tag, "InternalError")
        assert.notInclude(JSON.stringify(bodyOf(response)), "hunter2")
      }
      assert.strictEqual(logged.length, 2)
      assert.include(logged[0], "hunter2")
    })
  )

  it.effect("without a database answers 503", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const away = new DatabaseUnavailable({ where: "postgres://secret-host/index", reason: "refused", advice: "start it" })
      const response = yield* answerOf(failing(Effect.fail(away)), logged)
      assert.strictEqual(response.status, 503)
      assert.notInclude(JSON.stringify(bodyOf(response)), "secret-host")
      assert.include(logged.join(), "secret-host")
    })
  )

  it.effect("without a database says so once an hour, however many requests there are", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const lines = yield* OutageLines.make
      const away = new DatabaseUnavailable({ where: "postgres://host/index", reason: "refused", advice: "start it" })
      const asked = Effect.provideService(answerOf(failing(Effect.fail(away)), logged), OutageLines.OutageLines, lines)
      for (let request = 0; request < 5; request++) assert.strictEqual((yield* asked).status, 503)
      assert.strictEqual(logged.length, 1)
      yield* TestClock.adjust("1 hour")
      yield* asked
      assert.strictEqual(logged.length, 2)
    })
  )

  it.effect("that takes too long answers 503", () =>
    Effect.gen(function* () {
      const waiting = yield* Effect.fork(answerOf(Effect.never))
      yield* TestClock.adjust("11 seconds")
      const response = yield* Fiber.join(waiting)
      assert.strictEqual(response.status, 503)
      assert.include(decode(bodyOf(response)).message, "10s")
    })
  )

  it.effect("for an unknown route answers 404, and passes on a failure that is itself an answer", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* answerOf(failing(Effect.fail(new RouteNotFound({ request }))))).status, 404)
      assert.strictEqual((yield* answerOf(failing(Effect.die(HttpServerResponse.empty({ status: 418 }))))).status, 418)
    })
  )

  it.effect("answers nothing once its client has gone away", () =>
    Effect.gen(function* () {
      const waiting = yield* Effect.fork(answerOf(Effect.never))
      const exit = yield* Fiber.interrupt(waiting)
      assert.isTrue(Exit.isInterrupted(exit))
    })
  )
})

it("names malformed parameters briefly, however many there are", () => {
  const long = "x".repeat(1_000)
  const issues = [
    { _tag: "Type" as const, path: ["limit"], message: `Expected a number, actual ${long}` },
    { _tag: "Type" as const, path: ["limit"], message: "Expected undefined, actual 5" },
    ...Array.from({ length: 50 }, (_, index) => ({ _tag: "Unexpected" as const, path: [`other${index}`], message: "is unexpected" })),
    { _tag: "Missing" as const, path: [], message: "is missing" }
  ] satisfies ReadonlyArray<ParseResult.ArrayFormatterIssue>
  const { details, message } = badParameters(new HttpApiDecodeError({ issues, message: long }))
  assert.strictEqual(details.length, 20)
  assert.deepStrictEqual(details[0], { at: "limit", message: `Expected a number, actual ${"x".repeat(174)}…` })
  assert.deepInclude(details[1], { at: "other0" })
  assert.isBelow(message.length, 300)
})

it.effect("limits concurrent requests and refuses the others at once", () =>
  Effect.gen(function* () {
    const go = yield* Deferred.make<void>()
    const app = withConcurrencyLimit(2)(Effect.as(Deferred.await(go), HttpServerResponse.empty())).pipe(
      Effect.provideService(HttpServerRequest.HttpServerRequest, request)
    )
    const two = yield* Effect.forkAll([app, app])
    yield* Effect.yieldNow()
    const third = yield* app
    assert.strictEqual(third.status, 503)
    assert.strictEqual(third.headers["retry-after"], "1")
    yield* Deferred.succeed(go, undefined)
    assert.deepStrictEqual(
      (yield* Fiber.join(two)).map(({ status }) => status),
      [204, 204]
    )
    assert.strictEqual((yield* app).status, 204, "places are free again")
  })
)
