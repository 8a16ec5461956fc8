import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue } from "effect"
import * as Hub from "../../../src/dashboard/api/stream/Hub.ts"

const message = (block: number) => Hub.reset({ block, why: "a test" }, block)

describe("a stream listener", () => {
  it.scoped("is disconnected if it does not keep up, while the others miss nothing", () =>
    Effect.gen(function* () {
      const hub = Hub.make({ listeners: 10, perClient: 10 })
      const [slow, quick] = yield* Effect.all([hub.listen("slow"), hub.listen("quick")])
      const got: Array<number | undefined> = []
      for (let block = 0; block < 40; block++) {
        yield* hub.publish(message(block))
        got.push((yield* Queue.take(quick)).id)
      }
      assert.isTrue(yield* Queue.isShutdown(slow))
      assert.isFalse(yield* Queue.isShutdown(quick))
      assert.strictEqual(hub.size(), 1)
      assert.deepStrictEqual(
        got,
        Array.from({ length: 40 }, (_, block) => block)
      )
    })
  )

  it.effect("frees its place when its scope closes", () =>
    Effect.gen(function* () {
      const hub = Hub.make({ listeners: 1, perClient: 1 })
      for (let time = 0; time < 3; time++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* hub.listen("a")
            assert.deepInclude(yield* Effect.flip(hub.listen("b")), { _tag: "TooManyListeners", own: false })
          })
        )
        assert.strictEqual(hub.size(), 0)
      }
    })
  )

  it.scoped("hears that the server ends, and no listener can join afterwards", () =>
    Effect.gen(function* () {
      const hub = Hub.make({ listeners: 10, perClient: 1 })
      const queue = yield* hub.listen("a")
      assert.deepInclude(yield* Effect.flip(hub.listen("a")), { own: true })
      yield* hub.close
      assert.isTrue(yield* Queue.isShutdown(queue))
      assert.include((yield* Effect.flip(hub.listen("b"))).message, "shutting down")
    })
  )

  it.scoped("receives messages in the format that browsers parse", () =>
    Effect.gen(function* () {
      const hub = Hub.make({ listeners: 10, perClient: 1 })
      const queue = yield* hub.listen("a")
      yield* hub.publish(message(7))
      yield* hub.heartbeat
      const text = new TextDecoder().decode(Buffer.concat([...(yield* Queue.takeAll(queue))].map(({ bytes }) => bytes)))
      assert.strictEqual(text, 'id: 7\nevent: reset\ndata: {"block":7,"why":"a test"}\n\nevent: beat\ndata: {}\n\n')
    })
  )
})
