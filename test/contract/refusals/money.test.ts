/** The real contract's refusals to anyone about harvests, expiries and payments. Each names its error and changes no byte. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import type { Competition } from "../../../src/contract-client/generated.ts"
import { miner, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { whileFailing } from "../../support/contract/faults.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { BOUNTY, defaults } from "../../support/contract/settings.ts"
import { changed, moneyTurned, openIssue, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"
import { COVER, DUST } from "../../support/figures.ts"

/** An issue that miner 5 has won. */
const decided = (chain: World) =>
  Effect.gen(function* () {
    const issue = yield* openIssue(chain, 1)
    yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
    return issue
  })

/** The first block in which a match may expire. */
const expiresFrom = (competition: Competition | null) => (competition?.outcomeUntil ?? 0) + 3 * defaults.challengePeriod + 1

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
      yield* chain.ok(STRANGER, "harvest", {})
      yield* moneyTurned(chain)
      const harvest = chain.refused(STRANGER, "harvest", {})
      equal(yield* harvest, { _tag: "NothingToDo" })
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      equal(yield* whileFailing(chain, "recycleAlpha", 21, harvest), { _tag: "Subtensor", value: { _tag: "CannotRecycleOnRoot" } })
      // The chain reports success but recycles nothing.
      equal(yield* whileFailing(chain, "recycleAlpha", 0, harvest), { _tag: "NothingRecycled" })
      // Money allocated to issues is not used to cover the shortfall.
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, 0n)
      equal(yield* harvest, { _tag: "NotEnoughHeld", held: 0n, needed: BOUNTY })
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, BOUNTY + COVER)
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(yield* chain.read("treasury", {}), { held: COVER, fresh: 0n, aged: 0n, recycled: BOUNTY })
      equal(yield* harvest, { _tag: "NothingToDo" })
    })
  )

  refuses("expire", "too early", (chain) =>
    Effect.gen(function* () {
      const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
      const from = expiresFrom(yield* chain.stored("competition", { id }))
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
      yield* chain.toBlock(expiresFrom(yield* chain.stored("competition", { id })))
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

  refuses("payout", "what is already paid", (chain) =>
    Effect.gen(function* () {
      const issue = yield* decided(chain)
      yield* chain.ok(STRANGER, "payout", { issue })
      equal(yield* pay(chain, issue), { _tag: "AlreadyPaid", issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
    })
  )

  refuses("payout", "an issue without a winner", (chain) =>
    Effect.gen(function* () {
      const [open, competing, gone] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2), yield* openIssue(chain, 3)]
      yield* started(chain, competing, [5, 6])
      yield* changed(chain, "cancelIssue", { id: gone, reason: { _tag: "Owner" } })
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
      const issue = yield* decided(chain)
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
      const issue = yield* decided(chain)
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
