/** The validator's notes about its clock. */

import { assert, describe, it } from "@effect/vitest"
import { type Clock, Effect, Fiber, Layer, Ref, TestClock } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { cachedOutcome } from "../../../src/layers/machine/effects/cachedOutcome.ts"
import { elapsedMillis } from "../../../src/layers/machine/effects/elapsed.ts"
import * as RateLimit from "../../../src/layers/machine/http/rateLimit.ts"
import { Concerns, layer as concernsLayer } from "../../../src/roles/validator/Concerns.ts"
import { watchClock } from "../../../src/roles/validator/loops/clock.ts"
import * as Progress from "../../../src/roles/validator/Progress.ts"
import { silentChain } from "../../support/github/silentChain.ts"

/** The test's clock with a wall clock that can be set, as NTP and a machine's sleep do. The monotonic clock and sleeping fibers continue. */
const settableClock = Effect.gen(function* () {
  const ahead = yield* Ref.make(0)
  const testClock = yield* Effect.clock
  const milliseconds = Effect.zipWith(testClock.currentTimeMillis, Ref.get(ahead), (now, by) => now + by)
  const clock: Clock.Clock = Object.create(testClock, {
    currentTimeMillis: { value: milliseconds },
    unsafeCurrentTimeMillis: { value: () => Effect.runSync(milliseconds) }
  })
  return {
    clock,
    /** Moves the wall clock by milliseconds; negative: back. */
    set: (by: number) => Ref.update(ahead, (before) => before + by)
  }
})

/** The notes when the newest block is `age` milliseconds old at the first check, a minute later, and so on. Null: the chain has stalled. */
const said = (ages: ReadonlyArray<number | null>, isDevelopment = false) =>
  Effect.gen(function* () {
    let [look, block, time] = [0, 0, 0]
    const chain = silentChain({
      isDevelopment,
      // The check requests the newest block, and then its timestamp.
      read: <A>() =>
        Effect.map(TestClock.currentTimeMillis, (now) => {
          const age = ages[look++]
          if (age !== null && age !== undefined) [block, time] = [block + 1, now - age]
          return { number: block, hash: `0x${block}` } as A
        }),
      timeAt: () => Effect.sync(() => time)
    })
    return yield* Effect.gen(function* () {
      const watching = yield* Effect.fork(watchClock)
      const { all } = yield* Concerns
      const found: Array<ReadonlyArray<string>> = []
      for (const _ of ages) {
        yield* Effect.yieldNow()
        yield* TestClock.adjust("1 millis")
        found.push(yield* all)
        yield* TestClock.adjust("59999 millis")
      }
      yield* Fiber.interrupt(watching)
      return found.map(([first]) => first)
    }).pipe(Effect.provide(Layer.merge(concernsLayer, Layer.succeed(Chain, chain))))
  })

describe("the watch over the clock", () => {
  it.effect("tells a clock that is behind or ahead, and when it is right again", () =>
    Effect.gen(function* () {
      const [behind, right, ahead, again] = yield* said([-3_600_000, 6_000, 120_000, 35_000])
      assert.match(
        behind ?? "",
        /^this machine's clock or the node is wrong: the chain's best block is 3600.0 s in the future; synchronise/
      )
      assert.isUndefined(right)
      assert.match(ahead ?? "", /is 120.0 s old/)
      assert.isUndefined(again)
    })
  )

  it.effect("says nothing new while the chain stands still, and nothing on a development chain", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said([6_000, null, null]), [undefined, undefined, undefined])
      assert.deepStrictEqual(yield* said([-3_600_000], true), [undefined])
    })
  )

  const notesWhile = (steps: ReadonlyArray<number>, isDevelopment = false) =>
    Effect.gen(function* () {
      const { clock, set } = yield* settableClock
      return yield* Effect.gen(function* () {
        const watching = yield* Effect.fork(watchClock)
        yield* Effect.yieldNow()
        const { all, notes } = yield* Concerns
        const found: Array<string | undefined> = []
        for (const step of steps) {
          yield* set(step)
          yield* TestClock.adjust("1 minutes")
          found.push((yield* notes)[0])
          assert.deepStrictEqual(yield* all, [])
        }
        yield* Fiber.interrupt(watching)
        return found
      }).pipe(
        Effect.provide(Layer.merge(concernsLayer, Layer.succeed(Chain, silentChain({ isDevelopment, read: () => Effect.never })))),
        Effect.withClock(clock)
      )
    })

  it.effect("tells steps of the clock for an hour, also on a development chain and while the chain is silent", () =>
    Effect.gen(function* () {
      const hour = Array.from({ length: 60 }, () => 0)
      for (const isDevelopment of [true, false]) {
        const [none, forward, still, back, ...later] = yield* notesWhile([0, 3_600_000, 0, -5_400_000, ...hour], isDevelopment)
        assert.isUndefined(none)
        assert.match(forward ?? "", /^this machine's clock was set forward by 3600\.0 s, or the machine slept, before 1970-01-01T0/)
        assert.strictEqual(still, forward)
        assert.match(back ?? "", /^this machine's clock was set back by 5400\.0 s, before 19(69-12-31|70-01-01)T/)
        assert.deepStrictEqual([later.length, later.at(-2), later.at(-1)], [60, back, undefined])
      }
    })
  )

  it.effect("does not take a correction in small parts for a step", () =>
    Effect.map(notesWhile([900, -900, 900]), (notes) => assert.deepStrictEqual(notes, [undefined, undefined, undefined]))
  )
})

describe("a step of the clock", () => {
  for (const days of [366, -366])
    it.effect(`of ${days} days makes no loop hang, and keeps no answer for longer or shorter`, () =>
      Effect.gen(function* () {
        const { clock, set } = yield* settableClock
        yield* Effect.gen(function* () {
          const progress = yield* Progress.make
          yield* progress.announce("one", 60_000)
          yield* progress.started("one")
          const headAt = yield* elapsedMillis
          let asked = 0
          const answer = yield* cachedOutcome(
            Effect.sync(() => ++asked),
            "1 minutes"
          )
          const rare = RateLimit.make({ perMinute: 1, refill: "by the minute", keys: 1 })
          const waitAfterTaking = Effect.map(elapsedMillis, (now) => {
            rare.reserve("a", now)
            return rare.stateOf("a", now).next
          })
          assert.deepStrictEqual([yield* answer, yield* waitAfterTaking], [1, 60_000])
          yield* set(days * 86_400_000)
          yield* TestClock.adjust("59 seconds")
          assert.deepStrictEqual([yield* answer, yield* waitAfterTaking, yield* progress.stuck(headAt)], [1, 1_000, []])
          yield* TestClock.adjust("2 seconds")
          assert.deepStrictEqual([yield* answer, yield* waitAfterTaking, yield* progress.stuck(headAt)], [2, 60_000, ["one"]])
        }).pipe(Effect.withClock(clock))
      })
    )
})
