import { assert, describe, it } from "@effect/vitest"
import type { Enum } from "@polkadot/types-codec"
import { Effect } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { call, query, send } from "../../support/devnet/support.ts"
import { stillChain } from "../../support/runtime/stillChain.ts"
import { alpha, type Name, netuid, outcome, type Stage, stage } from "../../support/runtime/support.ts"

/** Subtensor's proxy types in its order. */
const types = [
  "Any",
  "Owner",
  "NonCritical",
  "NonTransfer",
  "Senate",
  "NonFungible",
  "Triumvirate",
  "Governance",
  "Staking",
  "Registration",
  "Transfer",
  "SmallTransfer",
  "RootWeights",
  "ChildKeys",
  "SudoUncheckedSetCode",
  "SwapHotkey",
  "SubnetLeaseBeneficiary",
  "RootClaim"
]

const calls = ({ api, address }: Stage) => ({
  remark: call(api, "system", "remark", "0x00"),
  pay: call(api, "balances", "transferKeepAlive", address("Cold3"), alpha),
  payLittle: call(api, "balances", "transferKeepAlive", address("Cold3"), alpha / 4n),
  give: call(api, "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, alpha),
  giveLittle: call(api, "subtensorModule", "transferStake", address("Cold3"), address("Hot1"), netuid, netuid, alpha / 4n),
  add: call(api, "subtensorModule", "addStake", address("Hot1"), netuid, alpha),
  register: call(api, "subtensorModule", "burnedRegister", netuid, address("Hot1")),
  swap: call(api, "subtensorModule", "swapHotkeyV2", address("Hot1"), address("Hot1"), netuid, false)
})

/**
 * The calls above that each type permits. `register` and `swap` pass the filter but then fail, because Hot1 is already registered and cannot be
 * swapped with itself.
 */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  Any: ["remark", "pay", "payLittle", "give", "giveLittle", "add", "register", "swap"],
  NonCritical: ["remark", "pay", "payLittle", "give", "giveLittle", "add", "swap"],
  NonTransfer: ["remark", "add", "register", "swap"],
  NonFungible: ["remark", "swap"],
  SwapHotkey: ["swap"],
  Staking: ["add"],
  Registration: ["register"],
  Transfer: ["pay", "payLittle", "give", "giveLittle"],
  SmallTransfer: ["payLittle", "giveLittle"]
}

describe("proxies", () => {
  it.scopedLive("have Subtensor's types under its indices, and its filters", () =>
    Effect.gen(function* () {
      const scene = yield* stage()
      const { api, keys, address, attempt } = scene
      assert.deepStrictEqual(api.createType<Enum>(String(api.tx.proxy?.addProxy?.meta.args[1]?.type)).defKeys, types)
      const inners = Object.entries(calls(scene))
      const add = types.map((type) => call(api, "proxy", "addProxy", address("Cold2"), type, 0))
      assert.strictEqual(yield* attempt("Cold1", "utility", "batchAll", add), "done")
      for (const type of types) {
        const proxied = inners.map(([, inner]) => call(api, "proxy", "proxy", address("Cold1"), type, inner))
        const { events } = yield* send(call(api, "utility", "forceBatch", proxied), keys.Cold2)
        const executed = events.filter(({ event }) => api.events.proxy?.ProxyExecuted?.is(event))
        assert.strictEqual(executed.length, inners.length)
        for (const [index, [name]] of inners.entries()) {
          const refused = { register: "HotKeyAlreadyRegisteredInSubNet", swap: "NewHotKeyIsSameWithOld" }[name] ?? "done"
          const wanted = (allowed[type] ?? []).includes(name) ? refused : "CallFiltered"
          assert.strictEqual(
            outcome(api, { dispatchError: undefined, events: executed.slice(index, index + 1) }),
            wanted,
            `${type} ${name}`
          )
        }
      }
    })
  )

  it.live("let a contract move an account's stake, and nothing else, whatever the proxy may do", () =>
    Effect.gen(function* () {
      const { address, api, attempt, contract, runtimeCall } = yield* stillChain()
      const of = (name: Name) => AccountAddress.make(address(name))
      assert.strictEqual(attempt(of("Cold1"), "proxy", "addProxy", contract, "Any", 0).result, "ok")
      const through = (inner: ReturnType<typeof call>) => {
        const tried = runtimeCall(of("Cold2"), call(api, "proxy", "proxy", address("Cold1"), null, inner).method.toU8a())
        return [tried.result, tried.inner()]
      }
      const give = call(api, "subtensorModule", "transferStake", contract, address("Hot1"), netuid, netuid, alpha)
      assert.deepStrictEqual(through(give), ["ok", "done"])
      for (const inner of [
        call(api, "balances", "transferAll", contract, true),
        call(api, "balances", "transferKeepAlive", contract, alpha),
        call(api, "subtensorModule", "moveStake", address("Hot1"), address("Hot2"), netuid, netuid, alpha),
        call(api, "utility", "batchAll", [give])
      ])
        assert.deepStrictEqual(through(inner), ["ok", "CallFiltered"])
      assert.strictEqual(runtimeCall(of("Cold2"), call(api, "balances", "transferAll", address("Cold2"), true).method.toU8a()).result, "10")
    })
  )

  it.scopedLive("let a pure account own a neuron whose stake only its one Transfer proxy can move", () =>
    Effect.gen(function* () {
      const { api, keys, address, attempt, read, held } = yield* stage()
      const created = yield* send(call(api, "proxy", "createPure", "Any", 0, 0), keys.Cold3)
      const event = created.events.find((record) => api.events.proxy?.PureCreated?.is(record.event))?.event
      const pure = String(event?.data[0])
      const through = (signer: "Cold3" | "Cold4", inner: ReturnType<typeof call>) =>
        Effect.map(send(call(api, "proxy", "proxy", pure, null, inner), keys[signer]), (result) => outcome(api, result))
      assert.strictEqual(yield* attempt("Cold3", "balances", "transferKeepAlive", pure, 100n * alpha), "done")
      assert.strictEqual(yield* through("Cold3", call(api, "subtensorModule", "burnedRegister", netuid, address("Hot3"))), "done")
      assert.strictEqual(yield* through("Cold3", call(api, "subtensorModule", "addStake", address("Hot3"), netuid, 50n * alpha)), "done")
      assert.strictEqual(yield* through("Cold3", call(api, "proxy", "addProxy", address("Cold4"), "Transfer", 0)), "done")
      assert.strictEqual(yield* through("Cold3", call(api, "proxy", "removeProxy", address("Cold3"), "Any", 0)), "done")
      const give = call(api, "subtensorModule", "transferStake", address("Cold4"), address("Hot3"), netuid, netuid, 20n * alpha)
      assert.strictEqual(yield* through("Cold3", give), "NotProxy")
      assert.strictEqual(yield* through("Cold4", give), "done")
      assert.strictEqual(yield* through("Cold4", call(api, "proxy", "removeProxies")), "CallFiltered")
      assert.strictEqual(yield* held(address("Hot3"), address("Cold4")), 20n * alpha)
      assert.strictEqual(yield* read("owner", address("Hot3")), pure)
      const [proxies] = (yield* query(api, "proxy", "proxies", pure)) as readonly [ReadonlyArray<object>]
      assert.deepStrictEqual(proxies, [{ delegate: address("Cold4"), proxyType: "Transfer", delay: 0 }])
    })
  )
})
