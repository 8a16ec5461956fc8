/** `gittensor devnet fund`: funds an account on a dev chain, and refuses on any other chain. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { fails, jsonOf, run, runHere } from "../../support/cli/support.ts"
import { relay } from "../../support/devnet/relay.ts"
import { call, connect, devChain, keyOf, query, send } from "../../support/devnet/support.ts"

const ACCOUNT = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"

describe("gittensor devnet fund", () => {
  it.scopedLive("gives TAO and stake, at today's price of alpha, in one transaction", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* devChain()
      const api = yield* connect(endpoint)
      const free = Effect.map(query(api, "system", "account", ACCOUNT), (found) =>
        BigInt((found as { readonly data: { readonly free: number } }).data.free)
      )
      const stake = (hotkey: string) =>
        Effect.promise(async () => {
          const info = await api.call.stakeInfoRuntimeApi?.getStakeInfoForHotkeyColdkeyNetuid?.(hotkey, ACCOUNT, 74)
          return BigInt((info?.toJSON() as { readonly stake: number } | null)?.stake ?? 0)
        })
      const commandLine = (...args: ReadonlyArray<string>) => ["devnet", "fund", ACCOUNT, ...args, "--endpoint", endpoint]
      const fund = (...args: ReadonlyArray<string>) => runHere(commandLine(...args))

      const plain = yield* run(commandLine("12.5"))
      assert.strictEqual(plain.code, 0, plain.stderr)
      assert.include(plain.stdout, `${ACCOUNT} got 12.5 τ`)
      assert.strictEqual(yield* free, 12_500_000_000n)

      const owned = jsonOf(yield* fund("1", "--alpha", "100", "--json"))
      assert.deepInclude(owned, { account: ACCOUNT, alphaRao: "100000000000", hotkey: devAccounts["//SubnetOwner//hot"] })
      assert.strictEqual(yield* free, 13_500_000_000n)
      assert.strictEqual(yield* stake(devAccounts["//SubnetOwner//hot"]), 100_000_000_000n)

      // an alpha for a third of a TAO
      const price = call(api, "adminUtils", "devSetAlphaPrice", 74, 333_333_333)
      yield* send(call(api, "sudo", "sudo", price), yield* keyOf("//Alice"))
      const behind = yield* fund("1", "--alpha", "7.000000001", "--hotkey", devAccounts["//Validator1"])
      assert.strictEqual(behind.code, 0, behind.stderr)
      assert.strictEqual(yield* stake(devAccounts["//Validator1"]), 7_000_000_001n)

      fails(yield* fund("1", "--alpha", "1", "--hotkey", ACCOUNT), 1, ACCOUNT, "register it first")
      fails(yield* fund("1", "--alpha", "1", "--netuid", "3"), 1, "no subnet 3")
      assert.strictEqual(yield* free, 14_500_000_000n, "a refused command sends nothing")
    })
  )

  it.scopedLive("refuses a wrong address, a wrong amount and another chain", () =>
    Effect.gen(function* () {
      const { endpoint, chain } = yield* devChain({ blockTime: "manual" })
      fails(yield* runHere(["devnet", "fund", "nobody", "1", "--endpoint", endpoint]), 2, "nobody")
      fails(yield* runHere(["devnet", "fund", ACCOUNT, "plenty", "--endpoint", endpoint]), 2, "plenty")
      fails(yield* runHere(["devnet", "fund", ACCOUNT, "0", "--endpoint", endpoint]), 2, "more than 0")
      fails(yield* runHere(["devnet", "fund", ACCOUNT, "1", "--alpha", "-1", "--endpoint", endpoint]), 2, "--alpha")
      const elsewhere = yield* relay(endpoint, { answer: (text) => text.replace('"gittensor-devnet"', '"node-subtensor"') })
      fails(yield* runHere(["devnet", "fund", ACCOUNT, "1", "--endpoint", elsewhere]), 1, elsewhere, "is not a dev chain", "node-subtensor")
      assert.isEmpty(chain.pool.candidates())
    })
  )
})
