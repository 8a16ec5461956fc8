/** Hyperparameters from the October 2026 runtime, from an older one, and from a chain without any. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { hyperparameters } from "../../../src/layers/chain/subnet/hyperparameters.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"

const at = { number: 7, hash: "0x07" }

/** A chain whose metadata lists only these functions of SubnetInfoRuntimeApi. */
const chainWith = (functions: Readonly<Record<string, unknown>>) => {
  const answering = Object.fromEntries(
    Object.entries(functions).map(([name, answer]) => [
      name,
      async (netuid: number) => {
        assert.strictEqual(netuid, 74)
        return { toJSON: () => answer }
      }
    ])
  )
  const readAt = (_operation: string, hash: string, read: (api: unknown) => Promise<unknown>) => {
    assert.strictEqual(hash, at.hash)
    return Effect.promise(() => read({ call: { subnetInfoRuntimeApi: answering } }))
  }
  return Layer.merge(
    // The two used members; a call of any other member fails the test.
    Layer.succeed(Chain, { readAt } as unknown as typeof Chain.Service),
    Layer.succeed(Subnet, { netuid: 74 } as unknown as typeof Subnet.Service)
  )
}

const newest = [
  { name: "0x74656d706f", value: { u16: 360 } },
  { name: "max_allowed_uids", value: { u16: 256 } },
  { name: "alpha_sigmoid_steepness", value: { fixed: { bits: "0x10" } } }
]
const older = { tempo: 360, maxAllowedUids: 256, alphaSigmoidSteepness: { bits: "0x10" }, commitRevealWeightsEnabled: true }

const read = (functions: Readonly<Record<string, unknown>>) => hyperparameters(at).pipe(Effect.provide(chainWith(functions)))

describe("hyperparameters", () => {
  it.effect("come from the list of October's runtime where there is one", () =>
    Effect.gen(function* () {
      const found = yield* read({ getSubnetHyperparamsV3: newest, getSubnetHyperparamsV2: older })
      assert.deepStrictEqual(found, [
        { name: "tempo", value: 360 },
        { name: "max_allowed_uids", value: 256 },
        { name: "alpha_sigmoid_steepness", value: "0x10" }
      ])
    })
  )

  it.effect("come from the older record, under the same names", () =>
    Effect.gen(function* () {
      const found = yield* read({ getSubnetHyperparamsV2: older })
      assert.deepStrictEqual(found, [
        { name: "tempo", value: 360 },
        { name: "max_allowed_uids", value: 256 },
        { name: "alpha_sigmoid_steepness", value: "0x10" },
        { name: "commit_reveal_weights_enabled", value: true }
      ])
    })
  )

  it.effect("are refused by name without a subnet, and without either function", () =>
    Effect.gen(function* () {
      for (const name of ["getSubnetHyperparamsV3", "getSubnetHyperparamsV2"])
        assert.include((yield* Effect.flip(read({ [name]: null }))).message, "no such subnet")
      assert.include((yield* Effect.flip(read({}))).message, "is --endpoint a Subtensor node?")
      assert.include((yield* Effect.flip(read({ getSubnetHyperparamsV2: [1] }))).message, "another form")
    })
  )
})
