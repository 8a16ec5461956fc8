import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { alpha, netuid, type Stage, stage } from "../../support/runtime/support.ts"

const held = (scene: Stage, hotkey: "Hot1" | "Hot2", coldkey: "Cold1" | "Cold3" | "Nominator", subnet = netuid) =>
  scene.held(scene.address(hotkey), scene.address(coldkey), subnet)

describe("stake", () => {
  it.scopedLive("is added, moved, transferred and removed, at one TAO per alpha", () =>
    Effect.gen(function* () {
      const scene = yield* stage()
      const { attempt, read, address } = scene
      const out = BigInt(String(yield* read("subnetAlphaOut", netuid)))
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "addStake", address("Hot1"), netuid, 10n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Nominator"), 10n * alpha)
      assert.strictEqual(BigInt(String(yield* read("subnetAlphaOut", netuid))), out + 10n * alpha)
      const move = (to: "Hot1" | "Hot2", subnet: number, amount: bigint) =>
        attempt("Nominator", "subtensorModule", "moveStake", address("Hot1"), address(to), netuid, subnet, amount)
      assert.strictEqual(yield* move("Hot2", netuid, 3n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot2", "Nominator"), 3n * alpha)
      assert.strictEqual(yield* move("Hot1", 0, alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Nominator", 0), alpha)
      assert.strictEqual(yield* move("Hot1", netuid, alpha), "SameNetuid")
      const give = (amount: bigint) =>
        attempt("Nominator", "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, amount)
      assert.strictEqual(yield* give(2n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Cold3"), 2n * alpha)
      assert.strictEqual(yield* give(1_000n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Cold3"), 6n * alpha)
      assert.strictEqual(yield* give(alpha), "AmountTooLow")
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "removeStake", address("Hot1"), netuid, 6n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Cold3"), 0n)
      assert.strictEqual(BigInt(String(yield* read("subnetAlphaOut", netuid))), out + 3n * alpha)
    })
  )

  it.scopedLive("is recycled, at most the existing amount", () =>
    Effect.gen(function* () {
      const scene = yield* stage()
      const { attempt, read, address } = scene
      const recycle = (signer: "Cold1" | "Cold3", hotkey: string, amount: bigint, subnet = netuid) =>
        attempt(signer, "subtensorModule", "recycleAlpha", hotkey, amount, subnet)
      assert.strictEqual(yield* recycle("Cold1", address("Hot1"), 100n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Cold1"), 500n * alpha)
      assert.strictEqual(yield* recycle("Cold1", address("Hot1"), 1_000n * alpha), "done")
      assert.strictEqual(yield* held(scene, "Hot1", "Cold1"), 0n)
      assert.strictEqual(BigInt(String(yield* read("subnetAlphaOut", netuid))), 400n * alpha)
      assert.strictEqual(yield* recycle("Cold1", address("Hot1"), alpha, 0), "CannotBurnOrRecycleOnRootSubnet")
      assert.strictEqual(yield* recycle("Cold1", address("Hot1"), alpha, 75), "SubnetNotExists")
      assert.strictEqual(yield* recycle("Cold3", address("Hot5"), alpha), "HotKeyAccountNotExists")
    })
  )

  it.scopedLive("is refused by name", () =>
    Effect.gen(function* () {
      const { attempt, sudo, address } = yield* stage()
      const add = (hotkey: string, amount: bigint, subnet = netuid) =>
        attempt("Nominator", "subtensorModule", "addStake", hotkey, subnet, amount)
      assert.strictEqual(yield* add(address("Hot1"), 1n), "AmountTooLow")
      assert.strictEqual(yield* add(address("Hot5"), alpha), "HotKeyAccountNotExists")
      assert.strictEqual(yield* add(address("Hot1"), alpha, 75), "SubnetNotExists")
      assert.strictEqual(yield* add(address("Hot1"), 2_000_000n * alpha), "NotEnoughBalanceToStake")
      assert.strictEqual(yield* add(address("Hot1"), alpha), "done")
      const remove = (amount: bigint) => attempt("Nominator", "subtensorModule", "removeStake", address("Hot1"), netuid, amount)
      assert.strictEqual(yield* remove(2n * alpha), "done") // the available stake
      assert.strictEqual(yield* remove(0n), "AmountTooLow")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetToggleTransfer", netuid, false), "done")
      const give = attempt("Nominator", "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, alpha)
      assert.strictEqual(yield* give, "TransferDisallowed")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetSubtokenEnabled", netuid, false), "done")
      assert.strictEqual(yield* give, "SubtokenDisabled")
      assert.strictEqual(yield* add(address("Hot1"), alpha), "SubtokenDisabled")
    })
  )
})
