/** docs/security.md, further risks shown by the recordings of Subtensor: swapped keys, pruned neurons, locked stake, amounts at the minimum. */
import { assert, describe, it } from "@effect/vitest"
import { blake2b } from "@polkadot/wasm-crypto"
import { Effect } from "effect"
import { toPublicKey } from "../../../src/domain/Account.ts"
import { account, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded, staked } from "../../support/contract/refusals/bonded.ts"
import { ALPHA } from "../../support/contract/settings.ts"
import { openIssue, settled, weighed } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { tagOf, transact, uidOf } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const FIRST = "//Validator1"
/** The weights of the votes of validators 1, 2 and 3. */
const weights = (chain: World) => Effect.map(chain.read("validators", {}), ({ validators }) => validators.map(({ weight }) => weight))
const [FIFTY, THIRTY, TWENTY] = [50_000n * ALPHA, 30_000n * ALPHA, 20_000n * ALPHA]

/** Pays a dividend behind a hotkey, so that stakes read from it are rounded. */
const earned = (chain: World, hotkey: string, amount: bigint) => chain.sudo("adminUtils", "devPay", NETUID, hotkey, null, amount)

/** Whether the votes of validators 1 and 3 cancel an open issue. */
const cancels = (chain: World, issue: number) =>
  Effect.gen(function* () {
    const choice = { _tag: "Cancelled", reason: { _tag: "Deleted" } } as const
    yield* chain.ok(FIRST, "voteOutcome", { issue, choice })
    yield* chain.ok("//Validator3", "voteOutcome", { issue, choice })
    yield* settled(chain, issue)
    return (yield* chain.stored("issue", { id: issue }))?.status._tag === "Cancelled"
  })

describe("a validator's stake", () => {
  it.scopedLive("votes as it is read: rounded after a dividend, and locked like any other", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const [hotkey, cold] = [yield* account(FIRST), yield* account(`${FIRST}//cold`)]
      // A stranger stakes between two dividends, so both shares of the pool are fractions now.
      yield* earned(chain, hotkey, 12_345n)
      yield* chain.sudo("adminUtils", "devPay", NETUID, hotkey, [yield* account(STRANGER), 7n * ALPHA], 11n)
      const inexact = yield* chain.stake(hotkey, cold)
      assert.isTrue(inexact > FIFTY && inexact < FIFTY + 12_356n, `${inexact}`)
      // New stake has no weight for a day, and then as much as the chain reports.
      assert.deepStrictEqual(yield* weights(chain), [FIFTY, THIRTY, TWENTY])
      yield* weighed(chain)
      assert.deepStrictEqual(yield* weights(chain), [inexact, THIRTY, TWENTY])
      yield* chain.sudo("adminUtils", "devSetLock", cold, hotkey, NETUID, inexact)
      assert.deepStrictEqual(yield* weights(chain), [inexact, THIRTY, TWENTY])
      assert.strictEqual(
        yield* transact(
          chain,
          `${FIRST}//cold`,
          "subtensorModule",
          "transferStake",
          yield* account(STRANGER),
          hotkey,
          NETUID,
          NETUID,
          ALPHA
        ),
        "AccountRejectsLockedAlpha"
      )
      assert.isTrue(yield* cancels(chain, yield* openIssue(chain, 1)))
    })
  )

  it.scopedLive("goes to the hotkey that takes its place, and votes again when that is whitelisted; kept where it is, it still votes", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const [hotkey, cold] = [yield* account(FIRST), `${FIRST}//cold`]
      const [kept, next] = [yield* account("//Kept"), yield* account("//Next")]
      yield* chain.give(cold)
      yield* earned(chain, hotkey, 12_345n)
      yield* weighed(chain)
      const before = yield* chain.stake(hotkey, yield* account(cold))
      assert.strictEqual(
        yield* transact(chain, "//Validator2//cold", "subtensorModule", "swapHotkeyV2", yield* account("//Validator2"), kept, null, true),
        "done"
      )
      assert.deepStrictEqual(yield* weights(chain), [before, THIRTY, TWENTY])
      assert.isTrue(yield* cancels(chain, yield* openIssue(chain, 1)))
      assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "swapHotkeyV2", hotkey, next, null, false), "done")
      assert.deepStrictEqual(yield* weights(chain), [0n, THIRTY, TWENTY])
      assert.strictEqual(yield* chain.stake(next, yield* account(cold)), before)
    })
  )

  it.scopedLive("votes although its neuron was pruned, as happens to one with stake while nobody earns anything", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const hotkey = yield* account(FIRST)
      assert.strictEqual(yield* uidOf(chain, hotkey), 1)
      yield* chain.sudo("adminUtils", "sudoSetImmunityPeriod", NETUID, 0)
      // The subnet's owner, three validators and the treasury fill the subnet.
      yield* chain.sudo("adminUtils", "sudoSetMaxAllowedUids", NETUID, 5)
      yield* staked(chain, 7, ALPHA)
      assert.isNull(yield* uidOf(chain, hotkey))
      assert.deepStrictEqual(yield* weights(chain), [FIFTY, THIRTY, TWENTY])
      assert.isTrue(yield* cancels(chain, yield* openIssue(chain, 1)))
    })
  )
})

