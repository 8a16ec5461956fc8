import { ClusterError, MessageStorage, Reply, Snowflake } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, TestClock } from "effect"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"
import { keepReplies, readAgain } from "../../../src/layers/storage/durable/engine.ts"

describe("messages of durable work", () => {
  it.effect("are read again now and then, and after the database died before it answered", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      const standing: Array<{ request: string; reply: string; workflow: string; execution: string }> = []
      const away: Array<"read" | "reset"> = []
      const call = <A>(name: "read" | "reset", value: A) =>
        Effect.suspend(() => {
          calls.push(name)
          return away.shift() === name ? Effect.fail(new ClusterError.PersistenceError({ cause: "away" })) : Effect.succeed(value)
        })
      const storage = yield* readAgain(
        {
          ...(yield* MessageStorage.MessageStorage),
          resetShards: () => call("reset", undefined),
          clearReplies: (request) => Effect.sync(() => calls.push(`clear ${request}`)),
          unprocessedMessages: () => call("read", [])
        },
        () => Effect.sync(() => standing)
      )
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

      // What is suspended with nothing to resume it runs again at the second look, but not if it suspended anew in between.
      const look = TestClock.adjust("30 seconds").pipe(Effect.zipRight(read), Effect.zipRight(Effect.sync(() => calls.splice(0))))
      standing.push(
        { request: "1", reply: "11", workflow: "W/v1", execution: "a" },
        { request: "2", reply: "12", workflow: "W/v1", execution: "b" }
      )
      assert.deepStrictEqual(yield* look, ["reset", "read"])
      standing[1] = { request: "2", reply: "13", workflow: "W/v1", execution: "b" }
      assert.deepStrictEqual(yield* look, ["reset", "clear 1", "read"])
      standing.shift()
      assert.deepStrictEqual(yield* look, ["reset", "clear 2", "read"])
      standing.shift()
      assert.deepStrictEqual(yield* look, ["reset", "read"])
    }).pipe(Effect.provide(MessageStorage.layerNoop))
  )

  it.effect("are answered although the database was away, also if it had stored the answer and not said so, or another process's", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      let away = 7
      let stored: ReadonlyArray<{ readonly id: string; readonly value: unknown }> = []
      const call = <A>(name: string, value: () => A) =>
        Effect.suspend(() => {
          calls.push(name)
          return away-- > 0 ? Effect.fail(new ClusterError.PersistenceError({ cause: "away" })) : Effect.sync(value)
        })
      const noop = yield* MessageStorage.MessageStorage
      const storage = keepReplies(
        {
          ...noop,
          saveReply: () => call("save", () => {}),
          clearReplies: () => call("clear", () => {}),
          requestIdForPrimaryKey: () => call("find", () => Option.some(Snowflake.Snowflake(1n))),
          unregisterReplyHandler: () => Effect.sync(() => calls.push("let read")),
          repliesForUnfiltered: () =>
            call("look", () =>
              stored.map(({ id, value }) => ({ _tag: "WithExit", id, requestId: "1", exit: { _tag: "Success", value } }) as never)
            )
        },
        yield* RareLines.make("1 hour")
      )
      const reply = Reply.ReplyWithContext.fromDefect({
        requestId: Snowflake.Snowflake(1n),
        id: Snowflake.Snowflake(2n),
        defect: "a result"
      })
      const saving = yield* Effect.fork(storage.saveReply(reply))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(saving)
      assert.deepStrictEqual(calls.splice(0), ["save", "look", "look", "look", "look", "look", "look", "look", "save"])
      const savedOver = (id: string, value: unknown) =>
        Effect.gen(function* () {
          away = 1
          stored = [{ id, value }]
          yield* storage.saveReply(reply)
          return calls.splice(0)
        })
      assert.deepStrictEqual(yield* savedOver("2", undefined), ["save", "look", "clear", "save"])
      // Another process answered, which had the shard before.
      assert.deepStrictEqual(yield* savedOver("3", { _tag: "Complete" }), ["save", "look", "let read"])
      assert.deepStrictEqual(yield* savedOver("3", { _tag: "Suspended" }), ["save", "look", "clear", "save"])

      // Nor does what a poll or a pause looks up become a defect.
      away = 9
      const found = yield* Effect.fork(storage.requestIdForPrimaryKey({} as never))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(found), Option.some(Snowflake.Snowflake(1n)))
      away = 9
      stored = [{ id: "3", value: 5 }]
      const replies = yield* Effect.fork(storage.repliesForUnfiltered([Snowflake.Snowflake(1n)]))
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(yield* Fiber.join(replies), 1)
    }).pipe(Effect.provide(MessageStorage.layerNoop))
  )
})
