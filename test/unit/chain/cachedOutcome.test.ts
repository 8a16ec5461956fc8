import { assert, describe, it } from "@effect/vitest"
import { Cache, Deferred, Duration, Effect, Fiber, TestClock } from "effect"
import { cachedOutcome, uninterruptedByOthers } from "../../../src/layers/machine/effects/cachedOutcome.ts"

/** Work that blocks until it is released, and counts how often it was started. */
const slowWork = Effect.gen(function* () {
  let begun = 0
  const go = yield* Deferred.make<void>()
  const work = Effect.suspend(() => {
    begun += 1
    return Effect.as(Deferred.await(go), begun)
  })
  return { work, begun: () => begun, go: Deferred.succeed(go, undefined) }
})

describe("a cached outcome", () => {
  it.effect("runs once for all callers, both concurrent and later ones", () =>
    Effect.gen(function* () {
      const { work, begun, go } = yield* slowWork
      const known = yield* cachedOutcome(work)
      const askers = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 5 }, () => known),
          { concurrency: "unbounded" }
        )
      )
      yield* Effect.yieldNow()
      yield* go
      assert.deepStrictEqual(yield* Fiber.join(askers), [1, 1, 1, 1, 1])
      assert.strictEqual(yield* known, 1)
      assert.strictEqual(begun(), 1)
    })
  )

  it.effect("survives the first caller's interruption: waiting and later callers get an answer", () =>
    Effect.gen(function* () {
      const { work, go } = yield* slowWork
      const known = yield* cachedOutcome(work)
      const first = yield* Effect.fork(known)
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(known)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(first)
      yield* go
      assert.strictEqual(yield* Fiber.join(second), 2)
      assert.strictEqual(yield* known, 2)
    })
  )

  it.effect("is requested again when another caller was interrupted, but not when the caller itself was interrupted", () =>
    Effect.gen(function* () {
      const { work, begun, go } = yield* slowWork
      const cache = yield* Cache.make({ capacity: 1, timeToLive: Duration.infinity, lookup: (_: "all") => work })
      const ask = Effect.tap(Effect.fork(uninterruptedByOthers(cache.get("all"))), () => Effect.yieldNow())
      const [first, second, third] = yield* Effect.all([ask, ask, ask])
      yield* Fiber.interrupt(first)
      yield* Fiber.interrupt(third)
      yield* go
      assert.strictEqual(yield* Fiber.join(second), 2)
      assert.strictEqual(begun(), 2)
    })
  )

  it.effect("may be a failure, and expires after its lifetime", () =>
    Effect.gen(function* () {
      let begun = 0
      const known = yield* cachedOutcome(
        Effect.suspend(() => Effect.fail(++begun)),
        "20 seconds"
      )
      assert.strictEqual(yield* Effect.flip(known), 1)
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* Effect.flip(known), 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Effect.flip(known), 2)
    })
  )
})
