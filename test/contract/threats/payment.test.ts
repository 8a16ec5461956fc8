/** docs/security.md, payment: bounties that the chain does not pay, and competitors that cannot be paid. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { account, miner, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY, defaults } from "../../support/contract/settings.ts"
import { attested, openIssue, started, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { tagOf, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { COVER } from "../../support/figures.ts"

const WINNER = "//Miner5//cold"

/** Issue 1, won by miner 5. */
const solvedIssue = Effect.gen(function* () {
  const chain = yield* world()
  yield* won(chain, yield* started(chain, yield* openIssue(chain, 1), [5, 6]), 5)
  yield* chain.give(WINNER)
  return chain
})

const payout = (chain: World) => chain.refused(STRANGER, "payout", { issue: 1 })

/** The chain refuses the payment. Whatever happens meanwhile, the winner is paid once the chain allows it. */
const waits = (name: "AmountTooLow" | "RuntimeError", refuse: (chain: World) => Effect.Effect<void, Error>, allow: typeof refuse) =>
  Effect.gen(function* () {
    const chain = yield* solvedIssue
    yield* refuse(chain)
    for (let turn = 0; turn < 3; turn++) {
      assert.deepStrictEqual(yield* payout(chain), { _tag: "PaymentRefused", error: { _tag: name } })
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")
    }
    yield* allow(chain)
    yield* chain.ok(STRANGER, "payout", { issue: 1 })
    assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
    assert.deepInclude(yield* chain.read("treasury", {}), { held: COVER, allocated: 0n, paid: BOUNTY, recycled: 0n })
  })

describe("a payout that the chain refuses", () => {
  it.scopedLive("because the bounty is under its minimum waits for as long as that takes", () =>
    waits(
      "AmountTooLow",
      (chain) => chain.sudo("adminUtils", "devSetMinTransfer", BOUNTY + 1n),
      (chain) => chain.sudo("adminUtils", "devSetMinTransfer", 2_000_000)
    )
  )

  it.scopedLive("because transfers are switched off waits for as long as that takes", () =>
    waits(
      "RuntimeError",
      (chain) => chain.sudo("adminUtils", "sudoSetToggleTransfer", NETUID, false),
      (chain) => chain.sudo("adminUtils", "sudoSetToggleTransfer", NETUID, true)
    )
  )

  it.scopedLive("because the contract's stake is locked goes to a coldkey that takes locked stake, which the winner's own names", () =>
    Effect.gen(function* () {
      const chain = yield* solvedIssue
      yield* chain.sudo("adminUtils", "devSetLock", chain.contract, chain.treasuryHotkey, NETUID, 2n * BOUNTY)
      assert.deepStrictEqual(yield* payout(chain), { _tag: "PaymentRefused", error: { _tag: "RuntimeError" } })
      const other = "//Miner5//other"
      const [coldkey, five] = [yield* account(other), yield* miner(5)]
      yield* chain.give(other)
      assert.strictEqual(yield* transact(chain, other, "subtensorModule", "setRejectLockedAlpha", false), "done")
      const named = yield* chain.ok(WINNER, "payTo", { competition: 1, coldkey })
      assert.deepStrictEqual(named.events, [{ _tag: "PayeeNamed", competition: 1, issue: 1, hotkey: five.hotkey, coldkey }])
      const { events } = yield* chain.ok(STRANGER, "payout", { issue: 1 })
      assert.deepInclude(events[0], { _tag: "BountyPaid", hotkey: five.hotkey, coldkey, amount: BOUNTY })
      assert.deepStrictEqual(
        [yield* chain.stake(chain.treasuryHotkey, coldkey), yield* chain.stake(chain.treasuryHotkey, five.coldkey)],
        [BOUNTY, 0n]
      )
    })
  )
})

describe("a payee", () => {
  it.scopedLive("is named for its own side alone, before the end as well, and again until it is paid", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      const [winner, loser, last] = [yield* account("//Winner"), yield* account("//Loser"), yield* account("//Last")]
      for (const [uid, coldkey] of [
        [5, winner],
        [6, loser]
      ] as const) {
        yield* chain.give(`//Miner${uid}//cold`)
        yield* chain.ok(`//Miner${uid}//cold`, "payTo", { competition, coldkey })
      }
      const { a } = (yield* chain.stored("competition", { id: competition })) ?? {}
      const side = a?.uid === 5 ? 0 : 1
      assert.deepStrictEqual(
        [yield* chain.stored("payee", { competition, side }), yield* chain.stored("payee", { competition, side: 1 - side })],
        [winner, loser]
      )
      yield* won(chain, competition, 5)
      yield* chain.ok(WINNER, "payTo", { competition, coldkey: last })
      yield* chain.ok(STRANGER, "payout", { issue })
      const got = yield* Effect.forEach([winner, loser, last], (coldkey) => chain.stake(chain.treasuryHotkey, coldkey))
      assert.deepStrictEqual(got, [0n, 0n, BOUNTY])
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
