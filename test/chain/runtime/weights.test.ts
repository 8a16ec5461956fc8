import { assert, describe, it } from "@effect/vitest"
import { blake2AsHex } from "@polkadot/util-crypto"
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

  it.scopedLive("are set when what was committed as a hash is revealed, in the one epoch for it", () =>
    Effect.gen(function* () {
      const { api, attempt, sudo, read, address, blocks } = yield* stage(() => ({ subnet: { tempo: 20 } }))
      const [uids, values, salt] = [
        [0, 2],
        [100, 200],
        [7, 8, 65_535]
      ]
      const hashOf = (version: number) => {
        const content = [address("Hot1"), netuid, uids, values, salt, version]
        return blake2AsHex(api.createType("(AccountId, u16, Vec<u16>, Vec<u16>, Vec<u16>, u64)", content).toU8a())
      }
      const commit = (version: number) => attempt("Hot1", "subtensorModule", "commitWeights", netuid, hashOf(version))
      const reveal = (version: number) => attempt("Hot1", "subtensorModule", "revealWeights", netuid, uids, values, salt, version)
      assert.strictEqual(yield* commit(0), "CommitRevealDisabled")
      assert.strictEqual(yield* reveal(0), "CommitRevealDisabled")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
      assert.strictEqual(yield* reveal(0), "NoWeightsCommitFound")
      for (const version of [0, 1]) assert.strictEqual(yield* commit(version), "done")
      assert.deepStrictEqual(yield* read("weightCommits", netuid, address("Hot1")), [
        [hashOf(0), 5, 20, 39],
        [hashOf(1), 6, 20, 39]
      ])
      assert.strictEqual(yield* reveal(2), "InvalidRevealCommitHashNotMatch")
      assert.strictEqual(yield* reveal(1), "RevealTooEarly")
      yield* blocks(20)
      assert.strictEqual(yield* reveal(1), "done")
      assert.deepStrictEqual(yield* read("weights", netuid, 1), [
        [0, 32_768],
        [2, 65_535]
      ])
      assert.deepStrictEqual(yield* read("lastUpdate", netuid), [0, 6, 0], "they count from the commitment on")
      assert.strictEqual(yield* reveal(0), "NoWeightsCommitFound", "an earlier commitment is over with a later one")

      assert.strictEqual(yield* commit(3), "done")
      yield* blocks(40)
      assert.strictEqual(yield* reveal(3), "ExpiredWeightCommit")
      for (let count = 0; count < 10; count++) assert.strictEqual(yield* commit(count), "done")
      assert.strictEqual(yield* commit(10), "TooManyUnrevealedCommits")
    })
  )
})
