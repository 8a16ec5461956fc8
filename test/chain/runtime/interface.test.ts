import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { alpha, netuid, stage } from "../../support/runtime/support.ts"

/** Subtensor's pallet indices. A client with Subtensor's metadata sends the same bytes here. */
const pallets = {
  System: 0,
  Timestamp: 2,
  Aura: 3,
  Balances: 5,
  TransactionPayment: 6,
  SubtensorModule: 7,
  Utility: 11,
  Sudo: 12,
  Proxy: 16,
  Commitments: 18,
  AdminUtils: 19,
  Drand: 26,
  Contracts: 29,
  MevShield: 30,
  DevChain: 200 // not on Subtensor
}
const subtensorCalls = {
  setWeights: [0, "u16,Vec<u16>,Vec<u16>,u64"],
  addStake: [2, "AccountId32,u16,u64"],
  removeStake: [3, "AccountId32,u16,u64"],
  serveAxon: [4, "u16,u32,u128,u16,u8,u8,u8,u8"],
  burnedRegister: [7, "u16,AccountId32"],
  moveStake: [85, "AccountId32,AccountId32,u16,u16,u64"],
  transferStake: [86, "AccountId32,AccountId32,u16,u16,u64"],
  commitWeights: [96, "u16,H256"],
  revealWeights: [97, "u16,Vec<u16>,Vec<u16>,Vec<u16>,u64"],
  recycleAlpha: [101, "AccountId32,u64,u16"],
  commitTimelockedWeights: [113, "u16,Bytes,u64,u16"],
  commitTimelockedMechanismWeights: [118, "u16,u8,Bytes,u64,u16"],
  setMechanismWeights: [119, "u16,u8,Vec<u16>,Vec<u16>,u64"]
} as const