describe("collateral of a miner whose keys are swapped", () => {
  it.scopedLive("comes back all the same; what lies behind a hotkey that was swapped without it cannot be deposited", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, hotkey, coldkey } = yield* bonded(chain, 5, 5n * ALPHA)
      yield* earned(chain, hotkey, 12_345n)
      assert.strictEqual(
        yield* transact(chain, cold, "subtensorModule", "swapHotkeyV2", hotkey, yield* account("//Kept"), null, true),
        "done"
      )
      assert.isAbove(Number(yield* chain.stake(hotkey, coldkey)), Number(5n * ALPHA))
      assert.deepStrictEqual(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA }), {
        _tag: "Subtensor",
        value: { _tag: "NotRegistered" }
      })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: 5n * ALPHA })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), 5n * ALPHA)
    })
  )

  it.scopedLive("is the old coldkey's to withdraw, which keeps its key, and costs what stays a rao at most", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, hotkey, coldkey } = yield* bonded(chain, 5, 5n * ALPHA)
      yield* earned(chain, hotkey, 12_345n)
      const before = yield* chain.stake(hotkey, coldkey)
      const next = yield* account("//NextCold")
      const hash = `0x${Buffer.from(blake2b(toPublicKey(next), new Uint8Array(), 32)).toString("hex")}`
      assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "announceColdkeySwap", hash), "done")
      // As if the 36,000 blocks had passed.
      const { coldkeySwapAnnouncements } = chain.api.query.subtensorModule ?? {}
      yield* chain.sudo("system", "setStorage", [[coldkeySwapAnnouncements?.key(coldkey), `0x${"00".repeat(8)}${hash.slice(2)}`]])
      assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "swapColdkeyAnnounced", next), "done")
      assert.isAtMost(Number(before - (yield* chain.stake(hotkey, next))), 1)
      assert.strictEqual(yield* tagOf(chain.refused("//NextCold", "withdrawCollateral", { hotkey, amount: ALPHA })), "NotEnoughCollateral")
      yield* chain.give(cold)
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: 5n * ALPHA })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), 5n * ALPHA)
    })
  )
})

describe("exactly as much as the chain moves", () => {
  it.scopedLive("waits in a pool that lacks cover, until something comes in or more is deposited", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, hotkey, coldkey } = yield* staked(chain, 5, ALPHA)
      const LEAST = 2_000_000n
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: LEAST })
      const held = yield* chain.stake(chain.treasuryHotkey, chain.contract)
      const lacking = () => chain.forceStake(chain.treasuryHotkey, chain.contract, held - 1n)
      const withdrawn = chain.refused(cold, "withdrawCollateral", { hotkey, amount: LEAST })
      yield* lacking()
      assert.deepStrictEqual(yield* withdrawn, { _tag: "PaymentRefused", error: { _tag: "AmountTooLow" } })
      assert.strictEqual((yield* chain.read("treasury", {})).collateral, LEAST)
      // A second deposit fills the pool's cover, and everything can be withdrawn together.
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: 2n * LEAST })
      const [all] = yield* chain.stored("collateral", { miners: [[hotkey, coldkey]] })
      assert.strictEqual(all?.deposited, 3n * LEAST - 1n)
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: 2n * LEAST - 1n })
      // Or the treasury has earnings.
      yield* lacking()
      assert.deepStrictEqual(yield* withdrawn, { _tag: "PaymentRefused", error: { _tag: "AmountTooLow" } })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: 10n * ALPHA })
      yield* chain.feed(ALPHA)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: LEAST })
    })
  )
})
