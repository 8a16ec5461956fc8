import { assert, describe, it } from "@effect/vitest"
import { u8aConcat, u8aToHex } from "@polkadot/util"
import { blake2AsU8a } from "@polkadot/util-crypto"
import { Effect } from "effect"
import { call } from "../../support/devnet/support.ts"
import { relayed, transferArguments } from "../../support/runtime/relay.ts"
import { alpha, netuid } from "../../support/runtime/support.ts"

describe("the chain extension", () => {
  it.scopedLive("returns stake and its availability", () =>
    Effect.gen(function* () {
      const { api, toFunction, dryRun, address } = yield* relayed()
      const stake = yield* dryRun(toFunction(0, "(AccountId, AccountId, u16)", [address("Hot1"), address("Cold1"), netuid]))
      assert.strictEqual(stake.status, 0)
      const fields = "(AccountId, AccountId, Compact<u16>, Compact<u64>, Compact<u64>, Compact<u64>, Compact<u64>, Compact<u64>, bool)"
      const decoded = api.createType(`Option<${fields}>`, stake.output).toString()
      assert.strictEqual(decoded, JSON.stringify([address("Hot1"), address("Cold1"), netuid, Number(600n * alpha), 0, 0, 0, 0, true]))
      const availability = yield* dryRun(toFunction(36, "(AccountId, u16)", [address("Cold1"), netuid]))
      assert.strictEqual(
        api.createType("(u16, u64, u64, u64)", availability.output).toString(),
        JSON.stringify([netuid, Number(600n * alpha), 0, Number(600n * alpha)])
      )
      const nothing = yield* dryRun(toFunction(0, "(AccountId, AccountId, u16)", [address("Hot5"), address("Cold1"), netuid]))
      assert.strictEqual(nothing.output[0], 1) // Some, with no stake, as on Subtensor
    })
  )

  it.scopedLive("ignores the extension's id, and traps on unknown functions", () =>
    Effect.gen(function* () {
      const { toFunction, dryRun, address } = yield* relayed()
      const query = [address("Hot1"), address("Cold1"), netuid]
      assert.strictEqual((yield* dryRun(toFunction(0, "(AccountId, AccountId, u16)", query, 0x7777))).status, 0)
      for (const unknown of [37, 41, 42, 99])
        assert.strictEqual((yield* dryRun(toFunction(unknown, "(AccountId, AccountId, u16)", query))).status, "trap")
    })
  )

  it.scopedLive("moves the caller's stake in, and the contract's out, and recycles it", () =>
    Effect.gen(function* () {
      const { toFunction, execute, dryRun, stakeOf, address, contract, read } = yield* relayed()
      const give = (index: number, to: string, amount: bigint) =>
        toFunction(index, transferArguments, [to, address("Hot1"), netuid, netuid, amount])
      assert.strictEqual(yield* execute("Cold1", give(25, contract, 9n * alpha)), "done")
      assert.strictEqual(yield* stakeOf(contract), 9n * alpha)
      assert.strictEqual(yield* stakeOf(address("Cold1")), 591n * alpha)
      assert.strictEqual(yield* execute("Cold3", give(6, address("Cold4"), 2n * alpha)), "done")
      assert.strictEqual(yield* stakeOf(contract), 7n * alpha)
      assert.strictEqual(yield* stakeOf(address("Cold4")), 2n * alpha)
      const recycle = (amount: bigint) => toFunction(16, "(AccountId, u16, u64)", [address("Hot1"), netuid, amount])
      const recycled = yield* dryRun(recycle(100n * alpha))
      assert.strictEqual(recycled.status, 0)
      assert.strictEqual(new DataView(recycled.output.slice().buffer).getBigUint64(0, true), 7n * alpha) // the available stake
      assert.strictEqual(yield* execute("Cold3", recycle(3n * alpha)), "done")
      assert.strictEqual(yield* stakeOf(contract), 4n * alpha)
      assert.strictEqual(BigInt(String(yield* read("subnetAlphaOut", netuid))), 997n * alpha)
    })
  )

  it.scopedLive("moves the contract's own stake to another hotkey", () =>
    Effect.gen(function* () {
      const { toFunction, execute, dryRun, sudo, stakeOf, address, contract, held } = yield* relayed()
      const bring = toFunction(25, transferArguments, [contract, address("Hot1"), netuid, netuid, 9n * alpha])
      const move = (from: string, to: string, amount: bigint) => toFunction(5, transferArguments, [from, to, netuid, netuid, amount])
      const [one, two] = [address("Hot1"), address("Hot2")]
      assert.strictEqual((yield* dryRun(move(one, two, alpha))).status, 13) // no stake to move
      assert.strictEqual(yield* execute("Cold1", bring), "done")
      assert.strictEqual((yield* dryRun(move(one, one, alpha))).status, 15)
      assert.strictEqual((yield* dryRun(move(one, address("Hot5"), alpha))).status, 5)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetToggleTransfer", netuid, false), "done")
      assert.strictEqual(yield* execute("Cold3", move(one, two, 2n * alpha)), "done")
      assert.strictEqual(yield* stakeOf(contract), 7n * alpha)
      assert.strictEqual(yield* execute("Cold3", move(one, two, 100n * alpha)), "done")
      assert.strictEqual(yield* stakeOf(contract), 0n)
      assert.strictEqual(yield* held(two, contract), 9n * alpha) // the available stake
      assert.strictEqual(yield* stakeOf(address("Cold1")), 591n * alpha)
    })
  )

  it.scopedLive("fails as a test orders, until the order is withdrawn", () =>
    Effect.gen(function* () {
      const { api, input, toFunction, execute, dryRun, attempt, sudo, stakeOf, address, contract } = yield* relayed()
      const key = (order: number) => u8aToHex(u8aConcat(blake2AsU8a("gittensor:fail", 128), api.createType("u16", order).toU8a()))
      const fail = (order: number, code: number) => sudo("system", "setStorage", [[key(order), api.createType("u32", code).toHex(true)]])
      const bring = toFunction(25, transferArguments, [contract, address("Hot1"), netuid, netuid, 9n * alpha])
      assert.strictEqual(yield* fail(25, 7), "done")
      assert.strictEqual((yield* dryRun(bring)).status, 7)
      assert.strictEqual(yield* execute("Cold1", bring), "done") // the relay contract ignores the status
      assert.strictEqual(yield* fail(25, 0), "done")
      assert.strictEqual(yield* execute("Cold1", bring), "done")
      assert.strictEqual(yield* stakeOf(contract), 0n)
      assert.strictEqual((yield* dryRun(toFunction(36, "(AccountId, u16)", [address("Cold1"), netuid]))).status, 0)
      assert.strictEqual(yield* sudo("system", "killStorage", [key(25)]), "done")
      assert.strictEqual(yield* execute("Cold1", bring), "done")
      assert.strictEqual(yield* stakeOf(contract), 9n * alpha)

      const give = call(api, "subtensorModule", "transferStake", contract, address("Hot1"), netuid, netuid, 2n * alpha)
      const proxied = input(0xffffffff, call(api, "proxy", "proxy", address("Cold1"), null, give).method.toU8a())
      assert.strictEqual(yield* attempt("Cold1", "proxy", "addProxy", contract, "Transfer", 0), "done")
      assert.strictEqual((yield* dryRun(proxied)).status, 0)
      assert.strictEqual(yield* fail(0xffff, 1), "done")
      assert.strictEqual((yield* dryRun(proxied)).status, 10)
    })
  )

  it.scopedLive("reports refusals with Subtensor's status codes", () =>
    Effect.gen(function* () {
      const { toFunction, execute, dryRun, sudo, address, contract } = yield* relayed()
      const bring = toFunction(25, transferArguments, [contract, address("Hot1"), netuid, netuid, 9n * alpha])
      const transfer = (to: string, hotkey: string, subnet: number, amount: bigint) =>
        Effect.map(dryRun(toFunction(6, transferArguments, [to, hotkey, subnet, subnet, amount])), ({ status }) => status)
      const recycle = (hotkey: string, subnet: number) =>
        Effect.map(dryRun(toFunction(16, "(AccountId, u16, u64)", [hotkey, subnet, alpha])), ({ status }) => status)
      const [to, hotkey] = [address("Cold4"), address("Hot1")]
      assert.strictEqual(yield* transfer(to, hotkey, netuid, alpha), 13) // no stake to move
      assert.strictEqual(yield* execute("Cold1", bring), "done")
      assert.strictEqual(yield* transfer(to, hotkey, netuid, alpha), 0)
      assert.strictEqual(yield* transfer(to, address("Hot5"), netuid, alpha), 5)
      assert.strictEqual(yield* transfer(to, hotkey, 75, alpha), 9)
      assert.strictEqual(yield* transfer(to, hotkey, netuid, 1n), 13)
      assert.strictEqual(yield* transfer(contract, hotkey, netuid, alpha), 15)
      assert.strictEqual(yield* recycle(hotkey, 0), 21)
      assert.strictEqual(yield* recycle(hotkey, 75), 9)
      assert.strictEqual(yield* recycle(address("Hot5"), netuid), 5)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetToggleTransfer", netuid, false), "done")
      assert.strictEqual(yield* transfer(to, hotkey, netuid, alpha), 1)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetSubtokenEnabled", netuid, false), "done")
      assert.strictEqual(yield* transfer(to, hotkey, netuid, alpha), 22)
      assert.strictEqual(yield* recycle(hotkey, netuid), 22)
    })
  )

  it.scopedLive("lets a contract dispatch Proxy::proxy and nothing else", () =>
    Effect.gen(function* () {
      const { api, input, dryRun, execute, attempt, stakeOf, address, contract } = yield* relayed()
      const refused = 10 // CallRuntimeFailed
      const toRuntime = (inner: ReturnType<typeof call>) => input(0xffffffff, inner.method.toU8a())
      const give = call(api, "subtensorModule", "transferStake", contract, address("Hot1"), netuid, netuid, 2n * alpha)
      const proxied = toRuntime(call(api, "proxy", "proxy", address("Cold1"), null, give))
      assert.strictEqual((yield* dryRun(toRuntime(call(api, "system", "remark", "0x00")))).status, refused)
      assert.strictEqual((yield* dryRun(toRuntime(give))).status, refused)
      assert.strictEqual((yield* dryRun(proxied)).status, refused) // not a proxy yet
      assert.strictEqual(yield* attempt("Cold1", "proxy", "addProxy", contract, "Transfer", 0), "done")
      assert.strictEqual(yield* execute("Cold3", proxied), "done")
      assert.strictEqual(yield* stakeOf(contract), 2n * alpha)
      const add = call(api, "subtensorModule", "addStake", address("Hot1"), netuid, alpha)
      const filtered = toRuntime(call(api, "proxy", "proxy", address("Cold1"), null, add))
      assert.strictEqual((yield* dryRun(filtered)).status, 0) // the pallet reports this although the inner call failed
      assert.strictEqual(yield* execute("Cold3", filtered), "CallFiltered")
    })
  )
})
