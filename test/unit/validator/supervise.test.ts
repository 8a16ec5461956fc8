import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Logger, LogLevel, Ref, TestClock } from "effect"
import { TransactionRefused } from "../../../src/layers/chain/node/Chain.ts"
import { attempted, linesOfLoop, NOTHING_TRIED, noteInclusion, supervised } from "../../../src/layers/machine/effects/supervise.ts"
import * as Progress from "../../../src/roles/validator/Progress.ts"
import { loggingTo } from "../../support/logging.ts"

const limit = Duration.minutes(10)
const quiet = Logger.remove(Logger.defaultLogger)

const pass = (seconds: number) => TestClock.adjust(Duration.seconds(seconds))

/** The start times of a loop in seconds. Each run lasts `lasts(run)` and then fails. */
const beginnings = (lasts: (run: number) => number, until: number) =>
  Effect.gen(function* () {
    const begun = yield* Ref.make<ReadonlyArray<number>>([])
    const loop = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const all = yield* Ref.updateAndGet(begun, (before) => [...before, now / 1_000])
      yield* Effect.sleep(Duration.seconds(lasts(all.length)))
      return yield* Effect.fail("broken")
    })
    const fiber = yield* Effect.fork(supervised("test", loop))
    yield* pass(until)
    yield* Fiber.interrupt(fiber)
    return yield* Ref.get(begun)
  }).pipe(Effect.provide(quiet))

describe("a supervised loop", () => {
  it.effect("is restarted with a pause that grows to half a minute", () =>
    Effect.gen(function* () {
      const begun = yield* beginnings(() => 0, 600)
      const pauses = begun.slice(1).map((at, index) => at - (begun[index] ?? 0))
      assert.isAtMost(pauses[0] ?? 9, 0.6)
      assert.isTrue(pauses.every((pause) => pause <= 36))
      assert.isTrue(pauses.slice(8).every((pause) => pause >= 24))
    })
  )

  it.effect("has a short pause again after a long successful run", () =>
    Effect.gen(function* () {
      const begun = yield* beginnings((run) => (run === 8 ? 3_600 : 0), 4_000)
      const long = begun[7] ?? 0
      const next = begun[8] ?? 0
      assert.isBelow(next - long - 3_600, 0.7)
    })
  )

  it.effect("ends only by interruption: it is restarted after a defect or a normal end", () =>
    Effect.gen(function* () {
      for (const ending of [Effect.die(new Error("defect")), Effect.void, Effect.fail("failure")]) {
        const runs = yield* Ref.make(0)
        const fiber = yield* Effect.fork(supervised("test", Ref.update(runs, (count) => count + 1).pipe(Effect.zipRight(ending))))
        yield* pass(600)
        assert.isAbove(yield* Ref.get(runs), 10)
        assert.isNull(fiber.unsafePoll())
        yield* Fiber.interrupt(fiber)
      }
    }).pipe(Effect.provide(quiet))
  )
})

