/** The demo's chain while its node stands still: whoever asks waits, and the demo says so. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Queue, Ref, Stream, TestClock } from "effect"
import { Narrator } from "../../../lab/demo/Narrator.ts"
import * as PatientChain from "../../../lab/demo/PatientChain.ts"
import { type BlockReference, Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { silentChain } from "../../support/github/silentChain.ts"

const unavailable = (reason: string) => new ChainUnavailable({ endpoint: "ws://chain.test", operation: "timeAt", reason })

/** A node that makes a block when told to, and answers nothing while it is frozen. */
const frozenChain = Effect.gen(function* () {
  const heads = yield* Queue.unbounded<BlockReference>()
  const frozen = yield* Ref.make(false)
  const notes = yield* Ref.make<ReadonlyArray<string>>([])
  const answer = <A>(value: A) => Effect.flatMap(Ref.get(frozen), (is) => (is ? unavailable("no answer in 20s") : Effect.succeed(value)))
  const node = silentChain({
    finalisedHeads: Stream.fromQueue(heads),
    finalisedHead: answer({ number: 7, hash: "0x7" }),
    timeAt: (hash) => (hash === "0x0" ? Effect.fail(unavailable("State already discarded")) : answer(7_000)),
    hashOf: () => Effect.fail(unavailable("nonsense"))
  })
  const narrator = Narrator.of({
    step: () => Effect.void,
    note: (text) => Ref.update(notes, (before) => [...before, text]),
    progress: () => Effect.void,
    begin: Effect.void,
    page: () => Effect.void
  })
  const context = yield* Layer.build(
    PatientChain.layer.pipe(Layer.provide(Layer.mergeAll(Layer.succeed(Chain, node), Layer.succeed(Narrator, narrator))))
  )
  return { chain: Context.get(context, Chain), heads, frozen, notes: Ref.get(notes) }
})

describe("the demo's chain", () => {
  it.scoped("is waited for while it stands still for 25 s, and the demo goes on", () =>
    Effect.gen(function* () {
      const { chain, heads, frozen, notes } = yield* frozenChain
      yield* heads.offer({ number: 7, hash: "0x7" })
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* notes, [])

      yield* Ref.set(frozen, true)
      const time = yield* Effect.fork(chain.timeAt("0x7"))
      yield* TestClock.adjust("25 seconds")
      assert.deepStrictEqual(yield* notes, ["the chain has made no block for 8s: the demo waits for it"])
      assert.isNull(yield* Fiber.poll(time).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit.value))))

      yield* Ref.set(frozen, false)
      yield* heads.offer({ number: 8, hash: "0x8" })
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(time), 7_000)
      assert.deepStrictEqual((yield* notes).slice(1), ["the chain moves again, at block 8: the demo goes on"])
    })
  )

  it.scoped("is not asked for ever about what it does not know", () =>
    Effect.gen(function* () {
      const { chain } = yield* frozenChain
      assert.isTrue(Exit.isFailure(yield* Effect.exit(chain.timeAt("0x0"))))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(chain.hashOf(3))))
    })
  )
})
