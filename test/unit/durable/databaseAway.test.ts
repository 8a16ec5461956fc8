import { ClusterError } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, LogLevel, Ref, TestClock } from "effect"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"
import { persistentIn } from "../../../src/layers/storage/durable/engine.ts"

describe("durable work whose database is away", () => {
  it.effect("waits, and says once for all that wait what to do, and once that it is back", () => {
    const said: Array<string> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info)) said.push(String(message))
    })
    return Effect.gen(function* () {
      const persistent = persistentIn(yield* RareLines.make("1 hour"))
      const isAway = yield* Ref.make(true)
      const ask = Effect.flatMap(Ref.get(isAway), (away) =>
        away ? Effect.die(new ClusterError.PersistenceError({ cause: "away" })) : Effect.succeed("answer")
      )
      const waiting = yield* Effect.forkAll([persistent(ask), persistent(ask), persistent(ask)])
      yield* TestClock.adjust("10 minutes")
      assert.lengthOf(said, 1)
      assert.match(said.splice(0).join(), /does not answer.*: start it, or see in its log/)
      yield* Ref.set(isAway, false)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([...(yield* Fiber.join(waiting))], ["answer", "answer", "answer"])
      assert.deepStrictEqual(said, ["the database of durable work answers again"])
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })
})
