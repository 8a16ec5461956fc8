/** A miner's collateral through the commands: the coldkey signs, and the stake is behind the hotkey. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { COVER } from "../../../src/domain/Collateral.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { ALPHA, command, fails, jsonOf, readOnlyCommand, worldLayer } from "../../support/cli/support.ts"
import { planned } from "./calls.ts"

const [HOTKEY, COLDKEY] = [AccountAddress.make(devAccounts["//Validator1"]), AccountAddress.make(devAccounts["//Validator1//cold"])]
const uri = "//Validator1//cold"
const env = { GITTENSOR_URI: uri }
const collateral = (word: string, ...args: ReadonlyArray<string>) => ["mine", "collateral", word, ...args, "--hotkey-address", HOTKEY]

const inService = Layer.effectDiscard(Effect.orDie(endSetup)).pipe(
  Layer.provideMerge(worldLayer({ collateralBps: 1_000, slashBps: 5_000 }))
)

layer(inService, { excludeTestServices: true })("collateral", (it) => {
  const stored = Effect.flatMap(Contract, (contract) => contract.read("collateral", { miners: [[HOTKEY, COLDKEY]] }))

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
      // The very first deposit also fills the pool's cover.
      const printed = (yield* command(collateral("deposit", "12.5", "--yes"), env)).stdout
      assert.match(printed, /^deposited 12\.499999997 α behind .*: 12\.499999997 α are there now, 12\.499999997 α of it free \(block \d+/)
      assert.include(printed, "10% of the bounty")
      const more = jsonOf(yield* command(collateral("deposit", "0.5", "--yes", "--json"), env))
      assert.deepInclude(more, { amountRao: "500000000", depositedRao: "12999999997", freeRao: "12999999997", sent: true })
      assert.deepStrictEqual(yield* stored, [{ deposited: 13n * ALPHA - COVER, locked: 0n }])
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["owner", "treasury", "--json"])), { collateral: "12999999997", fresh: "0" })

      const none = ["Only this much was deposited", "0 alpha are deposited"]
      yield* planned(collateral("withdraw", "3"), "withdraw_collateral", { uri, stranger: none })
      const taken = jsonOf(yield* command(collateral("withdraw", "3", "--yes", "--json"), env))
      assert.deepInclude(taken, { amountRao: "3000000000", depositedRao: "9999999997", sent: true })
      assert.deepStrictEqual(yield* stored, [{ deposited: 10n * ALPHA - COVER, locked: 0n }])
    })
  )

  it.effect("is refused if it is impossible", () =>
    Effect.gen(function* () {
      const { treasuryHotkey } = yield* (yield* Contract).read("config", {})
      fails(yield* readOnlyCommand(collateral("deposit", "0", "--yes"), env), 1, "amount is 0", "above 0")
      fails(yield* readOnlyCommand(collateral("deposit", "1e3", "--yes"), env), 2, '"1e3" is not an amount')
      fails(yield* readOnlyCommand(collateral("withdraw", "11", "--yes"), env), 1, "9.999999997 alpha are deposited", "collateral show")
      fails(yield* readOnlyCommand(collateral("deposit", "99999999999", "--yes"), env), 2, "is not an amount")
      fails(yield* readOnlyCommand(collateral("deposit", "9999999999", "--yes"), env), 1, "stake more there first")
      const behind = ["mine", "collateral", "deposit", "1", "--yes", "--hotkey-address", treasuryHotkey]
      fails(yield* readOnlyCommand(behind, env), 1, "This hotkey is the treasury's", "name your own hotkey")
      // A single key for both roles has no stake behind it.
      fails(yield* readOnlyCommand(["mine", "collateral", "deposit", "1", "--yes"], env), 1, `staked behind ${COLDKEY}, not 1`)
    })
  )
})