describe("the runtime's interface", () => {
  it.scopedLive("has Subtensor's pallets and calls under its numbers, with its arguments", () =>
    Effect.gen(function* () {
      const { api } = yield* stage()
      const found = Object.fromEntries(api.runtimeMetadata.asLatest.pallets.map(({ name, index }) => [name.toString(), index.toNumber()]))
      assert.deepStrictEqual(found, pallets)
      for (const [name, [index, types]] of Object.entries(subtensorCalls)) {
        const sendable = api.tx.subtensorModule?.[name]
        assert.deepStrictEqual(Array.from(sendable?.callIndex ?? []), [7, index], name)
        assert.strictEqual(sendable?.meta.args.map(({ type }) => type.toString()).join(","), types, name)
      }
      assert.deepStrictEqual(Array.from(api.tx.commitments?.setCommitment?.callIndex ?? []), [18, 0])
      assert.deepStrictEqual(Array.from(api.tx.adminUtils?.sudoSetTempo?.callIndex ?? []), [19, 30])
      assert.deepStrictEqual(Array.from(api.tx.mevShield?.submitEncrypted?.callIndex ?? []), [30, 1])
      assert.strictEqual(Number(api.consts.contracts?.maxCodeLen?.toString() ?? 128 * 1024), 128 * 1024)
    })
  )

  it.scopedLive("returns neurons, the metagraph, hyperparameters and stake as the metadata describes", () =>
    Effect.gen(function* () {
      const { api, attempt, address } = yield* stage()
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "serveAxon", netuid, 7, 0x01020304n, 9_000, 4, 4, 0, 0), "done")
      const answer = (trait: string, method: string, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
        Effect.promise(async () => (await api.call[trait]?.[method]?.(...args))?.toJSON())
      const neurons = (yield* answer("neuronInfoRuntimeApi", "getNeuronsLite", netuid)) as ReadonlyArray<{ readonly axonInfo: object }>
      assert.strictEqual(neurons.length, 3)
      const [, second] = neurons
      if (second === undefined) assert.fail("there are three neurons")
      assert.deepInclude<object>(second, {
        hotkey: address("Hot1"),
        coldkey: address("Cold1"),
        uid: 1,
        netuid,
        validatorPermit: true,
        active: true,
        stake: [[address("Cold1"), Number(600n * alpha)]]
      })
      assert.deepInclude<object>(second.axonInfo, { ip: 0x01020304, port: 9_000, version: 7 })
      const alone = yield* answer("neuronInfoRuntimeApi", "getNeuronLite", netuid, 1)
      assert.deepEqual(alone, second)
      assert.isNull(yield* answer("neuronInfoRuntimeApi", "getNeuronLite", netuid, 3))
      assert.deepEqual(yield* answer("neuronInfoRuntimeApi", "getNeuronsLite", 75), [])
      const metagraph = yield* answer("subnetInfoRuntimeApi", "getMetagraph", netuid)
      assert.deepInclude<unknown>(metagraph, {
        netuid,
        tempo: 1_000,
        numUids: 3,
        ownerHotkey: address("OwnerHot"),
        hotkeys: [address("OwnerHot"), address("Hot1"), address("Hot2")],
        validatorPermit: [false, true, true],
        totalStake: [0, Number(600n * alpha), Number(400n * alpha)]
      })
      assert.isNull(yield* answer("subnetInfoRuntimeApi", "getMetagraph", 75))
      const parameters = (yield* answer("subnetInfoRuntimeApi", "getSubnetHyperparamsV3", netuid)) as ReadonlyArray<unknown>
      assert.deepInclude(parameters, { name: "0x74656d706f", value: { u16: 1_000 } })
      assert.strictEqual(yield* answer("subnetInfoRuntimeApi", "getNextEpochStartBlock", netuid), 1_000)
      assert.isNull(yield* answer("subnetInfoRuntimeApi", "getNextEpochStartBlock", 75))
      const stake = yield* answer("stakeInfoRuntimeApi", "getStakeInfoForHotkeyColdkeyNetuid", address("Hot1"), address("Cold1"), netuid)
      assert.deepInclude<unknown>(stake, { hotkey: address("Hot1"), stake: Number(600n * alpha), isRegistered: true })
    })
  )

  it.scopedLive("stores the commitments of registered hotkeys, within their space", () =>
    Effect.gen(function* () {
      const { api, attempt, address } = yield* stage()
      const commit = (signer: "Hot1" | "Cold5", fields: ReadonlyArray<object>) =>
        attempt(signer, "commitments", "setCommitment", netuid, { fields })
      const fields = [{ Raw5: "0x68656c6c6f" }, { Raw128: `0x${"ab".repeat(128)}` }, { Sha256: `0x${"11".repeat(32)}` }]
      assert.strictEqual(yield* commit("Cold5", fields), "AccountNotAllowedCommit")
      assert.strictEqual(yield* commit("Hot1", fields), "done")
      const kept = yield* Effect.promise(async () => (await api.query.commitments?.commitmentOf?.(netuid, address("Hot1")))?.toJSON())
      assert.deepEqual(kept, {
        deposit: 0,
        block: 2,
        info: { fields: [{ raw5: "0x68656c6c6f" }, { raw128: `0x${"ab".repeat(128)}` }, { sha256: `0x${"11".repeat(32)}` }] }
      })
      const large = [{ BigRaw: `0x${"cd".repeat(500)}` }]
      for (let count = 0; count < 5; count++) assert.strictEqual(yield* commit("Hot1", large), "done")
      assert.strictEqual(yield* commit("Hot1", large), "SpaceLimitExceeded")
    })
  )

  it.scopedLive("lets only root change settings, within bounds", () =>
    Effect.gen(function* () {
      const { attempt, sudo } = yield* stage()
      assert.strictEqual(yield* attempt("Owner", "adminUtils", "sudoSetTempo", netuid, 5), "BadOrigin")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetTempo", netuid, 0), "TempoOutOfBounds")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetTempo", 75, 5), "SubnetNotExists")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMaxAllowedUids", netuid, 2), "InvalidValue")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMaxAllowedUids", netuid, 257), "InvalidValue")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMaxAllowedUids", netuid, 3), "done")
    })
  )
})
