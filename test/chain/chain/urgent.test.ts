/** Nobody can overtake an urgent transaction by seeing it in the pool, whatever the tip. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { eventually } from "../../support/cli/support.ts"
import { ask, call, connect, devChain, keyOf } from "../../support/devnet/support.ts"

const BLOCKS = 10

/** A chain with some blocks, which builds the next one on request. */
const chain = Effect.gen(function* () {
  const node = yield* devChain({ blockTime: "manual" })
  const build = Effect.asVoid(ask(node.port, "dev_newBlock", {}))
  yield* Effect.repeatN(build, BLOCKS - 1)
  const waiting = (count: number) =>
    eventually(
      `${count} waiting`,
      Effect.sync(() => (node.chain.pool.candidates().length === count ? true : undefined))
    )
  return { ...node, build, waiting, api: yield* connect(node.endpoint) }
})

const remark = (isUrgent: boolean, guard: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function* () {
    return yield* (yield* Chain).submit({
      label: "remark",
      signer: yield* keyPairOf(Redacted.make("//Alice")),
      call: (api) => call(api, "system", "remark", "urgent"),
      isUrgent,
      guard: () => guard
    })
  })

describe("an urgent transaction", () => {
  it.scopedLive("goes first, before those that came earlier, and those that were made to overtake it", () =>
    Effect.gen(function* () {
      const { api, build, endpoint, waiting } = yield* chain
      const send = (uri: string, options: object) =>
        Effect.flatMap(keyOf(uri), (key) => Effect.promise(() => call(api, "system", "remark", uri).signAndSend(key, options)))
      yield* send("//Bob", { tip: 1_000_000_000n })
      const sent = yield* Effect.fork(Effect.provide(remark(true), chainLayer([endpoint])))
      yield* waiting(2)
      const best = (yield* Effect.promise(() => api.rpc.chain.getHeader())).number.toNumber()
      for (const [uri, birth] of [
        ["//Charlie", best],
        ["//Dave", best - 2]
      ] as const) {
        const blockHash = yield* Effect.promise(() => api.rpc.chain.getBlockHash(birth))
        yield* send(uri, { tip: 1_000_000_000n, era: api.registry.createType("ExtrinsicEra", { current: birth, period: 4 }), blockHash })
      }
      yield* waiting(4)
      yield* build
      const { block } = yield* Fiber.join(sent)
      const { extrinsics } = (yield* Effect.promise(() => api.rpc.chain.getBlock(block.hash))).block
      assert.deepStrictEqual(
        extrinsics.flatMap(({ method: { args, section } }) => (section === "system" ? [args[0]?.toHuman()] : [])),
        ["urgent", "//Dave", "//Charlie", "//Bob"]
      )
    })
  )

  it.scopedLive("is signed again if the next block came without it", () =>
    Effect.gen(function* () {
      const { build, chain: node, endpoint, waiting } = yield* chain
      let signed = 0
      const guard = Effect.suspend(() => (++signed === 1 ? build : Effect.void))
      const sent = yield* Effect.fork(Effect.provide(remark(true, guard), chainLayer([endpoint])))
      yield* waiting(1)
      assert.strictEqual(signed, 2)
      node.pool.remove(node.pool.candidates().map(({ hash }) => hash))
      yield* eventually(
        "another signature",
        Effect.sync(() => (signed === 3 ? true : undefined))
      )
      yield* waiting(1)
      yield* build
      assert.strictEqual((yield* Fiber.join(sent)).block.number, BLOCKS + 2)
    })
  )
})

describe("a transaction", () => {
  it.scopedLive("is signed again if its era was over, or another client took its nonce, before it was sent", () =>
    Effect.gen(function* () {
      const { api, build, endpoint, waiting } = yield* chain
      const alice = yield* keyOf("//Alice")
      const other = Effect.promise(() => call(api, "system", "remark", "other").signAndSend(alice, { tip: 1n }))
      let signed = 0
      const guard = Effect.suspend((): Effect.Effect<unknown> => {
        signed++
        return signed === 1 ? Effect.repeatN(build, 70) : signed === 2 ? Effect.zipRight(other, build) : signed === 3 ? other : Effect.void
      })
      const sent = yield* Effect.fork(Effect.provide(remark(false, Effect.asVoid(guard)), chainLayer([endpoint])))
      yield* waiting(2)
      assert.strictEqual(signed, 4)
      yield* build
      assert.strictEqual((yield* Fiber.join(sent)).block.number, BLOCKS + 73)
    })
  )
})
