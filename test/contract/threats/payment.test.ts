/** docs/security.md, payment: bounties that the chain does not pay, and competitors that cannot be paid. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { COVER } from "../../../src/domain/Collateral.ts"
import { account, miner, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { attested, decide, end, openIssue, started, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const IMPOSSIBLE: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }

/** Issues 1 and 2, won by miners 5 and 7 and payable. */
const payable = Effect.gen(function* () {
  const chain = yield* world()
  for (const [issue, pair] of [
    [1, [5, 6]],
    [2, [7, 8]]
  ] as const) {
    yield* won(chain, yield* started(chain, yield* openIssue(chain, issue), pair), pair[0])
  }
  yield* chain.toBlock((yield* chain.block) + 12)
  return chain
})

const payout = (chain: World, issue: number) => chain.refused(STRANGER, "payout", { issue })

/** Locks this much of the contract's stake. */
const lock = (chain: World, amount: bigint) => chain.sudo("adminUtils", "devSetLock", chain.contract, chain.treasuryHotkey, NETUID, amount)

/** The chain pays neither bounty. The quorum cancels the first issue and names another coldkey for the second, which is paid once the chain allows it. */
const hasAWayOut = (name: "AmountTooLow" | "RuntimeError", refuse: (chain: World) => Effect.Effect<void, Error>, allow: typeof refuse) =>
  Effect.gen(function* () {
    const chain = yield* payable
    yield* refuse(chain)
    for (const issue of [1, 2, 1]) assert.deepStrictEqual(yield* payout(chain, issue), { _tag: "PaymentRefused", error: { _tag: name } })

    const cancelled = yield* end(chain, 1, IMPOSSIBLE)
    assert.deepStrictEqual(tags(cancelled.events), ["CompetitionVoided", "IssueCancelled"])
    const other = yield* account("//Miner7//other")
    yield* decide(chain, 2, { _tag: "PayTo", coldkey: other })
    yield* allow(chain)
    const payableAt = (yield* chain.read("issue", { id: 2 }))?.payableAt ?? 0
    assert.deepStrictEqual(yield* payout(chain, 2), { _tag: "TooEarly", from: payableAt })
    yield* chain.toBlock(payableAt)
    yield* chain.ok(STRANGER, "payout", { issue: 2 })
    yield* lock(chain, 0n)
    yield* chain.ok(STRANGER, "recycle", {})
    assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, other), BOUNTY)
    assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(7)).coldkey), 0n)
    assert.deepInclude(yield* chain.read("treasury", {}), { held: COVER, allocated: 0n, paid: BOUNTY, recycled: BOUNTY })
  })

describe("a payout that the chain refuses for ever", () => {
  it.scopedLive("because the bounty is under its minimum: it is cancelled by the quorum, or paid to another coldkey", () =>
    hasAWayOut(
      "AmountTooLow",
      (chain) => chain.sudo("adminUtils", "devSetMinTransfer", BOUNTY + 1n),
      (chain) => chain.sudo("adminUtils", "devSetMinTransfer", 2_000_000)
    )
  )

  it.scopedLive("because transfers are switched off: it is cancelled by the quorum, or paid to another coldkey", () =>
    hasAWayOut(
      "RuntimeError",
      (chain) => chain.sudo("adminUtils", "sudoSetToggleTransfer", NETUID, false),
      (chain) => chain.sudo("adminUtils", "sudoSetToggleTransfer", NETUID, true)
    )
  )

  it.scopedLive("because the contract's stake is locked: it is cancelled by the quorum, or paid to a coldkey that takes locked stake", () =>
    hasAWayOut(
      "RuntimeError",
      (chain) => lock(chain, 2n * BOUNTY),
      (chain) =>
        Effect.gen(function* () {
          yield* chain.give("//Miner7//other")
          assert.strictEqual(yield* transact(chain, "//Miner7//other", "subtensorModule", "setRejectLockedAlpha", false), "done")
        })
    )
  )

  it.scopedLive("does not make the quorum's vote for a friend's coldkey final: it can be reverted until it is paid", () =>
    Effect.gen(function* () {
      const chain = yield* payable
      const friend = yield* account("//Charlie")
      yield* decide(chain, 1, { _tag: "PayTo", coldkey: friend })
      yield* end(chain, 1, { _tag: "Cancelled", reason: { _tag: "Reverted" } })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, friend), 0n)
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: BOUNTY, toRecycle: BOUNTY, paid: 0n })
    })
  )
})

describe("a competitor that is the contract or its treasury", () => {
  it.scopedLive("is in no pair: its coldkey could not be paid, and its hotkey holds everybody's money", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const [a, b] = [yield* miner(5), yield* miner(6)]
      const round = yield* attested(chain, issue, [5, 6])
      for (const coldkey of [chain.contract, chain.treasuryColdkey]) {
        assert.deepStrictEqual(yield* chain.refused("//Validator1", "votePair", { issue, round, a: { ...a, coldkey }, b }), {
          _tag: "ReservedColdkey",
          coldkey
        })
      }
      const hotkey = chain.treasuryHotkey
      assert.deepStrictEqual(yield* chain.refused("//Validator1", "votePair", { issue, round, a, b: { ...b, hotkey } }), {
        _tag: "ReservedHotkey",
        hotkey
      })
    })
  )
})
