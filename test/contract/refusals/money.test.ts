/** The real contract's refusals to anyone about harvests, expiries and payments. Each names its error and changes no byte. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { COVER, DUST } from "../../../src/domain/Collateral.ts"
import { miner, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { whileFailing } from "../../support/contract/faults.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { openIssue, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

/** An issue that miner 5 has won, and the first block at which it may be paid. */
const decided = (chain: World) =>
  Effect.gen(function* () {
    const issue = yield* openIssue(chain, 1)
    yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
    return { issue, payableAt: (yield* chain.read("issue", { id: issue }))?.payableAt ?? 0 }
  })

const expire = (chain: World, competition: number) => chain.refused(STRANGER, "expire", { competition })
const pay = (chain: World, issue: number) => chain.refused(STRANGER, "payout", { issue })

describe("the real contract: money and time", () => {
  refuses("harvest", "when there is nothing to do", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
      yield* openIssue(chain, 1)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
    })
  )

  refuses("harvest", "a treasury that gives nothing", (chain) =>
    Effect.gen(function* () {
      yield* chain.feed(BOUNTY)
      // The proxy call itself succeeds even if the call inside it fails.
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)
      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000n)
      yield* chain.ok(STRANGER, "harvest", {})
    })
  )

  refuses("harvest", "a treasury that it is no proxy of", (chain) =>
    Effect.gen(function* () {
      yield* chain.feed(BOUNTY)
      const remove = chain.api.tx.proxy?.removeProxy?.(chain.contract, "Transfer", 0)
      yield* chain.sudo("sudo", "sudoAs", chain.treasuryColdkey, remove)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "ProxyCallFailed" })
    })
  )

  refuses("harvest", "what the chain does not recycle, when there is nothing else to do", (chain) =>
    Effect.gen(function* () {
      yield* chain.feed(BOUNTY)
      yield* whileFailing(chain, "recycleAlpha", 22, chain.ok(STRANGER, "harvest", {}))
      const harvest = chain.refused(STRANGER, "harvest", {})
      equal(yield* whileFailing(chain, "recycleAlpha", 21, harvest), { _tag: "Subtensor", value: { _tag: "CannotRecycleOnRoot" } })
      yield* chain.ok(STRANGER, "harvest", {})
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
    })
  )

  refuses("recycle", "when nothing waits", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(STRANGER, "recycle", {}), { _tag: "NothingToRecycle" })
      yield* openIssue(chain, 1)
      equal(yield* chain.refused(STRANGER, "recycle", {}), { _tag: "NothingToRecycle" })
    })
  )

  refuses("recycle", "what the chain does not recycle", (chain) =>
    Effect.gen(function* () {
      yield* chain.feed(BOUNTY)
      yield* whileFailing(chain, "recycleAlpha", 22, chain.ok(STRANGER, "harvest", {}))
      const recycle = chain.refused(STRANGER, "recycle", {})
      equal(yield* whileFailing(chain, "recycleAlpha", 21, recycle), { _tag: "Subtensor", value: { _tag: "CannotRecycleOnRoot" } })
      // The chain reports success but recycles nothing.
      equal(yield* whileFailing(chain, "recycleAlpha", 0, recycle), { _tag: "NothingRecycled" })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, false)
      equal(yield* recycle, { _tag: "Subtensor", value: { _tag: "SubtokenDisabled" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, true)
      // The money of issues is not touched to make up for what is missing.
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, 0n)
      equal(yield* recycle, { _tag: "NotEnoughHeld", held: 0n, needed: BOUNTY })
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, BOUNTY + COVER)
      yield* chain.ok(STRANGER, "recycle", {})
      assert.deepInclude(yield* chain.read("treasury", {}), { held: COVER, toRecycle: 0n, recycled: BOUNTY })
    })
  )

  refuses("expire", "too early", (chain) =>
    Effect.gen(function* () {
      const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
      const from = ((yield* chain.read("competition", { id }))?.outcomeUntil ?? 0) + 1
      equal(yield* expire(chain, id), { _tag: "TooEarly", from })
      yield* chain.toBlock(from - 2)
      equal(yield* expire(chain, id), { _tag: "TooEarly", from })
      yield* chain.toBlock(from)
      yield* chain.ok(STRANGER, "expire", { competition: id })
    })
  )

  refuses("expire", "a match that is over", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const id = yield* started(chain, issue, [5, 6])
      yield* chain.toBlock(((yield* chain.read("competition", { id }))?.outcomeUntil ?? 0) + 1)
      yield* chain.ok(STRANGER, "expire", { competition: id })
      equal(yield* expire(chain, id), { _tag: "CompetitionOver", competition: id })
      const second = yield* started(chain, issue, [5, 6])
      yield* won(chain, second, 5)
      equal(yield* expire(chain, second), { _tag: "CompetitionOver", competition: second })
    })
  )

  refuses("expire", "an unknown match", (chain) =>
    Effect.gen(function* () {
      for (const id of [0, 1]) equal(yield* expire(chain, id), { _tag: "UnknownCompetition", competition: id })
    })
  )

  refuses("payout", "too early", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      equal(yield* pay(chain, issue), { _tag: "TooEarly", from: payableAt })
      yield* chain.toBlock(payableAt - 2)
      equal(yield* pay(chain, issue), { _tag: "TooEarly", from: payableAt })
      yield* chain.toBlock(payableAt)
      yield* chain.ok(STRANGER, "payout", { issue })
    })
  )

  refuses("payout", "what is already paid", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      yield* chain.toBlock(payableAt)
      yield* chain.ok(STRANGER, "payout", { issue })
      equal(yield* pay(chain, issue), { _tag: "AlreadyPaid", issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
    })
  )

  refuses("payout", "an issue without a winner", (chain) =>
    Effect.gen(function* () {
      const [open, competing, gone] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2), yield* openIssue(chain, 3)]
      yield* started(chain, competing, [5, 6])
      yield* chain.ok(OWNER, "cancelIssue", { id: gone, reason: { _tag: "Owner" } })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 4, bounty: BOUNTY })
      for (const issue of [open, competing, gone, 4]) equal(yield* pay(chain, issue), { _tag: "NotSolved", issue })
    })
  )

  refuses("payout", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      for (const issue of [0, 1]) equal(yield* pay(chain, issue), { _tag: "UnknownIssue", issue })
    })
  )

  refuses("payout", "more than the contract has", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      yield* chain.toBlock(payableAt)
      for (const held of [BOUNTY - DUST - 1n, 0n]) {
        yield* chain.forceStake(chain.treasuryHotkey, chain.contract, held)
        equal(yield* pay(chain, issue), { _tag: "NotEnoughHeld", held, needed: BOUNTY })
      }
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, BOUNTY)
      yield* chain.ok(STRANGER, "payout", { issue })
    })
  )

  refuses("payout", "what the chain does not transfer", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      yield* chain.toBlock(payableAt)
      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      equal(yield* pay(chain, issue), { _tag: "PaymentRefused", error: { _tag: "AmountTooLow" } })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000n)
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      equal(yield* pay(chain, issue), { _tag: "PaymentRefused", error: { _tag: "RuntimeError" } })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, false)
      equal(yield* pay(chain, issue), { _tag: "PaymentRefused", error: { _tag: "SubtokenDisabled" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, true)
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
    })
  )
})
