/** The chain over a scripted executor, for behaviour that no real runtime shows on demand. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { genesisBlock } from "../../../lab/devnet/chain/Block.ts"
import * as Chain from "../../../lab/devnet/chain/Chain.ts"
import { encodeHeader } from "../../../lab/devnet/chain/codec/header.ts"
import { compact, concat, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { StorageFailed } from "../../../lab/devnet/chain/DevChainError.ts"
import { type Applied, type BlockPlan, type Executor, RuntimeTrap } from "../../../lab/devnet/chain/executor/Executor.ts"
import { StateStore } from "../../../lab/devnet/chain/state/StateStore.ts"

const succeeded = new Uint8Array([0, 0, 0])
const full = new Uint8Array([1, 0, 6])

/** Every transaction is valid and provides its first byte as its tag. `apply` decides its result in a block. */
const executor = (
  apply: (extrinsic: Uint8Array) => Applied,
  before: Effect.Effect<void> = Effect.void
): Executor & { readonly plans: Array<BlockPlan> } => {
  const plans: Array<BlockPlan> = []
  return {
    plans,
    call: (_code, _state, method, argument) =>
      method === "TaggedTransactionQueue_validate_transaction"
        ? Effect.succeed({
            result: concat([
              new Uint8Array([0]),
              unsigned(1, 8),
              compact(0),
              compact(1),
              compact(1),
              argument.slice(1, 2),
              unsigned(64, 8)
            ]),
            changes: []
          })
        : Effect.dieMessage(`unexpected call of ${method}`),
    build: (_code, _state, plan) =>
      Effect.zipRight(
        before,
        Effect.sync(() => {
          plans.push(plan)
          return {
            header: encodeHeader({
              parentHash: plan.header.slice(0, 32),
              number: plans.length,
              stateRoot: new Uint8Array(32),
              extrinsicsRoot: new Uint8Array(32),
              digest: []
            }),
            inherents: [],
            applied: plan.extrinsics.map(apply),
            changes: []
          }
        })
      )
  }
}

const chainOn = (used: Executor, persist: Chain.ChainOptions["persist"] = () => Effect.void) => {
  const store = new StateStore()
  store.write(0, [])
  return Chain.make({ executor: used, store, blocks: [genesisBlock([])], clock: { step: undefined }, persist })
}

const transaction = (byte: number) => new Uint8Array([byte, 1, 2, 3])

describe("a block's candidates", () => {
  it.scopedLive("are all kept or refused: a trap does not affect the others, a full block only delays them", () =>
    Effect.gen(function* () {
      let room = 1
      const chain = yield* chainOn(
        executor((extrinsic) => {
          if (extrinsic[0] === 2) return new RuntimeTrap({ call: "apply", reason: "unreachable" })
          return room-- > 0 ? succeeded : full
        })
      )
      const told: Array<string> = []
      for (const byte of [1, 2, 3]) yield* chain.submit(transaction(byte), ({ kind }) => told.push(`${byte} ${kind}`))
      const first = yield* chain.build
      assert.deepStrictEqual(first.extrinsics, [transaction(1)])
      assert.strictEqual((yield* Effect.flip(chain.submit(transaction(2))))._tag, "TemporarilyBanned")
      room = 5
      assert.deepStrictEqual((yield* chain.build).extrinsics, [transaction(3)])
      assert.deepStrictEqual((yield* chain.build).extrinsics, [])
      assert.deepStrictEqual(told, ["1 ready", "2 ready", "3 ready", "2 invalid", "1 inBlock", "3 inBlock"])
    })
  )

  it.scopedLive("stay in the pool when the block cannot be written", () =>
    Effect.gen(function* () {
      let broken = true
      const chain = yield* chainOn(
        executor(() => succeeded),
        () => (broken ? new StorageFailed({ folder: "/keep", reason: "disk full" }) : Effect.void)
      )
      yield* chain.submit(transaction(1))
      assert.include((yield* Effect.flip(chain.build)).message, "disk full")
      assert.strictEqual(chain.head().number, 0)
      broken = false
      assert.deepStrictEqual((yield* chain.build).extrinsics, [transaction(1)])
    })
  )

  it.scopedLive("are taken by one build at a time, and a started build is completed", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let running = 0
      let most = 0
      const counted = Effect.gen(function* () {
        running++
        most = Math.max(most, running)
        yield* Deferred.await(gate)
        running--
      })
      const used = executor(() => succeeded, counted)
      const chain = yield* chainOn(used)
      const first = yield* Effect.fork(chain.build)
      const others = yield* Effect.forEach([2, 3], () => Effect.fork(chain.build))
      yield* Effect.yieldNow()
      const interrupted = yield* Effect.fork(Fiber.interrupt(first))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(interrupted)
      yield* Fiber.joinAll(others)
      assert.strictEqual(most, 1)
      assert.strictEqual(chain.head().number, 3)
    })
  )
})
