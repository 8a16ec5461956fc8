/** An owner's delayed changes: announced, shown, withdrawn, vetoed, and applied by anyone once they are due. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { weighed } from "../../support/cli/endSetup.ts"
import { command, fails, jsonOf, readOnlyCommand, worldLayer } from "../../support/cli/support.ts"
import { planned, reached } from "./calls.ts"

/** In blocks of 200 ms: much longer than the commands that must run before it ends. */
const DELAY = 600
const VALIDATOR = devAccounts["//Validator1"]

const Announced = Schema.Struct({ change: Schema.Number, appliesFrom: Schema.Number, applied: Schema.Literal(false) })
const announce = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(command(["owner", ...args, "--yes", "--json"]), (outcome) => Schema.decodeUnknown(Announced)(jsonOf(outcome)))

const Waiting = Schema.Struct({
  block: Schema.Number,
  changes: Schema.Array(
    Schema.Struct({
      change: Schema.Number,
      what: Schema.Struct({ type: Schema.String }),
      does: Schema.String,
      state: Schema.Literal("waits", "applicable", "lapsed"),
      appliesFrom: Schema.Number,
      appliesUntil: Schema.Number,
      vetoes: Schema.Array(Schema.String),
      vetoWeight: Schema.BigInt,
      totalWeight: Schema.BigInt
    })
  )
})
const waiting = Effect.flatMap(readOnlyCommand(["owner", "changes", "list", "--json"]), (outcome) =>
  Schema.decodeUnknown(Waiting)(jsonOf(outcome))
)
const changes = (word: string, change: number, ...args: ReadonlyArray<string>) => ["owner", "changes", word, String(change), ...args]

