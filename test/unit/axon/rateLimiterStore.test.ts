import * as RateLimiter from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import * as RateLimiterStore from "../../../src/layers/machine/http/rateLimiterStore.ts"

const limiterOf = (capacity: number) => {
  const store = RateLimiterStore.make(capacity)
  const limiter = Effect.provideService(RateLimiter.make, RateLimiter.RateLimiterStore, store.service)
  return Effect.map(limiter, ({ consume }) => ({ consume, size: store.size }))
}

describe("the rate limiter's store", () => {
  it.effect("counts each key separately, window by window, and stays bounded", () =>
    Effect.gen(function* () {
      const { consume, size } = yield* limiterOf(2)
      const ask = (key: string, tokens = 1) =>
        Effect.match(consume({ key, tokens, limit: 2, window: "60 millis" }), {
          onFailure: () => "over",
          onSuccess: ({ remaining }) => remaining
        })
      assert.deepStrictEqual(yield* Effect.all([ask("a", 0), ask("a"), ask("a"), ask("a"), ask("b")]), [2, 1, 0, "over", 1])
      yield* TestClock.adjust("59 millis")
      assert.deepStrictEqual(yield* Effect.all([ask("a", 0), ask("a")]), [0, "over"])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* Effect.all([ask("a", 0), ask("a")]), [2, 1])
      for (let key = 0; key < 100; key++) yield* ask(`k${key}`)
      assert.isAtMost(size(), 2)
    })
  )

  it.effect("refills a bucket token by token, and stays bounded", () =>
    Effect.gen(function* () {
      const { consume, size } = yield* limiterOf(2)
      const ask = (key: string) =>
        Effect.match(consume({ key, algorithm: "token-bucket", limit: 2, window: "60 millis" }), {
          onFailure: () => "over",
          onSuccess: ({ remaining }) => remaining
        })
      assert.deepStrictEqual(yield* Effect.all([ask("a"), ask("a"), ask("a"), ask("b")]), [1, 0, "over", 1])
      yield* TestClock.adjust("29 millis")
      assert.strictEqual(yield* ask("a"), "over")
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* Effect.all([ask("a"), ask("a")]), [0, "over"])
      for (let key = 0; key < 100; key++) yield* ask(`k${key}`)
      assert.isAtMost(size(), 2)
    })
  )

  it.effect("delays callers in the order of their arrival", () =>
    Effect.gen(function* () {
      const { consume } = yield* limiterOf(2)
      const ask = Effect.map(consume({ key: "a", limit: 2, window: "60 millis", onExceeded: "delay" }), ({ delay }) =>
        Duration.toMillis(delay)
      )
      assert.deepStrictEqual(yield* Effect.all([ask, ask, ask, ask, ask]), [0, 0, 60, 60, 120])
    })
  )
})
