/** A miner's collateral through the commands, until its subnet is dissolved: the coldkey signs, and the stake is behind the hotkey. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { examined, says } from "../../support/cli/doctor.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { ALPHA, ask, command, fails, jsonOf, keyOf, NETUID, readOnlyCommand, World, worldLayer } from "../../support/cli/support.ts"
import { planned } from "./calls.ts"

const [HOTKEY, COLDKEY] = [AccountAddress.make(devAccounts["//Validator1"]), AccountAddress.make(devAccounts["//Validator1//cold"])]
const uri = "//Validator1//cold"
const env = { GITTENSOR_URI: uri }
const collateral = (word: string, ...args: ReadonlyArray<string>) => ["mine", "collateral", word, ...args, "--hotkey-address", HOTKEY]

const inService = Layer.effectDiscard(Effect.orDie(endSetup)).pipe(
  Layer.provideMerge(worldLayer({ collateralBps: 1_000, slashBps: 5_000 }))
)

const claim = ["mine", "claim", "--hotkey-address", HOTKEY]

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

layer(inService, { excludeTestServices: true })("collateral", (it) => {
  const stored = Effect.flatMap(Contract, (contract) => contract.stored("collateral", { miners: [[HOTKEY, COLDKEY]] }))

  it.effect("is required by the settings", () =>
    Effect.gen(function* () {
      const shown = jsonOf(yield* readOnlyCommand(collateral("show", "--json"), env))
      const nothing = { hotkey: HOTKEY, coldkey: COLDKEY, deposited: "0", locked: "0", free: "0" }
      assert.deepInclude(shown, { ...nothing, collateralBps: 1_000, slashBps: 5_000 })
      const { stdout } = yield* readOnlyCommand(collateral("show"), env)
      assert.include(
        stdout,
        "10% of the bounty free: 0.1 α for each alpha of it; losing, or a verdict that nobody solved the issue, costs 50% of that"
      )
      for (const word of [/^deposited +0 α/m, /^locked +0 α/m, /^free +0 α/m, /^stake +\d+/m]) assert.match(stdout, word)
    })
  )

  it.effect("is deposited, and withdrawn", () =>
    Effect.gen(function* () {
      const stranger = [`${devAccounts["//Charlie"]} has 0 alpha staked behind ${HOTKEY}, not 12.5`, "stake more there first"]
      const { call, document } = yield* planned(collateral("deposit", "12.5"), "deposit_collateral", { uri, stranger })
      assert.deepStrictEqual(call.arguments, { hotkey: HOTKEY, amount: "12500000000" })
      assert.deepInclude(document, { hotkey: HOTKEY, coldkey: COLDKEY, amountRao: "12500000000", depositedRao: "12500000000" })
      const printed = (yield* command(collateral("deposit", "12.5", "--yes"), env)).stdout
      assert.match(printed, /^deposited 12\.5 α behind .*: 12\.5 α are there now, 12\.5 α of it free \(block \d+/)
      assert.include(printed, "10% of the bounty")
      const more = jsonOf(yield* command(collateral("deposit", "0.5", "--yes", "--json"), env))
      assert.deepInclude(more, { amountRao: "500000000", depositedRao: "13000000000", freeRao: "13000000000", sent: true })
      assert.deepStrictEqual(yield* stored, [{ deposited: 13n * ALPHA, locked: 0n }])
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["owner", "treasury", "--json"])), { collateral: "13000000000", fresh: "0" })

      const none = ["Only this much was deposited", "0 alpha are deposited"]
      yield* planned(collateral("withdraw", "3"), "withdraw_collateral", { uri, stranger: none })
      const taken = jsonOf(yield* command(collateral("withdraw", "3", "--yes", "--json"), env))
      assert.deepInclude(taken, { amountRao: "3000000000", depositedRao: "10000000000", sent: true })
      assert.deepStrictEqual(yield* stored, [{ deposited: 10n * ALPHA, locked: 0n }])
    })
  )

  it.effect("is refused if it is impossible", () =>
    Effect.gen(function* () {
      const { treasuryHotkey } = yield* (yield* Contract).read("config", {})
      fails(yield* readOnlyCommand(collateral("deposit", "0", "--yes"), env), 1, "amount is 0", "above 0")
      fails(yield* readOnlyCommand(collateral("deposit", "1e3", "--yes"), env), 2, '"1e3" is not an amount')
      fails(yield* readOnlyCommand(collateral("withdraw", "11", "--yes"), env), 1, "10 alpha are deposited", "collateral show")
      fails(yield* readOnlyCommand(collateral("deposit", "99999999999", "--yes"), env), 2, "is not an amount")
      fails(yield* readOnlyCommand(collateral("deposit", "9999999999", "--yes"), env), 1, "stake more there first")
      const behind = ["mine", "collateral", "deposit", "1", "--yes", "--hotkey-address", treasuryHotkey]
      fails(yield* readOnlyCommand(behind, env), 1, "This hotkey is the treasury's", "name your own hotkey")
      // A single key for both roles has no stake behind it.
      fails(yield* readOnlyCommand(["mine", "collateral", "deposit", "1", "--yes"], env), 1, `staked behind ${COLDKEY}, not 1`)
    })
  )

  it.effect("is claimed once the subnet has ended, and the rest goes where the owner says", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* command(collateral("deposit", "2", "--yes"), env)).code, 0)
      fails(yield* readOnlyCommand([...claim, "--yes"], env), 1, "The subnet has not ended")
      // The contract's first stake is for issues: nobody's, once the subnet has ended.
      yield* (yield* Contract).send("harvest", {}, yield* keyOf((yield* World).ownerUri), "finalised")
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
      const shown = yield* command(["owner", "wind-up", "--yes"])
      assert.match(shown.stdout, /^the chain shows that the subnet has ended: run this again from block \d+ on/)
      fails(yield* readOnlyCommand([...claim, "--yes"], env), 1, "is not written yet")
      const { day } = yield* (yield* Contract).read("config", {})
      yield* Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { count: day }))
      const told = yield* command(["owner", "wind-up", "--yes"])
      assert.match(told.stdout, /^the subnet has ended: there are [\d.]+ TAO for 12\.\d+ α, and 12 α of it can be claimed/)
      assert.include((yield* command(["owner", "config", "show"])).stdout, "ENDED")

      yield* planned(claim, "claim", { uri, stranger: "anyone" })
      const paid = jsonOf(yield* command([...claim, "--yes", "--json"], env))
      assert.deepInclude(paid, { to: COLDKEY, sent: true })
      assert.isAbove(Number(taoOf(paid)), 0)
      fails(yield* readOnlyCommand([...claim, "--yes"], env), 1, "it has all of its share", "if more TAO comes")
      fails(yield* readOnlyCommand(["mine", "claim", "--bounty", "1", "--yes"], env), 1, "No issue has this id")

      fails(yield* readOnlyCommand(["owner", "claim-rest", "--yes"]), 1, "has not said to whom", "assign-rest")
      const heir = AccountAddress.make(devAccounts["//Charlie"])
      fails(yield* command(["owner", "assign-rest", heir, "--yes"]), 1, "TooEarly")
      // Twice the longest wait of a match, for which solutions may still be settled.
      yield* Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { count: 2 * 14 * day + 1 }))
      yield* planned(["owner", "assign-rest", heir], "assign_rest")
      const announced = jsonOf(yield* command(["owner", "assign-rest", heir, "--yes", "--json"])) as { readonly change: number }
      assert.include((yield* command(["owner", "changes", "list"])).stdout, `ended subnet's TAO that nobody can claim to ${heir}`)
      yield* Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { count: 10 }))
      const applied = yield* command(["owner", "changes", "apply", String(announced.change), "--yes"])
      assert.strictEqual(applied.code, 0, applied.stderr)
      const rest = jsonOf(yield* command(["owner", "claim-rest", "--yes", "--json"]))
      assert.deepInclude(rest, { to: heir, sent: true })
      assert.isAbove(Number(taoOf(rest)), 0)
    })
  )
})
