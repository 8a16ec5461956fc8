/** A token that GitHub refuses: the log and the index's health until GitHub accepts it. */
import * as HttpApp from "@effect/platform/HttpApp"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Duration, Effect, Logger, LogLevel, Queue, Redacted, Schedule, TestClock } from "effect"
import * as IndexHealth from "../../../src/dashboard/indexer/health.ts"
import { IssueNumber, IssueRef } from "../../../src/domain/IssueRef.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import * as TokenCheck from "../../../src/layers/github/client/TokenCheck.ts"
import { UNKNOWN_AFTER } from "../../../src/layers/github/client/tokens.ts"
import * as Transport from "../../../src/layers/github/client/transport.ts"
import * as GitHubDisplay from "../../../src/layers/github/display/GitHubDisplay.ts"
import * as GitHubComments from "../../../src/layers/github/GitHubComments.ts"
import { AskedVersion } from "../../support/github/AskedVersion.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { settingsFor, story, WIDGETS } from "../../support/github/story.ts"

/** Settings under which requests end only by themselves. */
const settingsOf = (url: string, tokens: ReadonlyArray<string>) => ({
  ...settingsFor(url, tokens, "5 minutes"),
  pause: Duration.millis(1)
})

/** The notes and log lines of the check, in order. */
const noting = <A, E, R>(use: (noted: Queue.Queue<string>) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const noted = yield* Queue.unbounded<string>()
    const registry = RefusedTokens.RefusedTokens.of({
      source: "GITTENSOR_GITHUB_TOKEN",
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
        // A refused token is asked with again before that is believed: time goes on while GitHub answers.
        const both = Effect.zipRight(
          TestClock.adjust("1 millis"),
          Effect.promise(() => new Promise<void>((go) => setImmediate(go)))
        ).pipe(
          Effect.zipRight(Queue.size(noted)),
          Effect.repeat({ until: (size) => size === 2 }),
          Effect.zipRight(Effect.map(Queue.takeN(noted, 2), Chunk.toReadonlyArray))
        )
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
      // Tokens take turns, and the known one answers in the other's place.
      let users = 0
      const turn = Effect.suspend(() => control.createUser({ payload: { login: `user-${users++}` } })).pipe(
        Effect.flatMap(({ id }) => display.profile(id))
      )
      yield* Effect.replicateEffect(turn, 2)
      assert.strictEqual((yield* asked).status, 200, "GitHub may have a bad moment")
      const refused = yield* Effect.repeat(Effect.zipRight(turn, asked), { until: ({ status }) => status === 503 })
      assert.include(refused.body, "GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN (status 401): replace it")
      assert.deepStrictEqual(logged, ["Error: GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN (status 401): replace it"])
      yield* Effect.flatMap(RefusedTokens.RefusedTokens, ({ note }) => note(1, false))
      assert.strictEqual((yield* asked).status, 200)
      assert.deepStrictEqual(logged.slice(1), ["Info: GitHub knows token 2 of GITTENSOR_GITHUB_TOKEN again"])
    }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(recording))
  })

  it.scopedLive("leaves titles and logins to a screen, which are read without one", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const screen = (token: string) => GitHubDisplay.openWith({ ...settingsOf(url, [token]), patience: Duration.seconds(5) })
      const sought = [{ ref: IssueRef.make({ repository: WIDGETS, number: IssueNumber.make(1) }), registeredAt: Date.now() }]
      const shown = yield* screen("gho_revoked")
      for (const login of ["dora", "emil"]) {
        assert.deepInclude((yield* shown.issues(sought))[0], { _tag: "Shown", title: "The widget squeaks", pullRequests: null })
        const { id } = yield* control.createUser({ payload: { login } })
        assert.strictEqual((yield* shown.profile(id)).login, login)
        assert.isTrue(yield* shown.isRefused)
      }
      const good = yield* screen(observer.token)
      assert.deepInclude((yield* good.issues(sought))[0], { pullRequests: [] })
      assert.isFalse(yield* good.isRefused)
    }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  it.scopedLive("for a moment is asked with again, also where it is the only one, and nothing is said", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const tokens = [Redacted.make(observer.token)]
      const settings = { url, tokens, timeout: Duration.seconds(20), patience: Duration.seconds(50), pause: Duration.millis(1) }
      const { ask } = yield* Transport.make(settings)
      const question = { operation: "read an account", route: "GET /user" }
      const { all } = yield* RefusedTokens.RefusedTokens
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 401, times: UNKNOWN_AFTER - 1 } } })
      assert.strictEqual((yield* ask(question)).status, 200)
      assert.deepStrictEqual(yield* all, [])
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 401, times: UNKNOWN_AFTER } } })
      assert.include((yield* Effect.flip(ask(question))).message, "set GITTENSOR_GITHUB_TOKEN to a valid one")
      assert.deepStrictEqual(yield* all, [0])
      yield* Effect.retry(ask(question), Schedule.spaced("5 millis"))
      assert.deepStrictEqual(yield* all, [], "it is tried all the same")
    }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  it.scopedLive("of the account that writes comments has its own name, and those that read are as healthy as before", () => {
    const logged: Array<string> = []
    const recording = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => {
        logged.push(String(message))
      })
    )
    return Effect.gen(function* () {
      const { url } = yield* story()
      const settings = ConfigProvider.fromMap(
        new Map([
          ["GITTENSOR_GITHUB_URL", url],
          ["GITTENSOR_GITHUB_PAUSE", "1 millis"]
        ])
      )
      const { all } = yield* RefusedTokens.RefusedTokens
      const failed = yield* Effect.flatMap(GitHubComments.GitHubComments, ({ author }) => Effect.flip(author)).pipe(
        Effect.provide(GitHubComments.layer(Redacted.make("gho_revoked"))),
        Effect.withConfigProvider(settings)
      )
      assert.include(failed.message, "set GITTENSOR_GITHUB_COMMENTS_TOKEN to a valid one")
      assert.deepStrictEqual(logged, ["GitHub does not know the token of GITTENSOR_GITHUB_COMMENTS_TOKEN (status 401): replace it"])
      assert.deepStrictEqual(yield* all, [])
    }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(recording))
  })
})
