/** Which answers are cached with their ETags. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import { makeAnswerCache } from "../../../src/layers/github/client/transport.ts"

const answer = { status: 200, headers: {}, data: null }

describe("answers with ETags", () => {
  it.effect("are the newest thousand, and more of them as long as they are asked for", () =>
    Effect.gen(function* () {
      const { keep, known } = yield* makeAnswerCache(Duration.hours(3))
      for (let page = 0; page < 5_000; page++) yield* keep(`${page}`, "etag", answer)
      assert.strictEqual(known.size, 5_000)
      yield* TestClock.adjust("2 hours")
      for (let page = 0; page < 2_000; page++) yield* keep(`${page}`, "etag", answer)
      yield* TestClock.adjust("2 hours")
      yield* keep("new", "etag", answer)
      assert.strictEqual(known.size, 2_001)
      assert.isTrue(known.has("0"))
      assert.isFalse(known.has("2000"))
      yield* TestClock.adjust("4 hours")
      yield* keep("newer", "etag", answer)
      assert.strictEqual(known.size, 1_000)
    })
  )

  it.effect("are the newest thousand where no time is named", () =>
    Effect.gen(function* () {
      const { keep, known } = yield* makeAnswerCache(Duration.zero)
      for (let page = 0; page < 1_500; page++) yield* keep(`${page}`, "etag", answer)
      assert.strictEqual(known.size, 1_000)
      assert.isTrue(known.has("1499"))
    })
  )
})
