/** Refusals of a contract whose subnet has ended, and of winding up while it has not. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import type { Claim } from "../../../src/contract-client/generated.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { dissolved, refusedAtTheEnd, type Stopped, settledLong, windUp } from "../../support/contract/ending.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA, DAY, defaults } from "../../support/contract/settings.ts"
import { changed, decide, openIssue, solved, started, won } from "../../support/contract/steps.ts"
import { answerOf, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const stops = (name: Stopped) => (chain: World) =>
  Effect.gen(function* () {
    const issue = yield* openIssue(chain, 1)
    yield* dissolved(chain)
    equal(yield* refusedAtTheEnd(chain, name, issue), { _tag: "SubnetEnded" })
  })

/** An issue whose match a quorum has voted to be solved. */
const voted = (chain: World) =>
  Effect.gen(function* () {
    const issue = yield* openIssue(chain, 1)
    yield* started(chain, issue, [5, 6])
    yield* chain.toBlock((yield* chain.block) + defaults.submissionWindow)
    yield* decide(chain, issue, yield* solved(5))
    return issue
  })

/** So many waits after the end was written a vote is too late, and then its settlement. */
const tooLate = (chain: World, waits: 1 | 2) =>
  Effect.gen(function* () {
    const issue = yield* voted(chain)
    yield* dissolved(chain)
    yield* windUp(chain)
    const until = (yield* chain.block) + waits * defaults.challengePeriod
    yield* chain.toBlock(until + 1)
    const late =
      waits === 1
        ? chain.refused(VALIDATORS[2], "voteOutcome", { issue, choice: yield* solved(5) })
        : chain.refused(STRANGER, "settle", { issue })
    equal(yield* late, { _tag: "TooLate", until })
  })

const collateral = (uid: number) => Effect.map(miner(uid), ({ coldkey, hotkey }): Claim => ({ _tag: "Collateral", hotkey, coldkey }))

const claim = (chain: World, what: Claim) => chain.refused(STRANGER, "claim", { claim: what })

describe("a contract whose subnet has ended", () => {
  refuses("registerIssue", "once the subnet has ended", stops("registerIssue"))
  refuses("cancelIssue", "once the subnet has ended", stops("cancelIssue"))
  refuses("setConfig", "once the subnet has ended", stops("setConfig"))
  refuses("apply", "once the subnet has ended", (chain) =>
    Effect.gen(function* () {
      const { change } = answerOf(yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 2 }] }))
      yield* dissolved(chain)
      yield* chain.toBlock((yield* chain.block) + DAY)
      equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "SubnetEnded" })
    })
  )
  refuses("attestEnrolled", "once the subnet has ended", stops("attestEnrolled"))
  refuses("renewAttestations", "once the subnet has ended", stops("renewAttestations"))
  refuses("votePair", "once the subnet has ended", stops("votePair"))
  refuses("voteOutcome", "once the subnet has ended", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      yield* dissolved(chain)
      const vote = { issue, choice: { _tag: "Cancelled", reason: { _tag: "Deleted" } } } as const
      yield* chain.ok(VALIDATORS[0], "voteOutcome", vote)
      yield* windUp(chain)
      equal(yield* chain.refused(VALIDATORS[0], "voteOutcome", vote), { _tag: "SubnetEnded" })
    })
  )
  refuses("voteOutcome", "a wait after the end was written", (chain) => tooLate(chain, 1))
  refuses("settle", "two waits after the end was written", (chain) => tooLate(chain, 2))
  refuses("settle", "a solution before the end is written", (chain) =>
    Effect.gen(function* () {
      const issue = yield* voted(chain)
      yield* chain.toBlock((yield* chain.block) + defaults.challengePeriod)
      yield* dissolved(chain)
      equal(yield* chain.refused(STRANGER, "settle", { issue }), { _tag: "SubnetEnded" })
    })
  )
  refuses("apply", "code that was announced before the end was written", (chain) =>
    Effect.gen(function* () {
      yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
      yield* dissolved(chain)
      yield* windUp(chain)
      equal(yield* chain.refused(STRANGER, "apply", { change }), { _tag: "AnnouncedBefore", change })
    })
  )
  refuses("editIssue", "once the subnet has ended", stops("editIssue"))
  refuses("noteWeights", "once the subnet has ended", stops("noteWeights"))
  refuses("harvest", "once the subnet has ended", stops("harvest"))
  refuses("expire", "once the subnet has ended", stops("expire"))
  refuses("payout", "once the subnet has ended", stops("payout"))
  refuses("depositCollateral", "once the subnet has ended", stops("depositCollateral"))
  refuses("withdrawCollateral", "once the subnet has ended", stops("withdrawCollateral"))
})