describe("a step", () => {
  it.effect("whose transaction was refused does not work again before one is in a block", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const lines = yield* linesOfLoop
      const attempt = (step: Effect.Effect<unknown, unknown>) =>
        attempted("test", step, { limit, lines }).pipe(Effect.provide(loggingTo(said)))
      const failed = 'test failed: 5Key has no funds for the fee and deposit of "vote": send it some TAO first'
      yield* attempt(new TransactionRefused({ label: "vote", signer: "5Key", reason: "Inability to pay some fees" }))
      yield* attempt(Effect.void)
      assert.deepStrictEqual(said, [failed])
      yield* attempt(Effect.all([noteInclusion, noteInclusion], { concurrency: 2 }))
      assert.deepStrictEqual(said, [failed, "test works again"])
    })
  )

  it.effect("that tried nothing is neither a failure nor a success", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const lines = yield* linesOfLoop
      const progress = yield* Progress.make
      yield* progress.announce("test", 1_000)
      const attempt = (step: Effect.Effect<unknown, string>) =>
        attempted("test", step, { limit, progress, lines }).pipe(Effect.provide(loggingTo(said)))
      const failure = Effect.map(progress.all, ([one]) => one?.[1].failure)
      yield* attempt(Effect.fail("broken"))
      yield* attempt(Effect.succeed(NOTHING_TRIED))
      assert.deepStrictEqual([said, yield* failure], [["test failed: broken"], "broken"])
      yield* attempt(Effect.void)
      assert.deepStrictEqual([said, yield* failure], [["test failed: broken", "test works again"], null])
    })
  )

  it.effect("that hangs is abandoned at its limit, even if it cannot be interrupted, and the next one runs", () =>
    Effect.gen(function* () {
      const progress = yield* Progress.make
      yield* progress.announce("test", 1_000)
      for (const hanging of [Effect.never, Effect.uninterruptible(Effect.never)]) {
        const fiber = yield* Effect.fork(attempted("test", hanging, { limit, progress }))
        yield* TestClock.adjust("11 minutes")
        assert.isFalse(yield* Fiber.join(fiber))
        const [[, loop] = assert.fail("no loop")] = yield* progress.all
        assert.include(loop.failure ?? "", "not ended after 10m")
        assert.isNull(loop.finishedAt)
      }
      assert.deepStrictEqual(yield* progress.waiting, ["test"])
      assert.isTrue(yield* attempted("test", Effect.void, { limit, progress }))
      assert.deepStrictEqual(yield* progress.stuck(yield* Clock.currentTimeMillis), [])
      assert.deepStrictEqual(yield* progress.waiting, [])
    }).pipe(Effect.provide(quiet))
  )

  it.effect("that fails for the same reason at every block says so once an hour, and once when that is over", () => {
    const said: Array<string> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info)) said.push(`${logLevel.label} ${String(message)}`)
    })
    return Effect.gen(function* () {
      const lines = yield* linesOfLoop
      const failing = (why: string) => attempted("test", Effect.fail(new Error(why)), { limit, lines })
      for (let block = 1; block <= 3; block++) yield* failing(`block ${block} is not there`)
      yield* failing("the disk is full")
      assert.deepStrictEqual(said.splice(0), ["WARN test failed: block 1 is not there", "WARN test failed: the disk is full"])
      yield* TestClock.adjust("1 hour")
      yield* failing("block 300 is not there")
      for (let step = 0; step < 2; step++) yield* attempted("test", Effect.void, { limit, lines })
      assert.deepStrictEqual(said.splice(0), ["WARN test failed: block 300 is not there", "INFO test works again"])
      // Each hanging step takes its whole limit.
      const hanging = Effect.gen(function* () {
        const fiber = yield* Effect.fork(attempted("test", Effect.never, { limit, lines }))
        yield* TestClock.adjust(limit)
        yield* Fiber.join(fiber)
      })
      for (let step = 0; step < 3; step++) yield* hanging
      const hangs =
        "ERROR test hangs: abandoned, because it had not ended after 10m; gittensor doctor shows whether the chain and GitHub answer"
      assert.deepStrictEqual(said.splice(0), [hangs])
      yield* TestClock.adjust("1 hour")
      yield* hanging
      yield* attempted("test", Effect.void, { limit, lines })
      assert.deepStrictEqual(said.splice(0), [hangs, "INFO test works again"])
      // A loop that fails at its start is restarted every half minute.
      const fiber = yield* Effect.fork(supervised("test", Effect.fail("no database")))
      yield* TestClock.adjust("30 minutes")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(said, ["WARN loop test stopped and is restarted: no database"])
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })

  it.effect("that fails says why, and the next success clears that", () =>
    Effect.gen(function* () {
      const progress = yield* Progress.make
      yield* progress.announce("test", 1_000)
      const failureOf = Effect.map(progress.all, ([one]) => one?.[1].failure)
      assert.isFalse(yield* attempted("test", Effect.fail(new Error("no luck")), { limit, progress }))
      assert.strictEqual(yield* failureOf, "no luck")
      assert.isFalse(yield* attempted("test", Effect.die(new Error("defect")), { limit, progress }))
      assert.isTrue(yield* attempted("test", Effect.void, { limit, progress }))
      assert.isNull(yield* failureOf)
    }).pipe(Effect.provide(quiet))
  )
})
