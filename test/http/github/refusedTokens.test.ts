/** A token that GitHub does not know: what the log and the index's health say, until GitHub knows it. */
import * as HttpApp from "@effect/platform/HttpApp"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Logger, Redacted } from "effect"
import * as IndexHealth from "../../../src/indexer/health.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import * as GitHubDisplay from "../../../src/layers/github/GitHubDisplay.ts"
import { story } from "../../support/github/story.ts"

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
