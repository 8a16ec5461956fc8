/** A chain that answers calls of SubnetInfoRuntimeApi. */
import { assert } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"

/** A chain whose metadata lists only these functions of SubnetInfoRuntimeApi, at a block with this hash. Records the arguments of each call. */
export const infoChain = (at: string, functions: Readonly<Record<string, unknown>>, asked: Array<unknown> = []) => {
  const answering = Object.fromEntries(
    Object.entries(functions).map(([name, answer]) => [
      name,
      async (...args: ReadonlyArray<unknown>) => {
        assert.strictEqual(args[0], 74)
        asked.push(args)
        return { toJSON: () => answer }
      }
    ])
  )
  const readAt = (_operation: string, hash: string, read: (api: unknown) => Promise<unknown>) => {
    assert.strictEqual(hash, at)
    return Effect.promise(() => read({ call: { subnetInfoRuntimeApi: answering } }))
  }
  return Layer.merge(
    // The two used members; a call of any other member fails the test.
    Layer.succeed(Chain, { readAt } as unknown as typeof Chain.Service),
    Layer.succeed(Subnet, { netuid: 74 } as unknown as typeof Subnet.Service)
  )
}
