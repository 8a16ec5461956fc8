/** A token that GitHub refuses: the log and the index's health until GitHub accepts it. */
import * as HttpApp from "@effect/platform/HttpApp"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Logger, LogLevel, Queue, Redacted, Schedule, TestClock } from "effect"
import * as IndexHealth from "../../../src/dashboard/indexer/health.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import * as TokenCheck from "../../../src/layers/github/client/TokenCheck.ts"
import * as GitHubDisplay from "../../../src/layers/github/display/GitHubDisplay.ts"
import { AskedVersion } from "../../support/github/AskedVersion.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { story } from "../../support/github/story.ts"

/** Settings under which requests end only by themselves. */
const settingsOf = (url: string, tokens: ReadonlyArray<string>) => ({
  url,
  tokens: tokens.map((token) => Redacted.make(token)),
  timeout: Duration.minutes(2),
  patience: Duration.minutes(5),
  pause: Duration.millis(1)
})

/** The notes and log lines of the check, in order. */
const noting = <A, E, R>(use: (noted: Queue.Queue<string>) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const noted = yield* Queue.unbounded<string>()
    const registry = RefusedTokens.RefusedTokens.of({
      note: (slot, isRefused) => Effect.asVoid(noted.offer(`${slot}: ${isRefused ? "refused" : "known"}`)),
      all: Effect.succeed([]),
      noteOwner: () => Effect.void,
      forgetOwner: () => Effect.void,
      byOwners: Effect.succeed([])
    })
    const recording = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => {
        noted.unsafeOffer(String(Array.isArray(message) ? message[0] : message))
      })
    )
    return yield* use(noted).pipe(
      Effect.provideService(RefusedTokens.RefusedTokens, registry),
      Effect.provide(recording),
      Logger.withMinimumLogLevel(LogLevel.Debug)
    )
  })

const rateLimitOf = (url: string, token: string) =>
  Effect.promise(async () => {
    const answer = await fetch(`${url}/rate_limit`, { headers: { authorization: `Bearer ${token}` } })
    return answer.headers.get("x-ratelimit-remaining")
  })

describe("the check of tokens", () => {
  it.scoped("asks with each token at once and every hour, and uses up no limit", () =>
    noting((noted) =>
      Effect.gen(function* () {
        const { url, observer } = yield* story()
        const remaining = yield* rateLimitOf(url, observer.token)
        yield* Effect.forkScoped(TokenCheck.hourlyWith(settingsOf(url, [observer.token, "gho_revoked"])))
        const both = Effect.map(Queue.takeN(noted, 2), Chunk.toReadonlyArray)
        assert.deepStrictEqual(yield* both, ["0: known", "1: refused"])
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* Queue.size(noted), 0)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* both, ["0: known", "1: refused"])
        assert.strictEqual(yield* rateLimitOf(url, observer.token), remaining)
      })
    )
  )

  it.scopedLive("concludes nothing while GitHub is down", () =>
    noting((noted) =>
      Effect.gen(function* () {
        const { url, control, observer } = yield* story()
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 503, path: "^/rate_limit" } } })
        yield* Effect.forkScoped(TokenCheck.hourlyWith(settingsOf(url, ["gho_revoked", observer.token])))
        assert.strictEqual(yield* Queue.take(noted), "1: known")
        yield* Effect.forkScoped(TokenCheck.hourlyWith(settingsOf("http://127.0.0.1:1", ["gho_revoked"])))
        assert.strictEqual(yield* Queue.take(noted), "GitHub did not say whether it knows token 1")
        yield* control.addFault({ payload: { fault: { _tag: "Hang", path: "^/rate_limit" } } })
        const hasty = { ...settingsOf(url, ["gho_revoked", observer.token]), timeout: Duration.millis(100) }
        yield* Effect.forkScoped(TokenCheck.hourlyWith(hasty))
        assert.strictEqual(yield* Queue.take(noted), "GitHub did not say whether it knows token 1")
      })
    )
  )

  inEachVersion("shows in the index's health before anything else asks GitHub", () =>
    Effect.gen(function* () {
      const { url } = yield* story()
      const { all: refusedTokens } = yield* RefusedTokens.RefusedTokens
      const { state } = yield* IndexHealth.make
      const health = HttpApp.toWebHandler(IndexHealth.routes({ state, refusedTokens, maxBehind: 50, version: "0" }))
      const status = Effect.promise(async () => (await health(new Request("http://localhost/health"))).status)
      assert.strictEqual(yield* status, 200)
      const apiVersion = yield* AskedVersion
      yield* Effect.forkScoped(TokenCheck.hourlyWith({ ...settingsOf(url, ["gho_revoked"]), apiVersion }))
      yield* Effect.repeat(status, { until: (now) => now === 503, schedule: Schedule.spaced("5 millis") })
    }).pipe(Effect.provide(RefusedTokens.layer))
  )
})

describe("a token that GitHub does not know", () => {
  it.scopedLive("is one error in the log, and makes the index unhealthy until GitHub knows it", () => {
    const logged: Array<string> = []
    const recording = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ logLevel, message }) => {
        if (logLevel._tag !== "Debug") logged.push(`${logLevel._tag}: ${String(message)}`)
      })
    )
    return Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const display = yield* GitHubDisplay.makeWith({
        url,
        tokens: [Redacted.make(observer.token), Redacted.make("gho_revoked")],
        timeout: Duration.seconds(2),
        patience: Duration.seconds(5),
        pause: Duration.millis(1)
      })
      const { all: refusedTokens } = yield* RefusedTokens.RefusedTokens
      const { state } = yield* IndexHealth.make
      const health = HttpApp.toWebHandler(IndexHealth.routes({ state, refusedTokens, maxBehind: 50, version: "0" }))
      const asked = Effect.promise(async () => {
        const answer = await health(new Request("http://localhost/health"))
        return { status: answer.status, body: await answer.text() }
      })
      assert.strictEqual((yield* asked).status, 200)
      // Tokens are used in turn, and the accepted one replaces the refused one.
      for (const login of ["ada", "bob", "cleo"]) yield* display.profile((yield* control.user({ payload: { login } })).id)
      const refused = yield* asked
      assert.strictEqual(refused.status, 503)
      assert.include(refused.body, "GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN (status 401): replace it")
      assert.deepStrictEqual(logged, ["Error: GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN (status 401): replace it"])
      yield* Effect.flatMap(RefusedTokens.RefusedTokens, ({ note }) => note(1, false))
      assert.strictEqual((yield* asked).status, 200)
      assert.deepStrictEqual(logged.slice(1), ["Info: GitHub knows token 2 of GITTENSOR_GITHUB_TOKEN again"])
    }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(recording))
  })
})
