/** A validator whose hotkey is swapped while it runs says so, sends nothing that fails, and ends for good when it is started again. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { ask, eventually, fails, folder, keyOf, NETUID, run, start, World, worldLayer } from "../../support/cli/support.ts"

const Health = Schema.Struct({ wrong: Schema.Array(Schema.String), block: Schema.Int })

layer(worldLayer({ roundLength: 20, attestBlocks: 8 }), { excludeTestServices: true })("a validator's hotkey", (it) => {
  it.scoped("is swapped while it runs", () =>
    Effect.gen(function* () {
      const { env, endpoint, ownerUri } = yield* World
      const [chain, contract] = yield* Effect.all([Chain, Contract])
      const [owner, hotkey, coldkey, heir] = yield* Effect.all([
        keyOf(ownerUri),
        keyOf("//Validator1"),
        keyOf("//Validator1//cold"),
        keyOf("//Validator1//heir")
      ])
      yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
      const settings = { ...env, GITTENSOR_URI: "//Validator1" }
      const args = ["--axon-host", "127.0.0.1", "--axon-port", "0", "--data", yield* folder]
      const validator = yield* start(["validate", "--json", ...args], settings)
      const { metrics } = JSON.parse(yield* validator.ready) as { readonly metrics: { readonly port: number } }
      const address = `http://127.0.0.1:${metrics.port}`
      const health = Effect.promise(async () => (await fetch(`${address}/health`)).json()).pipe(
        Effect.flatMap(Schema.decodeUnknown(Health))
      )
      const nonce = Effect.map(ask(endpoint, "system_accountNextIndex", hotkey.address), Number)
      yield* eventually(
        "its first transactions",
        Effect.map(nonce, (sent) => (sent > 0 ? true : undefined))
      )
      yield* chain.submit({
        label: "swap_hotkey",
        signer: coldkey,
        until: "finalised",
        call: (api) => {
          const call = api.tx.subtensorModule?.swapHotkeyV2
          if (call === undefined) throw new Error("no such call")
          return call(hotkey.address, heir.address, NETUID, false)
        }
      })
      const told = yield* eventually(
        "the swap in /health",
        Effect.map(health, ({ block, wrong }) => {
          const text = wrong.find((one) => one.includes("was swapped for"))
          return text === undefined ? undefined : { block, text }
        })
      )
      assert.include(told.text, `the hotkey ${hotkey.address} was swapped for ${heir.address}`)
      yield* eventually(
        "16 further blocks",
        Effect.map(health, ({ block }) => (block >= told.block + 16 ? true : undefined))
      )
      const counted = yield* Effect.promise(async () => (await fetch(`${address}/metrics`)).text())
      assert.notMatch(counted, /^gittensor_transactions_total\{result="(failed|refused)"\} [1-9]/m)
      yield* validator.signal("SIGTERM")
      assert.strictEqual(yield* validator.exited, 0)
      assert.match(validator.stderr(), /level=WARN[^\n]*was swapped for/)
      // The unit does not restart this: RestartPreventExitStatus.
      fails(
        yield* run(["validate", ...args], settings),
        2,
        hotkey.address,
        "is not registered on subnet",
        "the key that it was swapped for"
      )
    })
  )
})