layer(worldLayer({ ownerDelay: DELAY }), { excludeTestServices: true })("changes that wait", (it) => {
  it.effect("are announced with their time, and applied by anyone then, but not before", () =>
    Effect.gen(function* () {
      // Change 1 ended the set-up.
      const contract = yield* Contract
      assert.include((yield* readOnlyCommand(["owner", "changes", "list"])).stdout, "no changes are announced")
      const setting = ["owner", "config", "set", "challengePeriod=2d"]
      const { document, words, question } = yield* planned(setting, "set_config")
      assert.deepInclude(document, { change: 2, applied: false })
      assert.include(words, "would announce a change, to set challengePeriod from 10 blocks (2 minutes) to 14,400 blocks (2 days)")
      assert.match(
        question,
        /it applies from block \d+, after 600 blocks(?: \(≈ \d+ (?:min|s)[^)]*\))?, and the validators can veto it until it is applied\?/
      )
      const printed = (yield* command([...setting, "--yes"])).stdout
      assert.match(printed, /^announced as change 2: set challengePeriod from .* \(block \d+, 0x[0-9a-f]{64}\)\n/)
      assert.match(printed, /it applies from block \d+, after 600 blocks.* apply it then with: gittensor owner changes apply 2\n$/)
      fails(yield* readOnlyCommand(changes("apply", 2, "--yes")), 1, "TooEarly", /try again at block \d+ or later/)
      assert.strictEqual((yield* contract.read("config", {})).challengePeriod, 10)

      const added = yield* announce("validators", "add", VALIDATOR)
      assert.strictEqual(added.change, 3)
      const seen = yield* waiting
      assert.deepStrictEqual(
        seen.changes.map(({ change, what, vetoes }) => [change, what.type, vetoes]),
        [
          [2, "Config", []],
          [3, "AddValidator", []]
        ]
      )
      const list = (yield* readOnlyCommand(["owner", "changes", "list"])).stdout
      assert.include(list, "change 2: set challengePeriod from 10 blocks (2 minutes) to 14,400 blocks (2 days)")
      assert.include(list, `change 3: add ${VALIDATOR} to the validators`)
      assert.include(list, "0% of the validators' weight is against it, more than half can drop it")

      yield* reached(added.appliesFrom)
      assert.match(
        (yield* readOnlyCommand(["owner", "changes", "list"])).stdout,
        /can be applied now, until block \d+: gittensor owner changes apply 2\n/
      )
      const { call } = yield* planned(changes("apply", 2), "apply", { uri: "//Bob", stranger: "anyone" })
      assert.deepStrictEqual(call.arguments, { change: 2 })
      const applied = jsonOf(yield* command(changes("apply", 2, "--yes", "--json"), { GITTENSOR_URI: "//Bob" }))
      assert.deepInclude(applied, { change: 2, applied: true, caller: devAccounts["//Bob"], sent: true })
      assert.strictEqual((yield* contract.read("config", {})).challengePeriod, 14_400)
      assert.include((yield* command(changes("apply", 3, "--yes"))).stdout, `applied change 3 (add ${VALIDATOR} to the validators`)
      assert.strictEqual((yield* contract.read("validators", {})).validators.length, 1)
      fails(yield* readOnlyCommand(changes("apply", 3, "--yes")), 1, "applied, vetoed or withdrawn", "changes list")
      fails(yield* readOnlyCommand(changes("apply", 9, "--yes")), 1, "No change has this number", "changes list")
    })
  )

  it.effect("are withdrawn by the owner", () =>
    Effect.gen(function* () {
      const { change } = yield* announce("transfer-ownership", devAccounts["//Bob"])
      yield* planned(changes("withdraw", change), "withdraw_change")
      const done = jsonOf(yield* command(changes("withdraw", change, "--yes", "--json")))
      assert.deepInclude(done, { change, withdrawn: true, sent: true })
      assert.deepStrictEqual((yield* waiting).changes, [])
      fails(yield* readOnlyCommand(changes("apply", change, "--yes")), 1, "applied, vetoed or withdrawn")
    })
  )

  it.effect("are vetoed by the validators", () =>
    Effect.gen(function* () {
      const second = yield* announce("validators", "add", devAccounts["//Validator2"])
      yield* reached(second.appliesFrom)
      assert.strictEqual((yield* command(changes("apply", second.change, "--yes"))).code, 0)
      // Votes of new validators have no weight yet.
      const early = yield* announce("config", "set", "collateralBps=100%")
      const nothing = yield* command(["veto", String(early.change), "--yes"], { GITTENSOR_URI: "//Validator1" })
      assert.match(nothing.stdout, /have now 0% of the validators' weight/)
      yield* weighed
      yield* reached(early.appliesFrom)
      fails(yield* readOnlyCommand(changes("apply", early.change, "--yes")), 1, "Vetoed")
      assert.include((yield* readOnlyCommand(["owner", "changes", "list"])).stdout, `gittensor owner changes drop ${early.change}`)
      const planned2 = yield* planned(changes("drop", early.change), "drop", { stranger: "anyone" })
      assert.match(planned2.words, /^would drop change \d+ .* for good: the votes against it are enough/)
      const dropped = jsonOf(yield* command(changes("drop", early.change, "--yes", "--json")))
      assert.deepInclude(dropped, { change: early.change, dropped: true, sent: true })
      assert.strictEqual((yield* (yield* Contract).read("config", {})).collateralBps, 0)
      const { change } = yield* announce("config", "set", "collateralBps=100%")
      const [light, heavy] = [{ GITTENSOR_URI: "//Validator2" }, { GITTENSOR_URI: "//Validator1" }]
      const stranger = ["Only a whitelisted validator", "owner validators list"]
      yield* planned(["veto", String(change)], "veto", { uri: "//Validator2", stranger })
      const seeing = yield* readOnlyCommand(["validate", "--once", "--dry-run"], heavy)
      assert.match(seeing.stderr, new RegExp(`the owner announced change ${change}, .*gittensor veto ${change}`))
      const first = jsonOf(yield* command(["veto", String(change), "--yes", "--json"], light))
      assert.deepInclude(first, { change, caller: devAccounts["//Validator2"], sent: true })
      const [seen] = (yield* waiting).changes
      assert.deepStrictEqual(seen?.vetoes, [devAccounts["//Validator2"]])
      assert.isTrue(seen !== undefined && seen.vetoWeight > 0n && seen.vetoWeight * 2n < seen.totalWeight)
      fails(yield* readOnlyCommand(changes("drop", change, "--yes")), 1, "NotOutvoted")
      const last = yield* command(["veto", String(change), "--yes"], heavy)
      assert.match(last.stdout, new RegExp(`^voted against change ${change} .*owner changes drop ${change}`))
      jsonOf(yield* command(["veto", String(change), "--take-back", "--yes", "--json"], light))
      assert.deepStrictEqual((yield* waiting).changes[0]?.vetoes, [devAccounts["//Validator1"]])
      assert.strictEqual((yield* command(changes("drop", change, "--yes"))).code, 0)
      assert.deepStrictEqual((yield* waiting).changes, [])
      fails(yield* readOnlyCommand(["veto", String(change), "--yes"], heavy), 1, "applied, vetoed or withdrawn")
      const removed = yield* announce("validators", "remove", devAccounts["//Validator2"])
      assert.isAbove(removed.change, change)
    })
  )
})
