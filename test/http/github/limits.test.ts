/**
 * GitHub's rate limits in all their forms: after one request the token rests, and another token is used meanwhile. None of them counts as a failure
 * of GitHub.
 */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Effect, Fiber, Metric, TestClock } from "effect"
import { type LimitForm, limitForms } from "../../../lab/devnet/github/server/limitForms.ts"
import { gitHubFindings } from "../../../src/cli/doctor/gitHub.ts"
import * as tokens from "../../../src/layers/github/client/tokens.ts"
import { ref, service, story } from "../../support/github/story.ts"
import { unhurried } from "../../support/unhurried.ts"

/** How long the token rests, in milliseconds, when the limit resets in half an hour. */
const RESTS: Readonly<Record<LimitForm, number>> = {
  RATE_LIMITED: 1_800_000,
  RATE_LIMIT: 1_800_000,
  graphqlSecondary: 60_000,
  primary: 1_800_000,
  primaryAs429: 1_800_000,
  secondary: 60_000,
  secondaryAs429: 60_000,
  secondaryWithoutHeaders: 60_000,
  abuse: 60_000
}

const aMoment = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))

/** When the program next wakes up, in milliseconds of the test's clock. */
const sleepsUntil = (time: number) =>
  Effect.repeat(Effect.zipRight(aMoment, TestClock.sleeps()), { until: (times) => Chunk.contains(times, time) })

const limited = (form: LimitForm) => ({
  payload: { fault: { _tag: "RateLimited" as const, form, reset: 1_800, path: "^/graphql", times: 100 } }
})

const configured = <A, E, R>(effect: Effect.Effect<A, E, R>, url: string, token: string) =>
  Effect.withConfigProvider(
    effect,
    ConfigProvider.fromMap(
      new Map([
        ["GITTENSOR_GITHUB_URL", url],
        ["GITTENSOR_GITHUB_TOKEN", token]
      ])
    )
  )

const metric = (name: string) =>
  Effect.map(Metric.snapshot, (pairs) =>
    pairs
      .filter(({ metricKey }) => metricKey.name === name)
      .map(({ metricKey, metricState }) => `${metricKey.tags.map(({ value }) => value).join(" ")}: ${JSON.stringify(metricState)}`)
      .toSorted()
  )

describe("a rate limit", () => {
  for (const form of limitForms) {
    it.scoped(`in the form ${form} is one request, and a rest of the right length`, () =>
      Effect.gen(function* () {
        const { url, control, observer } = yield* story()
        const github = yield* service(url, [observer.token], { timeout: "3 hours", patience: "1 day" })
        yield* control.addFault(limited(form))
        const asked = yield* Effect.fork(github.issueEvidence(ref(1)))
        yield* sleepsUntil(RESTS[form])
        yield* control.removeFaults({ payload: {} })
        yield* TestClock.adjust(RESTS[form] - 1_000)
        const requests = Effect.map(control.countRequests({ payload: {} }), (counts) => counts.requests)
        assert.strictEqual(yield* requests, 1)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Fiber.join(asked))._tag, "Found")
      })
    )

    it.scopedLive(`in the form ${form} is met once, is told as a limit, and other tokens take over`, () =>
      Effect.gen(function* () {
        const { url, control, observer } = yield* story()
        const second = yield* control.createUser({ payload: { login: "second" } })
        const [failuresBefore, limitsBefore] = yield* Effect.all([
          metric("gittensor_github_failures_total"),
          metric("gittensor_github_limits_total")
        ])
        yield* control.addFault(limited(form))
        const alone = yield* service(url, [observer.token])
        for (const _ of [1, 2, 3]) {
          const error = yield* Effect.flip(alone.issueEvidence(ref(1)))
          assert.deepInclude(error, { _tag: "GitHubUnavailable", limited: true })
          assert.notProperty(error, "ill")
        }
        assert.strictEqual((yield* control.countRequests({ payload: {} })).requests, 1)
        const failures = (yield* metric("gittensor_github_failures_total")).filter((line) => !failuresBefore.includes(line))
        assert.isNotEmpty(failures)
        for (const line of failures) assert.match(line, /limited/)
        assert.notDeepEqual(yield* metric("gittensor_github_limits_total"), limitsBefore)

        yield* control.removeFaults({ payload: {} })
        yield* control.addFault({ payload: { fault: { ...limited(form).payload.fault, times: 1 } } })
        const both = yield* service(url, [observer.token, second.token])
        assert.strictEqual((yield* both.issueEvidence(ref(1)))._tag, "Found")
      })
    )
  }

  it.scopedLive("of a token is a warning of the doctor, not a silence", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      for (const form of ["secondary", "secondaryWithoutHeaders", "abuse"] as const) {
        yield* control.addFault({ payload: { fault: { _tag: "RateLimited", form, reset: 1_800, path: "^/rate_limit" } } })
        const [finding] = yield* configured(unhurried(gitHubFindings), url, observer.token)
        assert.strictEqual(finding?.result, "warning")
        assert.include(finding?.detail, "a rate limit is used up")
      }
      const [finding] = yield* configured(unhurried(gitHubFindings), url, observer.token)
      assert.strictEqual(finding?.result, "ok")
    })
  )

  it("without a time makes the rests longer, once for requests that were under way together", () => {
    const once = tokens.restUnnamed(tokens.make([]), 0, "all", 0)
    assert.deepStrictEqual(once.slots[0]?.freeAt, { core: 60_000, graphql: 60_000 })
    assert.strictEqual(tokens.restUnnamed(once, 0, "all", 1), once)
    const twice = tokens.restUnnamed(once, 0, "all", 60_000)
    assert.deepStrictEqual(twice.slots[0]?.freeAt, { core: 180_000, graphql: 180_000 })
    const answered = tokens.restUnnamed(tokens.tokenAnswered(twice, 0), 0, "core", 200_000)
    assert.deepStrictEqual(answered.slots[0]?.freeAt, { core: 260_000, graphql: 180_000 })
  })
})
