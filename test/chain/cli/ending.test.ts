/** Winding a contract up through the commands, after its subnet was dissolved. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { examined, says } from "../../support/cli/doctor.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { ask, command, fails, jsonOf, keyOf, NETUID, readOnlyCommand, World, worldLayer } from "../../support/cli/support.ts"
import { planned } from "./calls.ts"

const [HOTKEY, COLDKEY] = [AccountAddress.make(devAccounts["//Validator1"]), AccountAddress.make(devAccounts["//Validator1//cold"])]
const uri = "//Validator1//cold"
const env = { GITTENSOR_URI: uri }
const claim = ["mine", "claim", "--hotkey-address", HOTKEY]

const inService = Layer.effectDiscard(Effect.orDie(endSetup)).pipe(
  Layer.provideMerge(worldLayer({ collateralBps: 1_000, slashBps: 5_000 }))
)

const dissolve = Effect.gen(function* () {
  const chain = yield* Chain
  yield* chain.submit({
    label: "the end",
    signer: yield* keyOf("//Alice"),
    until: "finalised",
    call: (api) => {
      const [sudo, end] = [api.tx.sudo?.sudo, api.tx.subtensorModule?.rootDissolveNetwork]
      if (sudo === undefined || end === undefined) throw new Error("no such call")
      return sudo(end(NETUID))
    }
  })
})

const taoOf = (answer: unknown): bigint => BigInt(String((answer as { readonly taoRao: unknown }).taoRao))

layer(inService, { excludeTestServices: true })("an ended subnet", (it) => {
  it.effect("is wound up: miners claim, and the rest goes where the owner says", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* command(["mine", "collateral", "deposit", "12", "--hotkey-address", HOTKEY, "--yes"], env)).code, 0)
      fails(yield* readOnlyCommand([...claim, "--yes"], env), 1, "The subnet has not ended")
      yield* dissolve
      fails(
        yield* readOnlyCommand(["owner", "config", "set", "harvest-step=3", "--yes"]),
        1,
        "subnet was dissolved",
        "gittensor mine claim"
      )

      const { of } = yield* examined(["--role", "miner"], env)
      says(of("contract"), "wrong", "its subnet has ended: it was dissolved", "gittensor mine claim")
      says(of("subnet"), "wrong", "there is no subnet")

      const { call } = yield* planned(["owner", "wind-up"], "wind_up", { stranger: "anyone" })
      assert.deepStrictEqual(call.arguments, {})
      const told = yield* command(["owner", "wind-up", "--yes"])
      assert.match(told.stdout, /^the subnet has ended: there are [\d.]+ TAO for 11\.999999997 α, and 11\.999999997 α of it can be claimed/)
      assert.include((yield* command(["owner", "config", "show"])).stdout, "ENDED")

      yield* planned(claim, "claim", { uri, stranger: "anyone" })
      const paid = jsonOf(yield* command([...claim, "--yes", "--json"], env))
      assert.deepInclude(paid, { to: COLDKEY, sent: true })
      assert.isAbove(Number(taoOf(paid)), 0)
      fails(yield* readOnlyCommand([...claim, "--yes"], env), 1, "it has all of its share", "if more TAO comes")
      fails(yield* readOnlyCommand(["mine", "claim", "--bounty", "1", "--yes"], env), 1, "No issue has this id")

      fails(yield* readOnlyCommand(["owner", "claim-rest", "--yes"]), 1, "has not said to whom", "assign-rest")
      const heir = AccountAddress.make(devAccounts["//Charlie"])
      yield* planned(["owner", "assign-rest", heir], "assign_rest")
      const announced = jsonOf(yield* command(["owner", "assign-rest", heir, "--yes", "--json"])) as { readonly change: number }
      assert.include((yield* command(["owner", "changes", "list"])).stdout, `of the ended subnet's TAO to ${heir}`)
      yield* Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { count: 10 }))
      const applied = yield* command(["owner", "changes", "apply", String(announced.change), "--yes"])
      assert.strictEqual(applied.code, 0, applied.stderr)
      const collected = jsonOf(yield* command(["owner", "collect-tao", "--yes", "--json"]))
      assert.isAbove(Number(taoOf(collected)), 0)
      const rest = jsonOf(yield* command(["owner", "claim-rest", "--yes", "--json"]))
      assert.deepInclude(rest, { to: heir, sent: true })
      assert.isTrue(taoOf(rest) >= taoOf(collected))
    })
  )
})
