import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Fiber, Redacted, TestClock } from "effect"
import type { Fault } from "../../../lab/devnet/github/server/faults.ts"
import { makeWith } from "../../../src/layers/github/GitHub.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { at, ref, service, story, storyAndService } from "../../support/github/story.ts"

const tally = (control: Effect.Effect.Success<ReturnType<typeof story>>["control"]) => control.countRequests({ payload: {} })

/** Lets real time pass, for effects that do not use the test's clock. */
const aMoment = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))

/** Waits until a fiber sleeps until this time of the test's clock, in milliseconds. */
const sleepsUntil = (time: number) =>
  Effect.repeat(Effect.zipRight(aMoment, TestClock.sleeps()), { until: (times) => Chunk.contains(times, time) })

/** The most requests for one answer: pages of 100, 20 and 4, then the retries with pages of 1, and one more for the only token. */
const MOST_TRIES = 9

describe("GitHub on a bad day", () => {
  const passing: ReadonlyArray<readonly [string, Fault]> = [
    ["502", { _tag: "Status", status: 502, times: 2 }],
    ["500", { _tag: "Status", status: 500, times: 2 }],
    ["503", { _tag: "Status", status: 503, times: 2 }],
    ["429 with Retry-After", { _tag: "Status", status: 429, retryAfter: 0, times: 2 }],
    ["403 of the secondary limit", { _tag: "Status", status: 403, retryAfter: 0, times: 2 }],
    ["403 with nothing remaining, reset now", { _tag: "RateLimited", reset: 0, times: 1 }],
    ["a body cut by a broken connection", { _tag: "Cut", times: 2 }],
    ["a whole answer whose JSON stops", { _tag: "Truncated", times: 2 }]
  ]
  for (const [name, fault] of passing) {
    inEachVersion(`delays registration and evidence by a passing ${name}, but both arrive`, () =>
      Effect.gen(function* () {
        const { url, control, observer } = yield* story()
        const github = yield* service(url, [observer.token])
        yield* control.addFault({ payload: { fault } })
        assert.strictEqual((yield* github.issueForRegistration(ref(1))).title, "The widget squeaks")
        yield* control.addFault({ payload: { fault } })
        assert.strictEqual((yield* github.issueEvidence(ref(1)))._tag, "Found")
        assert.strictEqual((yield* tally(control)).faults, 2 * (fault.times ?? 1), "every fault was met")
      })
    )
  }

  it.scoped("delays registration and evidence by one request without an answer, but both arrive", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const timeout = Duration.hours(1)
      const github = yield* service(url, [observer.token], { timeout, patience: "1 day" })
      const delayed = <A, E>(asking: Effect.Effect<A, E>) =>
        Effect.gen(function* () {
          yield* control.addFault({ payload: { fault: { _tag: "Hang", times: 1 } } })
          const { faults } = yield* tally(control)
          const now = yield* TestClock.currentTimeMillis
          const asked = yield* Effect.fork(asking)
          yield* Effect.repeat(tally(control), { until: (counted) => counted.faults === faults + 1 })
          yield* sleepsUntil(now + Duration.toMillis(timeout))
          yield* TestClock.adjust(timeout)
          // The pause before the retry. The answer may take an hour of this clock.
          yield* Effect.repeat(Effect.zipRight(aMoment, Effect.zipRight(TestClock.adjust("1 millis"), Fiber.poll(asked))), {
            until: (exit) => exit._tag === "Some"
          })
          return yield* Fiber.join(asked)
        })
      assert.strictEqual((yield* delayed(github.issueForRegistration(ref(1)))).title, "The widget squeaks")
      assert.strictEqual((yield* delayed(github.issueEvidence(ref(1))))._tag, "Found")
    })
  )

  const lasting: ReadonlyArray<readonly [string, Fault, number | undefined]> = [
    ["502", { _tag: "Status", status: 502, times: 100 }, 502],
    ["403 that is no rate limit", { _tag: "Status", status: 403, times: 100 }, 403],
    ["451", { _tag: "Status", status: 451, times: 100 }, 451],
    ["a cut body", { _tag: "Cut", times: 100 }, 200],
    ["a truncated body", { _tag: "Truncated", times: 100 }, 200],
    ["no answer", { _tag: "Hang", times: 100 }, undefined],
    ["429 for longer than the patience", { _tag: "Status", status: 429, retryAfter: 3600, times: 100 }, 429],
    ["a used-up limit for longer than the patience", { _tag: "RateLimited", reset: 3600, times: 100 }, 403]
  ]
  for (const [name, fault, status] of lasting) {
    inEachVersion(`turns a lasting ${name} into GitHubUnavailable soon, and never into a verdict`, () =>
      Effect.gen(function* () {
        const { url, control, observer } = yield* story()
        // A short time limit for answers that never come.
        const github = yield* service(url, [observer.token], fault._tag === "Hang" ? { timeout: "50 millis" } : {})
        yield* control.addFault({ payload: { fault } })
        const operations: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          github.issueEvidence(ref(1)),
          github.issueForRegistration(ref(1)),
          github.gist("0"),
          github.viewer
        ]
        for (const operation of operations) {
          const before = yield* tally(control)
          const error = yield* Effect.flip(operation)
          const isForbidden = fault._tag === "Status" && (status === 403 || status === 451)
          assert.strictEqual(error._tag, operation === github.viewer && isForbidden ? "OperationFailed" : "GitHubUnavailable")
          // It gives up after a few requests, or at once if GitHub's reset is later than its patience. (It would wait an hour here.)
          const asked = (yield* tally(control)).requests - before.requests
          assert.isAtMost(asked, "retryAfter" in fault || fault._tag === "RateLimited" ? 1 : MOST_TRIES)
        }
      })
    )
  }

  inEachVersion("does not let an abandoned first query block others", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story()
      const github = yield* service(url, [observer.token])
      yield* Effect.timeoutOption(github.issueForRegistration(ref(1)), "0 millis")
      assert.strictEqual((yield* github.issueForRegistration(ref(1))).title, "The widget squeaks")
    })
  )

  inEachVersion("answers with a client error, which is not retried", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const before = yield* tally(control)
      assert.strictEqual((yield* Effect.flip(github.gist("0000")))._tag, "GistNotFound")
      assert.strictEqual((yield* tally(control)).requests - before.requests, 1)
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 422, times: 1 } } })
      assert.strictEqual((yield* Effect.flip(github.gist("0000")))._tag, "GitHubUnavailable", "422 is not expected of a gist")
      assert.strictEqual((yield* tally(control)).requests - before.requests, 2)
    })
  )

  inEachVersion("rests an exhausted token while the other works, separately for REST and GraphQL", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const second = yield* control.createUser({ payload: { login: "observer-2" } })
      const github = yield* service(url, [observer.token, second.token])
      for (const resource of ["core", "graphql"] as const) {
        yield* control.setRateLimit({ payload: { login: "observer", resource, remaining: 0, resetInSeconds: 3600 } })
      }
      for (let round = 0; round < 3; round++) {
        assert.strictEqual((yield* github.issueEvidence(ref(1)))._tag, "Found")
        yield* github.issueForRegistration(ref(1))
      }
      yield* control.setRateLimit({ payload: { login: "observer-2", resource: "graphql", remaining: 0, resetInSeconds: 3600 } })
      assert.strictEqual((yield* Effect.flip(github.issueEvidence(ref(1))))._tag, "GitHubUnavailable")
      yield* github.issueForRegistration(ref(1))
    })
  )

  inEachVersion("gets no requests while every token rests", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      yield* control.setRateLimit({ payload: { login: "observer", resource: "graphql", remaining: 0, resetInSeconds: 3600 } })
      yield* Effect.flip(github.issueEvidence(ref(1)))
      const { requests } = yield* tally(control)
      const error = yield* Effect.flip(github.issueEvidence(ref(1)))
      assert.include(error.message, "rate limit is used up until")
      assert.strictEqual((yield* tally(control)).requests, requests)
    })
  )

  inEachVersion("enforces its secondary limit of points per minute, which the service obeys", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story({ limits: { pointsPerMinute: 3 } })
      const github = yield* service(url, [observer.token], { patience: "1 second" })
      yield* github.issueEvidence(ref(1))
      yield* github.issueForRegistration(ref(1))
      const error = yield* Effect.flip(github.issueEvidence(ref(1)))
      assert.strictEqual(error._tag, "GitHubUnavailable")
      assert.include(error.message, "status 403")
    })
  )

  inEachVersion("refuses a bad token, which a good one replaces; with none left the error names the setting", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story()
      const both = yield* service(url, ["gho_wrong", observer.token])
      assert.strictEqual((yield* both.viewer).login, "observer")
      const wrong = yield* service(url, ["gho_wrong"])
      const error = yield* Effect.flip(wrong.viewer)
      assert.strictEqual(error._tag, "OperationFailed")
      assert.include(error.message, "GITTENSOR_GITHUB_TOKEN")
      assert.notInclude(error.message, "gho_wrong")
      const evidence = yield* Effect.flip(wrong.issueEvidence(ref(1)))
      assert.strictEqual(evidence._tag, "GitHubUnavailable")
      assert.include(evidence.message, "GITTENSOR_GITHUB_TOKEN")
      assert.include((yield* Effect.flip((yield* service(url, [])).viewer)).message, "it needs a token")
    })
  )

  inEachVersion("answers 304 if nothing changed, which costs no limit", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const github = yield* service(url, [observer.token])
      const gist = yield* github.createGist({ description: "link", public: true, files: [{ name: "a.txt", content: "text" }] })
      yield* github.gist(gist.id)
      const remaining = Effect.promise(async () => {
        const response = await fetch(`${url}/rate_limit`, { headers: { authorization: `Bearer ${observer.token}` } })
        const body = (await response.json()) as { readonly rate: { readonly remaining: number } }
        return body.rate.remaining
      })
      const before = yield* remaining
      for (let round = 0; round < 5; round++) assert.deepStrictEqual(yield* github.gist(gist.id), gist)
      assert.strictEqual(yield* remaining, before)
      assert.strictEqual((yield* tally(control)).notModified, 5)
      yield* github.issueForRegistration(ref(1))
      yield* control.close({ payload: at(1) })
      assert.include((yield* Effect.flip(github.issueForRegistration(ref(1)))).message, "is closed", "a change is seen at once")
    })
  )

  it.scoped("is left alone exactly as long as Retry-After says, by the clock", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const github = yield* makeWith({
        url,
        tokens: [Redacted.make(observer.token)],
        timeout: Duration.minutes(5),
        patience: Duration.minutes(2),
        pause: Duration.millis(1)
      })
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 429, retryAfter: 60 } } })
      const asking = yield* Effect.fork(github.viewer)
      const faultShown = tally(control).pipe(Effect.repeat({ until: ({ faults }) => faults === 1 }))
      yield* faultShown
      yield* sleepsUntil(60_000)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual((yield* tally(control)).requests, 1)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* Fiber.join(asking)).login, "observer")
    })
  )

  inEachVersion("becomes GitHubUnavailable if nobody listens", () =>
    Effect.gen(function* () {
      const github = yield* service("http://127.0.0.1:9", ["gho_any"])
      assert.strictEqual((yield* Effect.flip(github.issueEvidence(ref(1))))._tag, "GitHubUnavailable")
    })
  )
})
