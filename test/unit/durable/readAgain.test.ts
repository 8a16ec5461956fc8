import { ClusterError, MessageStorage } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { readAgain } from "../../../src/layers/storage/durable/engine.ts"

describe("messages of durable work", () => {
  it.effect("are read again now and then, and after the database died before it answered", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      const away: Array<"read" | "reset"> = []
      const call = <A>(name: "read" | "reset", value: A) =>
        Effect.suspend(() => {
          calls.push(name)
          return away.shift() === name ? Effect.fail(new ClusterError.PersistenceError({ cause: "away" })) : Effect.succeed(value)
        })
      const storage = yield* readAgain({
        ...(yield* MessageStorage.MessageStorage),
        resetShards: () => call("reset", undefined),
        unprocessedMessages: () => call("read", [])
      })
      const read = Effect.ignore(storage.unprocessedMessages([]))

      yield* read
      assert.deepStrictEqual(calls.splice(0), ["read"], "usually nothing is read twice")
      away.push("read")
      yield* read
      yield* read
      yield* read
      assert.deepStrictEqual(calls.splice(0), ["read", "reset", "read", "read"])

      // The engine ignores that it could not reset the shards that it just took over.
      away.push("reset")
      yield* Effect.ignore(storage.resetShards([]))
      yield* read
      assert.deepStrictEqual(calls.splice(0), ["reset", "reset", "read"])

      // It retries until it succeeds.
      away.push("read", "reset", "reset")
      yield* Effect.repeatN(read, 3)
      assert.deepStrictEqual(calls.splice(0), ["read", "reset", "reset", "reset", "read"])

      // The engine may have taken a message and left it.
      yield* TestClock.adjust("29 seconds")
      yield* read
      yield* TestClock.adjust("1 second")
      yield* Effect.repeatN(read, 1)
      assert.deepStrictEqual(calls.splice(0), ["read", "reset", "read", "read"])
    }).pipe(Effect.provide(MessageStorage.layerNoop))
  )
})
