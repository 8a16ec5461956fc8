/** Connections to the same runtime share polkadot.js's interface built from its metadata, and nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { devChain, secondVersion } from "../../support/devnet/support.ts"
import { counted } from "../../support/rounds/counted.ts"

/** A connection, with values read from the node and its runtime. */
const connected = (endpoint: string) =>
  Effect.gen(function* () {
    const chain = Context.get(yield* Layer.build(Layer.fresh(chainLayer([endpoint]))), Chain)
    return yield* chain.read("what it is", async (api) => ({
      registry: api.registry,
      version: api.runtimeVersion.specVersion.toNumber(),
      genesis: api.genesisHash.toHex(),
      block: (await api.rpc.chain.getHeader()).number.toNumber(),
      calls: Object.keys(api.tx.commitments ?? {}),
      error: api.errors.balances?.InsufficientBalance?.meta.name.toString()
    }))
  })

describe("connections", () => {
  it.scopedLive("to chains of one runtime share its interfaces, and each reads its own chain", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Effect.all([devChain(), devChain({ genesis: { sudo: { key: null } } })])
      yield* two.chain.build
      const first = yield* connected(one.endpoint)
      const second = yield* connected(two.endpoint)
      assert.strictEqual(second.registry, first.registry)
      assert.deepStrictEqual([first.genesis, second.genesis], [one.genesisHash, two.genesisHash])
      assert.notStrictEqual(one.genesisHash, two.genesisHash)
      assert.deepStrictEqual([first.block, second.block], [0, 1])
      assert.deepStrictEqual(second.calls, first.calls)
      assert.strictEqual(second.error, "InsufficientBalance")
    })
  )

  it.scopedLive("share nothing with those to another runtime", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Effect.all([devChain(), devChain({ runtime: secondVersion })])
      const first = yield* connected(one.endpoint)
      const second = yield* connected(two.endpoint)
      assert.deepStrictEqual([first.version, second.version], [1, 2])
      assert.notStrictEqual(second.registry, first.registry)
      assert.strictEqual((yield* connected(one.endpoint)).registry, first.registry, "both are kept")
      assert.strictEqual((yield* connected(two.endpoint)).registry, second.registry, "both are kept")
    })
  )

  it.scopedLive("are made to a node that answers only older requests", () =>
    Effect.gen(function* () {
      const node = yield* devChain()
      const relay = yield* counted(node.endpoint, new Set(["state_call"]))
      const { registry, ...seen } = yield* connected(relay.endpoint)
      const { registry: usual, ...expected } = yield* connected(node.endpoint)
      assert.deepStrictEqual(seen, expected)
      assert.notStrictEqual(registry, usual)
    })
  )
})
