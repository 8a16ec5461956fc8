import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ChainHead, layer, none } from "../../../src/layers/chain/node/ChainHead.ts"
import { ask, eventually } from "../../support/cli/support.ts"
import { devChain } from "../../support/devnet/support.ts"

const numberNow = Effect.flatMap(ChainHead, ({ seen }) => Effect.map(seen, ({ number }) => number))

describe("the chain's head, polled at intervals", () => {
  it.scopedLive("is the furthest finalised block of the endpoints that answer", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain({ blockTime: "manual" })
      const reached = (least: number) =>
        eventually(
          `block ${least}`,
          Effect.map(numberNow, (number) => Option.getOrUndefined(Option.filter(number, (found) => found >= least)))
        )
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* reached(0), 0)
        for (let block = 0; block < 3; block++) yield* ask(endpoint, "dev_newBlock")
        assert.strictEqual(yield* reached(3), 3)
      }).pipe(Effect.provide(layer({ endpoints: ["ws://127.0.0.1:9", endpoint], every: "50 millis" })))
    })
  )

  it.effect("is unknown without an endpoint", () =>
    Effect.map(Effect.provide(numberNow, none), (number) => assert.deepStrictEqual(number, Option.none()))
  )
})
