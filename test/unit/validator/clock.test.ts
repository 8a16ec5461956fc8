/** What a validator says of its clock. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { Chain } from "../../../src/layers/chain/Chain.ts"
import { Concerns, layer as concernsLayer } from "../../../src/roles/validator/Concerns.ts"
import { watchClock } from "../../../src/roles/validator/loops/clock.ts"
import { silentChain } from "../../support/github/silentChain.ts"

/** What is said while the newest block is `age` milliseconds old at the first look, a minute later, and so on. null: the chain stands still. */
const said = (ages: ReadonlyArray<number | null>, isDevelopment = false) =>
  Effect.gen(function* () {
    let [look, block, time] = [0, 0, 0]
    const chain = silentChain({
      isDevelopment,
      // The look asks for the newest block, whose time it then asks for.
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
})
