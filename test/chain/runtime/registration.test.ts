import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { alpha, netuid, stage } from "../../support/runtime/support.ts"

describe("registration", () => {
  it.scopedLive("assigns the next UID for the burn, and makes the coldkey own the hotkey", () =>
    Effect.gen(function* () {
      const { attempt, read, address } = yield* stage()
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      assert.strictEqual(yield* read("uids", netuid, address("Hot3")), 3)
      assert.strictEqual(yield* read("keys", netuid, 3), address("Hot3"))
      assert.strictEqual(yield* read("owner", address("Hot3")), address("Cold3"))
      assert.deepStrictEqual(yield* read("ownedHotkeys", address("Cold3")), [address("Hot3")])
      assert.strictEqual(yield* read("isNetworkMember", address("Hot3"), netuid), true)
      assert.strictEqual(yield* read("blockAtRegistration", netuid, 3), 1)
      assert.strictEqual(yield* read("subnetworkN", netuid), 4)
    })
  )

  it.scopedLive("is refused by name", () =>
    Effect.gen(function* () {
      const { attempt, sudo, address } = yield* stage()
      const register = (subnet: number, hotkey: string) => attempt("Cold3", "subtensorModule", "burnedRegister", subnet, hotkey)
      assert.strictEqual(yield* register(0, address("Hot3")), "RegistrationNotPermittedOnRootSubnet")
      assert.strictEqual(yield* register(75, address("Hot3")), "SubnetNotExists")
      assert.strictEqual(yield* register(netuid, address("Hot1")), "HotKeyAlreadyRegisteredInSubNet")
      assert.strictEqual(yield* sudo("adminUtils", "devSetBurn", netuid, 2_000_000n * alpha), "done")
      assert.strictEqual(yield* register(netuid, address("Hot3")), "NotEnoughBalanceToStake")
      assert.strictEqual(yield* sudo("adminUtils", "devSetBurn", netuid, alpha), "done")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetNetworkRegistrationAllowed", netuid, false), "done")
      assert.strictEqual(yield* register(netuid, address("Hot3")), "SubNetRegistrationDisabled")
    })
  )

  it.scopedLive("replaces the non-immune neuron with the least emission, and forgets everything about it", () =>
    Effect.gen(function* () {
      const { attempt, read, address, blocks } = yield* stage(() => ({
        subnet: { maxAllowedUids: 5, tempo: 4, alphaEmissionPerBlock: Number(alpha) }
      }))
      const register = (signer: "Cold3" | "Cold4" | "Cold5", hotkey: string) =>
        attempt(signer, "subtensorModule", "burnedRegister", netuid, hotkey)
      assert.strictEqual(yield* register("Cold3", address("Hot3")), "done")
      assert.strictEqual(yield* register("Cold4", address("Hot4")), "done")
      assert.strictEqual(yield* attempt("Hot4", "subtensorModule", "serveAxon", netuid, 1, 1, 9_000, 4, 4, 0, 0), "done")
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "setWeights", netuid, [3, 4], [100, 1], 0), "done")
      assert.strictEqual(yield* attempt("Hot2", "subtensorModule", "setWeights", netuid, [3], [1], 0), "done")
      yield* blocks(4)
      assert.strictEqual(yield* register("Cold5", address("Hot5")), "done")
      assert.strictEqual(yield* read("uids", netuid, address("Hot5")), 4)
      assert.isNull(yield* read("uids", netuid, address("Hot4")))
      assert.isNull(yield* read("axons", netuid, address("Hot4")))
      assert.strictEqual(yield* read("isNetworkMember", address("Hot4"), netuid), false)
      assert.deepStrictEqual(yield* read("weights", netuid, 1), [
        [3, 65_535],
        [4, 0]
      ])
      assert.strictEqual(yield* register("Cold4", address("Hot1")), "HotKeyAlreadyRegisteredInSubNet")
    })
  )

  it.scopedLive("spares immune neurons and the subnet owner, until only immune ones are left", () =>
    Effect.gen(function* () {
      const { attempt, sudo, read, address } = yield* stage(() => ({ subnet: { maxAllowedUids: 4, immunityPeriod: 50 } }))
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      assert.strictEqual(yield* attempt("Cold4", "subtensorModule", "burnedRegister", netuid, address("Hot4")), "done")
      assert.strictEqual(yield* read("uids", netuid, address("Hot4")), 1) // all immune, without emission: the oldest is replaced
      assert.strictEqual(yield* read("uids", netuid, address("OwnerHot")), 0)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetImmunityPeriod", netuid, 3), "done")
      assert.strictEqual(yield* attempt("Cold5", "subtensorModule", "burnedRegister", netuid, address("Hot5")), "done")
      assert.strictEqual(yield* read("uids", netuid, address("Hot5")), 2) // Hot2, no longer immune, before Hot3 and Hot4
    })
  )

  it.scopedLive("prevents another coldkey from using a hotkey, even after the hotkey lost its UID", () =>
    Effect.gen(function* () {
      const { attempt, read, address } = yield* stage(() => ({ subnet: { maxAllowedUids: 3 } }))
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      assert.isNull(yield* read("uids", netuid, address("Hot1")))
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot1")), "NonAssociatedColdKey")
    })
  )

  it.scopedLive("lets the registered hotkey announce its axon, without needing a balance", () =>
    Effect.gen(function* () {
      const { attempt, sudo, read, address } = yield* stage()
      const serve = (ip: bigint, port: number, kind: number) =>
        attempt("Hot1", "subtensorModule", "serveAxon", netuid, 7, ip, port, kind, 4, 0, 0)
      assert.strictEqual(yield* serve(1n, 0, 4), "InvalidPort")
      assert.strictEqual(yield* serve(1n, 9_000, 5), "InvalidIpType")
      assert.strictEqual(yield* serve(2n ** 32n, 9_000, 4), "InvalidIpAddress")
      assert.strictEqual(yield* serve(0x7f000001n, 9_000, 4), "done")
      const axon = yield* read("axons", netuid, address("Hot1"))
      assert.deepInclude(axon, { version: 7, ip: 0x7f000001, port: 9_000, ipType: 4, protocol: 4 })
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetServingRateLimit", netuid, 50), "done")
      assert.strictEqual(yield* serve(0x7f000001n, 9_000, 4), "ServingRateLimitExceeded")
      assert.strictEqual(
        yield* attempt("Cold3", "subtensorModule", "serveAxon", netuid, 7, 1, 9_000, 4, 4, 0, 0),
        "HotKeyNotRegisteredInNetwork"
      )
    })
  )

  it.scopedLive("is transferred to another hotkey of the owner, with everybody's stake or without", () =>
    Effect.gen(function* () {
      const { attempt, read, held: heldBy, address } = yield* stage()
      const swap = (signer: "Cold1" | "Cold3", from: string, to: string, subnet: number | null, keepStake = false) =>
        attempt(signer, "subtensorModule", "swapHotkeyV2", from, to, subnet, keepStake)
      const [one, three, four] = [address("Hot1"), address("Hot3"), address("Hot4")]
      const held = (hotkey: string, coldkey: "Cold1" | "Nominator") => heldBy(hotkey, address(coldkey))
      assert.strictEqual(yield* attempt("Nominator", "subtensorModule", "addStake", one, netuid, 10n * alpha), "done")
      assert.strictEqual(yield* swap("Cold3", one, three, netuid), "NonAssociatedColdKey")
      assert.strictEqual(yield* swap("Cold1", one, address("Hot2"), netuid), "NonAssociatedColdKey")
      assert.strictEqual(yield* swap("Cold1", one, one, netuid), "NewHotKeyIsSameWithOld")
      assert.strictEqual(yield* swap("Cold1", one, three, 75), "SubnetNotExists")

      assert.strictEqual(yield* swap("Cold1", one, three, netuid), "done")
      assert.deepStrictEqual([yield* held(one, "Cold1"), yield* held(one, "Nominator")], [0n, 0n])
      assert.deepStrictEqual([yield* held(three, "Cold1"), yield* held(three, "Nominator")], [600n * alpha, 10n * alpha])
      assert.deepStrictEqual([yield* read("uids", netuid, one), yield* read("uids", netuid, three)], [null, 1])
      assert.strictEqual(yield* read("keys", netuid, 1), three)
      assert.deepStrictEqual(yield* read("ownedHotkeys", address("Cold1")), [one, three])

      assert.strictEqual(yield* swap("Cold1", three, four, null, true), "done")
      assert.strictEqual(yield* read("uids", netuid, four), 1)
      assert.strictEqual(yield* held(three, "Nominator"), 10n * alpha)
      assert.deepStrictEqual(yield* read("ownedHotkeys", address("Cold1")), [one, four])
      assert.strictEqual(yield* swap("Cold1", three, one, netuid), "NonAssociatedColdKey")
    })
  )
})