describe("winding up", () => {
  refuses("windUp", "while the subnet goes on", (chain) =>
    Effect.map(chain.refused(STRANGER, "windUp", {}), (refusal) => equal(refusal, { _tag: "SubnetGoesOn" }))
  )

  refuses("windUp", "within a day of the first time", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* chain.ok(STRANGER, "windUp", {})
      const from = (yield* chain.block) + DAY
      equal(yield* chain.refused(STRANGER, "windUp", {}), { _tag: "TooEarly", from })
    })
  )

  refuses("claim", "before the end is written", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* chain.ok(STRANGER, "windUp", {})
      equal(yield* claim(chain, { _tag: "Rest" }), { _tag: "EndNotWritten" })
    })
  )

  refuses("assignRest", "before the end is written", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      equal(yield* chain.refused(OWNER, "assignRest", { to: yield* account("//Heir") }), { _tag: "EndNotWritten" })
    })
  )

  refuses("windUp", "when it is written", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* windUp(chain)
      equal(yield* chain.refused(STRANGER, "windUp", {}), { _tag: "NothingToDo" })
    })
  )

  refuses("claim", "while the subnet goes on", (chain) =>
    Effect.gen(function* () {
      yield* bonded(chain, 7, 5n * ALPHA)
      equal(yield* claim(chain, yield* collateral(7)), { _tag: "SubnetGoesOn" })
    })
  )

  refuses("claim", "what is no claim, or has been paid", (chain) =>
    Effect.gen(function* () {
      yield* bonded(chain, 7, 5n * ALPHA)
      const paid = yield* openIssue(chain, 1)
      yield* won(chain, yield* started(chain, paid, [5, 6]), 5)
      yield* chain.ok(STRANGER, "payout", { issue: paid })
      const open = yield* openIssue(chain, 2)
      yield* dissolved(chain)
      yield* windUp(chain)
      equal(yield* claim(chain, { _tag: "Bounty", issue: paid }), { _tag: "AlreadyPaid", issue: paid })
      equal(yield* claim(chain, { _tag: "Bounty", issue: open }), { _tag: "NotSolved", issue: open })
      equal(yield* claim(chain, { _tag: "Bounty", issue: 9 }), { _tag: "UnknownIssue", issue: 9 })
      equal(yield* claim(chain, yield* collateral(8)), { _tag: "NothingToClaim" })
      yield* chain.ok(STRANGER, "claim", { claim: yield* collateral(7) })
      equal(yield* claim(chain, yield* collateral(7)), { _tag: "NothingToClaim" })
    })
  )

  refuses("claim", "the rest before somebody is named", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* windUp(chain)
      equal(yield* claim(chain, { _tag: "Rest" }), { _tag: "RestUnassigned" })
    })
  )

  refuses("claim", "what the chain does not transfer", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* windUp(chain)
      yield* settledLong(chain)
      yield* changed(chain, "assignRest", { to: yield* account("//Nobody") })
      // An account that does not exist cannot begin with so little.
      yield* chain.sudo("balances", "forceSetBalance", chain.contract, 600)
      const refusal = yield* claim(chain, { _tag: "Rest" })
      assert.strictEqual(refusal._tag, "TransferRefused")
    })
  )

  refuses("assignRest", "while the subnet goes on", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "assignRest", { to: yield* account("//Heir") }), { _tag: "SubnetGoesOn" })
    })
  )

  refuses("assignRest", "while a solution may be settled", (chain) =>
    Effect.gen(function* () {
      const challengePeriod = 14 * DAY
      yield* changed(chain, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: challengePeriod }] })
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, issue, [5, 6])
      yield* changed(chain, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: defaults.challengePeriod }] })
      yield* dissolved(chain)
      yield* windUp(chain)
      const from = (yield* chain.block) + 2 * challengePeriod + 1
      yield* chain.toBlock(from - 6 - challengePeriod)
      yield* decide(chain, issue, yield* solved(5))
      yield* chain.toBlock(from - 3)
      yield* chain.ok(STRANGER, "settle", { issue })
      equal(yield* chain.refused(OWNER, "assignRest", { to: yield* account("//Heir") }), { _tag: "TooEarly", from })
    })
  )

  refuses("assignRest", "whoever cannot use it", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      yield* windUp(chain)
      yield* settledLong(chain)
      for (const to of [chain.contract, chain.treasuryColdkey]) {
        equal(yield* chain.refused(OWNER, "assignRest", { to }), { _tag: "ReservedColdkey", coldkey: to })
      }
    })
  )

  refuses("assignRest", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      yield* dissolved(chain)
      equal(yield* chain.refused(STRANGER, "assignRest", { to: yield* account("//Heir") }), { _tag: "NotOwner" })
    })
  )
})
