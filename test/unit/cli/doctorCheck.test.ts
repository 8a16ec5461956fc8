/** The result of a doctor's check that fails or hangs. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, TestClock } from "effect"
import { check, ok, StartedAt, TimeLimit } from "../../../src/cli/doctor/Check.ts"

/** A check that has just begun, and may take 5 s. */
const running = <A, E>(effect: Effect.Effect<A, E>) =>
  effect.pipe(Effect.provideService(StartedAt, 0), Effect.provideService(TimeLimit, Duration.seconds(5)))

describe("a check of the doctor", () => {
  it.effect("that hangs is given up within the time of the run", () =>
    Effect.gen(function* () {
      const hanging = yield* Effect.fork(running(check("endpoint", "try another", Effect.never)))
      yield* TestClock.adjust("3 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(hanging)))
      yield* TestClock.adjust("2 seconds")
      const exit = yield* Fiber.poll(hanging)
      if (Option.isNone(exit)) return assert.fail("it still hangs")
      const [found] = yield* exit.value
      assert.deepInclude(found, { name: "endpoint", result: "silent", detail: "no answer in time", hint: "try another" })
      assert.deepInclude(found, { isLate: true, good: false })
    })
  )

  it.effect("that cannot be interrupted is given up too", () =>
    Effect.gen(function* () {
      // Not a child fiber, for whose end a failing test would wait.
      const hanging = yield* Effect.forkDaemon(running(check("disk", "", Effect.uninterruptible(Effect.never))))
      yield* TestClock.adjust("5 seconds")
      const exit = yield* Fiber.poll(hanging)
      assert.isTrue(Option.isSome(exit))
    })
  )

  it.effect("that fails is wrong, with its hint", () =>
    Effect.gen(function* () {
      const [found] = yield* running(check("disk", "make room", Effect.fail(new Error("full"))))
      assert.deepInclude(found, { result: "wrong", detail: "full", hint: "make room", good: false })
    })
  )

  it.effect("that answers keeps its answer", () =>
    Effect.gen(function* () {
      const [found] = yield* running(check("disk", "make room", Effect.succeed(ok("10 GB"))))
      assert.deepInclude(found, { result: "ok", detail: "10 GB", hint: null, good: true })
    })
  )
})
