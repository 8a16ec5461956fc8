import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Ref } from "effect"
import { make } from "../../../lab/demo/sharedMerge.ts"

const shared = (stories: number) =>
  Effect.gen(function* () {
    const merges = yield* Ref.make<ReadonlyArray<number>>([])
    const shares = yield* make(stories, (from) => Ref.update(merges, (all) => [...all, from]))
    return { merges: Ref.get(merges), shares }
  })

const [first, second, third] = [0, 1, 2] as const

describe("a merge shared by several stories", () => {
  it.effect("happens once, at the latest requested time, when all are ready", () =>
    Effect.gen(function* () {
      const { merges, shares } = yield* shared(3)
      const early = yield* Effect.fork(
        Effect.all(
          [shares[first]?.arrive(10), shares[second]?.arrive(30)].flatMap((one) => one ?? []),
          { concurrency: 2 }
        )
      )
      yield* Effect.yieldNow()
      assert.deepStrictEqual(yield* merges, [])
      yield* shares[third]?.arrive(20) ?? Effect.void
      yield* Fiber.join(early)
      assert.deepStrictEqual(yield* merges, [30])
    })
  )

  it.effect("does not wait for a story that gave up, however often it says so", () =>
    Effect.gen(function* () {
      const { merges, shares } = yield* shared(3)
      const waiting = yield* Effect.fork(shares[first]?.arrive(10) ?? Effect.void)
      for (let count = 0; count < 3; count++) yield* shares[second]?.abandon ?? Effect.void
      yield* Effect.yieldNow()
      assert.deepStrictEqual(yield* merges, [], "the third may still come")
      yield* shares[third]?.abandon ?? Effect.void
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(yield* merges, [10])
    })
  )

  it.effect("fails for all stories when it fails", () =>
    Effect.gen(function* () {
      const shares = yield* make(2, () => Effect.fail("refused"))
      const exits = yield* Effect.forEach(shares, ({ arrive }) => Effect.exit(arrive(1)), { concurrency: 2 })
      assert.deepStrictEqual(exits, [Exit.fail("refused"), Exit.fail("refused")])
    })
  )
})
