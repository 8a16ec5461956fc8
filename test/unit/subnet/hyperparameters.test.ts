/** Hyperparameters from the October 2026 runtime, from an older one, and from a chain without any. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { hyperparameters } from "../../../src/layers/chain/subnet/hyperparameters.ts"
import { infoChain } from "../../support/chain/infoChain.ts"

const at = { number: 7, hash: "0x07" }

const newest = [
  { name: "0x74656d706f", value: { u16: 360 } },
  { name: "max_allowed_uids", value: { u16: 256 } },
  { name: "alpha_sigmoid_steepness", value: { fixed: { bits: "0x10" } } }
]
const older = { tempo: 360, maxAllowedUids: 256, alphaSigmoidSteepness: { bits: "0x10" }, commitRevealWeightsEnabled: true }

const read = (functions: Readonly<Record<string, unknown>>) => hyperparameters(at).pipe(Effect.provide(infoChain(at.hash, functions)))

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
