/** The price of alpha from chains that answer, that have no price, and that give unexpected answers. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { alphaPrice } from "../../../src/layers/chain/subnet/alphaPrice.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"

const at = { number: 7, hash: "0x07" }

/** The price of a chain with these runtime interfaces. */
const read = (call: object) =>
  alphaPrice(at).pipe(
    Effect.provide(
      Layer.merge(
        // The two used members; a call of any other member fails the test.
        Layer.succeed(Chain, {
          readAt: (_: string, hash: string, ask: (api: unknown) => Promise<unknown>) => {
            assert.strictEqual(hash, at.hash)
            return Effect.promise(() => ask({ call }))
          }
        } as unknown as typeof Chain.Service),
        Layer.succeed(Subnet, { netuid: 74 } as unknown as typeof Subnet.Service)
      )
    )
  )

const answering = (answer: unknown) => ({
  swapRuntimeApi: {
    currentAlphaPrice: async (netuid: number) => {
      assert.strictEqual(netuid, 74)
      return { toJSON: () => answer }
    }
  }
})

describe("the price of alpha", () => {
  it.effect("is what the runtime says, in rao of TAO", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* read(answering(41_200_000)), 41_200_000n)
      // As polkadot.js prints values beyond a number's exact range.
      assert.strictEqual(yield* read(answering("0xffffffffffffffff")), 2n ** 64n - 1n)
    })
  )

  it.effect("is unknown where the chain names none", () =>
    Effect.gen(function* () {
      for (const call of [{}, { swapRuntimeApi: {} }, answering(0)]) assert.isUndefined(yield* read(call))
    })
  )

  it.effect("is an error in another form", () =>
    Effect.gen(function* () {
      for (const answer of [{ price: 1 }, -1, 0.5, "soon", null]) {
        const { message } = yield* Effect.flip(read(answering(answer)))
        assert.include(message, "its price of alpha has another form")
      }
    })
  )
})
