import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { alpha, netuid, stage } from "../../support/runtime/support.ts"

describe("weights", () => {
  it.scopedLive("are refused by name", () =>
    Effect.gen(function* () {
      const { attempt, sudo, address } = yield* stage(() => ({
        subnet: { weightsVersionKey: 10 },
        pallet: { stakeThreshold: Number(alpha) }
      }))
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      const set = (
        signer: "Hot1" | "Hot3" | "Cold5",
        uids: ReadonlyArray<number>,
        weights: ReadonlyArray<number>,
        version = 10,
        subnet = netuid
      ) => attempt(signer, "subtensorModule", "setWeights", subnet, uids, weights, version)
      assert.strictEqual(yield* set("Hot1", [3, 1], [1]), "WeightVecNotEqualSize")
      // on every other subnet, weights are committed unless it was set otherwise
      assert.strictEqual(yield* set("Hot1", [3], [1], 10, 75), "CommitRevealEnabled")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", 0, false), "done")
      assert.strictEqual(yield* set("Hot1", [3], [1], 10, 0), "CanNotSetRootNetworkWeights")
      assert.strictEqual(yield* set("Hot1", [0, 1, 2, 3, 4], [1, 1, 1, 1, 1]), "UidsLengthExceedUidsInSubNet")
      assert.strictEqual(yield* set("Cold5", [3], [1]), "HotKeyNotRegisteredInSubNet")
      assert.strictEqual(yield* set("Hot3", [1], [1]), "NotEnoughStakeToSetWeights")
      assert.strictEqual(yield* set("Hot1", [3], [1], 9), "IncorrectWeightVersionKey")
      assert.strictEqual(yield* set("Hot1", [3, 3], [1, 1]), "DuplicateUids")
      assert.strictEqual(yield* set("Hot1", [4], [1]), "UidVecContainInvalidOne")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMinAllowedWeights", netuid, 2), "done")
      assert.strictEqual(yield* set("Hot1", [3], [1]), "WeightVecLengthIsLow")
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "addStake", address("Hot3"), netuid, 2n * alpha), "done")
      assert.strictEqual(yield* set("Hot3", [1, 2], [1, 1]), "NeuronNoValidatorPermit")
      const mechanism = (index: number) => attempt("Hot1", "subtensorModule", "setMechanismWeights", netuid, index, [2, 3], [1, 2], 10)
      assert.strictEqual(yield* mechanism(1), "MechanismDoesNotExist")
      assert.strictEqual(yield* mechanism(0), "done")
    })
  )

  it.scopedLive("are scaled so that the largest is 65535", () =>
    Effect.gen(function* () {
      const { attempt, read } = yield* stage()
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [0, 2], [200, 100], 0), "done")
      assert.deepStrictEqual(yield* read("weights", netuid, 1), [
        [0, 65_535],
        [2, 32_768]
      ])
      assert.deepStrictEqual(yield* read("lastUpdate", netuid), [0, 1, 0])
    })
  )

  it.scopedLive("are rate-limited, counted from the registration too", () =>
    Effect.gen(function* () {
      const { attempt, address, blocks } = yield* stage(() => ({ subnet: { weightsSetRateLimit: 5, tempo: 2 } }))
      const set = (signer: "Hot1" | "Hot3") => attempt(signer, "subtensorModule", "setWeights", netuid, [2], [1], 0)
      assert.strictEqual(yield* set("Hot1"), "done")
      assert.strictEqual(yield* set("Hot1"), "SettingWeightsTooFast")
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "addStake", address("Hot3"), netuid, alpha), "done")
      assert.strictEqual(yield* set("Hot3"), "SettingWeightsTooFast")
      yield* blocks(4)
      assert.strictEqual(yield* set("Hot1"), "done")
      assert.strictEqual(yield* set("Hot3"), "done") // the epoch in between gave it a permit
    })
  )

  it.scopedLive("are committed instead if the subnet requires that", () =>
    Effect.gen(function* () {
      const { attempt, sudo, read, address } = yield* stage()
      const commit = (version: number) => attempt("Hot1", "subtensorModule", "commitTimelockedWeights", netuid, "0x0102", 5, version)
      assert.strictEqual(yield* commit(4), "CommitRevealDisabled")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [2], [1], 0), "CommitRevealEnabled")
      assert.strictEqual(yield* commit(3), "IncorrectCommitRevealVersion")
      assert.strictEqual(yield* commit(4), "done")
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "commitTimelockedMechanismWeights", netuid, 0, "0x03", 6, 4), "done")
      const commits = yield* read("timelockedWeightCommits", netuid, 0)
      assert.deepStrictEqual(commits, [
        [address("Hot1"), 5, "0x0102", 5],
        [address("Hot1"), 6, "0x03", 6]
      ])
      for (let count = 2; count < 10; count++) assert.strictEqual(yield* commit(4), "done")
      assert.strictEqual(yield* commit(4), "TooManyUnrevealedCommits")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetWeightsSetRateLimit", netuid, 100), "done")
      assert.strictEqual(yield* commit(4), "CommittingWeightsTooFast")
    })
  )
})
