/** docs/security.md, stake that exists and cannot be moved: locked by its owner, or kept as registration collateral. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { account, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded, staked } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { COVER } from "../../support/figures.ts"

const STAKED = 40n * ALPHA
const REFUSED = { _tag: "Subtensor", value: { _tag: "RuntimeError" } } as const

const treasuryOf = (chain: World) => chain.read("treasury", {})

describe("locked stake", () => {
  it.scopedLive("as collateral is refused and harms nobody: what is free is taken, and what others deposited comes back", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const honest = yield* bonded(chain, 6, STAKED)
      const { cold, coldkey, hotkey } = yield* staked(chain, 5, STAKED)
      assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "lockStake", hotkey, NETUID, STAKED - ALPHA), "done")
      for (const amount of [STAKED, 2n * ALPHA]) {
        assert.deepStrictEqual(yield* chain.refused(cold, "depositCollateral", { hotkey, amount }), REFUSED)
      }
      // Nor can it be transferred without a message.
      const sent = transact(chain, cold, "subtensorModule", "transferStake", chain.contract, hotkey, NETUID, NETUID, STAKED)
      assert.strictEqual(yield* sent, "AccountRejectsLockedAlpha")
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: ALPHA })
      assert.strictEqual(yield* chain.stake(hotkey, coldkey), STAKED - ALPHA)

      yield* chain.ok(honest.cold, "withdrawCollateral", { hotkey: honest.hotkey, amount: STAKED })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
      assert.deepInclude(yield* treasuryOf(chain), { held: COVER, collateral: 0n })
    })
  )

  it.scopedLive("as registration collateral is refused as well", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, coldkey, hotkey } = yield* staked(chain, 5, STAKED)
      yield* chain.sudo("adminUtils", "devAddCollateral", NETUID, hotkey, coldkey, STAKED)
      assert.deepStrictEqual(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: STAKED }), REFUSED)
      assert.deepInclude(yield* treasuryOf(chain), { held: COVER, collateral: 0n })
    })
  )

  it.scopedLive("in the treasury stays there, and the harvest takes what is free", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      const lock = (amount: bigint) => chain.sudo("adminUtils", "devSetLock", chain.treasuryColdkey, chain.treasuryHotkey, NETUID, amount)
      yield* lock(BOUNTY)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
      yield* lock(BOUNTY / 4n)
      assert.deepInclude(yield* treasuryOf(chain), { pending: BOUNTY, pendingAvailable: (3n * BOUNTY) / 4n })
      const { events } = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(events.at(-1), { received: (3n * BOUNTY) / 4n, fetchRefused: null })
      yield* lock(0n)
      yield* chain.ok(STRANGER, "harvest", {})
      assert.strictEqual((yield* chain.stored("issue", { id: 1 }))?.status._tag, "Open")
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, yield* account(OWNER)), 0n)
    })
  )
})
