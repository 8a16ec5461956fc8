/** The weighting by voting power: tried before anything is sent, refused by name where the chain has no function for it or keeps no average, and used where it does. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { devAccounts } from "../../../src/devnet/chain/genesis.ts"
import * as Chain from "../../../src/layers/chain/Chain.ts"
import { Contract } from "../../../src/layers/contract/Contract.ts"
import { command, eventually, fails, jsonOf, keyOf, NETUID, readOnlyCommand, worldLayer } from "../../support/cli/support.ts"
import { votingPowerFunctionsKey } from "../contract/fuzz/keys.ts"

const weighting = "weighting=ByVotingPower"
const VALIDATOR = devAccounts["//Validator1"]
const Weights = Schema.Array(Schema.Struct({ hotkey: Schema.String, weight: Schema.BigInt }))

/** Calls as root, which is //Alice on the dev chain. */
const sudo = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const chain = yield* Chain.Chain
    yield* chain.submit({
      label: name,
      signer: yield* keyOf("//Alice"),
      until: "finalised",
      call: (api) => {
        const [root, call] = [api.tx.sudo?.sudo, api.tx[pallet]?.[name]]
        if (root === undefined || call === undefined) throw new Error(`no ${pallet}.${name}`)
        return root(call(...args))
      }
    })
  })

layer(worldLayer(), { excludeTestServices: true, timeout: "5 minutes" })("voting power as the votes' weight", (it) => {
  it.effect("is refused where contracts cannot ask for it, by config set and by deploy", () =>
    Effect.gen(function* () {
      const none = "this chain does not tell contracts the validators' voting power"
      fails(yield* readOnlyCommand(["owner", "config", "set", weighting, "--yes"]), 2, weighting, none)
      fails(yield* readOnlyCommand(["owner", "config", "set", weighting, "--dry-run"]), 2, weighting, none)
      fails(yield* readOnlyCommand(["owner", "deploy", "--set", weighting, "--yes"]), 2, weighting, none)
      assert.deepStrictEqual((yield* (yield* Contract).read("config", {})).weighting, { _tag: "ByStake" })
    })
  )

  it.effect("is refused where the subnet keeps no average, and weighs the average where it does", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      yield* sudo("system", "setStorage", [[`0x${votingPowerFunctionsKey}`, "0x01"]])
      const refusal = yield* readOnlyCommand(["owner", "config", "set", weighting, "--yes"])
      fails(refusal, 1, "VotingPowerOff", "the subnet's owner has to switch the tracking of voting power on first")

      yield* sudo("subtensorModule", "enableVotingPowerTracking", NETUID)
      yield* command(["owner", "validators", "add", VALIDATOR, "--yes"])
      jsonOf(yield* command(["owner", "config", "set", weighting, "--yes", "--json"]))
      assert.deepStrictEqual((yield* contract.read("config", {})).weighting, { _tag: "ByVotingPower" })
      const list = Effect.flatMap(command(["owner", "validators", "list", "--json"]), (outcome) =>
        Schema.decodeUnknown(Weights)(jsonOf(outcome))
      )
      // An epoch is ten blocks, and each of these commands reads the chain while it runs on.
      const [listed] = yield* eventually(
        "an epoch",
        Effect.gen(function* () {
          yield* sudo("system", "remark", "0x00")
          const now = yield* list
          return now[0] !== undefined && now[0].weight > 0n ? now : undefined
        })
      )
      assert.strictEqual(listed?.hotkey, VALIDATOR)
      // The average has hardly begun: it is far below the 50,000 alpha that lie there.
      assert.isBelow(Number(listed?.weight ?? 0n), 10_000e9)
    })
  )
})
