/** What the real contract refuses, by name, without changing a byte of its storage: `refused` compares all of it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import type { CancelReason, ContractError, OutcomeChoice } from "../../src/contract-client/generated.ts"
import {
  ALPHA,
  ATTEST,
  account,
  attested,
  BOUNTY,
  decide,
  miner,
  nextRound,
  OWNER,
  openIssue,
  ROUND,
  STRANGER,
  solved,
  started,
  won,
  world
} from "./support.ts"

const NOBODY = bitmapOfUids([])
const VALIDATOR = "//Validator1"

const equal = (actual: ContractError, expected: ContractError) => assert.deepStrictEqual(actual, expected)
const outcome = (created: Either.Either<unknown, Error>) => (Either.isLeft(created) ? created.left.message : "it was created")
const cancelled = (reason: CancelReason): OutcomeChoice => ({ _tag: "Cancelled", reason })

describe("the real contract refuses", () => {
  it.scopedLive("what only the owner may do, and what no reference, bounty or whitelist is", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = { repository: "acme/widgets", number: 42, bounty: BOUNTY }
      const hotkey = yield* account(VALIDATOR)
      equal(yield* chain.refused(STRANGER, "registerIssue", issue), { _tag: "NotOwner" })
      equal(yield* chain.refused(STRANGER, "cancelIssue", { id: 1, reason: { _tag: "Owner" } }), { _tag: "NotOwner" })
      equal(yield* chain.refused(STRANGER, "addValidator", { hotkey, coldkeys: [] }), { _tag: "NotOwner" })
      equal(yield* chain.refused(STRANGER, "removeValidator", { hotkey }), { _tag: "NotOwner" })

      equal(yield* chain.refused(OWNER, "registerIssue", { ...issue, bounty: 10n * ALPHA - 1n }), {
        _tag: "BountyTooSmall",
        minimum: 10n * ALPHA
      })
      equal(yield* chain.refused(OWNER, "registerIssue", { ...issue, number: 0 }), { _tag: "ZeroNumber" })
      for (const repository of ["", "acme", "acme/", "/widgets", "acme/widgets/x", "acme/wid gets", "acme/..", `acme/${"w".repeat(101)}`]) {
        equal(yield* chain.refused(OWNER, "registerIssue", { ...issue, repository }), { _tag: "MalformedRepository" })
      }
      yield* chain.ok(OWNER, "registerIssue", issue)
      equal(yield* chain.refused(OWNER, "registerIssue", { ...issue, repository: "ACME/Widgets" }), { _tag: "DuplicateIssue", issue: 1 })

      const [other, another] = [yield* account("//Other"), yield* account("//Another")]
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey, coldkeys: [] }), { _tag: "DuplicateValidator" })
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey: other, coldkeys: [other, another, other] }), { _tag: "DuplicateColdkey" })
      const five = yield* Effect.forEach([1, 2, 3, 4, 5], (index) => account(`//Cold${index}`))
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey: other, coldkeys: five }), { _tag: "TooManyColdkeys" })
      equal(yield* chain.refused(OWNER, "removeValidator", { hotkey: other }), { _tag: "UnknownValidator" })
      for (let index = 3; index < 64; index++) {
        yield* chain.ok(OWNER, "addValidator", { hotkey: yield* account(`//Hot${index}`), coldkeys: [] })
      }
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey: other, coldkeys: [] }), { _tag: "ValidatorsFull" })

      equal(yield* chain.refused(OWNER, "cancelIssue", { id: 9, reason: { _tag: "Owner" } }), { _tag: "UnknownIssue" })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id: 1, reason: { _tag: "Reverted" } }), { _tag: "ReasonNotAllowed" })
      yield* chain.ok(OWNER, "cancelIssue", { id: 1, reason: { _tag: "Owner" } })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id: 1, reason: { _tag: "Owner" } }), { _tag: "IssueClosed" })
    })
  )

  it.scopedLive("attestations and pair votes of strangers, other rounds, the wrong time and impossible pairs", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      const [five, six, seven] = [yield* miner(5), yield* miner(6), yield* miner(7)]
      const attest = (who: string, issue: number, round: number) =>
        chain.refused(who, "attestEnrolled", { issue, round, enrolled: NOBODY, skipped: NOBODY })
      const vote = (round: number, a = five, b = six, issue = 1, who: string = VALIDATOR) =>
        chain.refused(who, "votePair", { issue, round, a, b })

      const early = yield* nextRound(chain)
      yield* chain.toBlock(early * ROUND)
      equal(yield* attest(VALIDATOR, 1, early), { _tag: "IssueNotOpen" })
      equal(yield* vote(early), { _tag: "IssueNotOpen" })
      yield* chain.feed(BOUNTY)
      yield* chain.ok(STRANGER, "harvest", {})

      const next = yield* nextRound(chain)
      yield* chain.toBlock(next * ROUND)
      equal(yield* attest(STRANGER, 1, next), { _tag: "NotAValidator" })
      equal(yield* attest(VALIDATOR, 2, next), { _tag: "UnknownIssue" })
      equal(yield* attest(VALIDATOR, 1, next - 1), { _tag: "WrongRound", current: next })
      equal(yield* attest(VALIDATOR, 1, next + 1), { _tag: "WrongRound", current: next })
      equal(yield* vote(next), { _tag: "TooEarly", from: next * ROUND + ATTEST })

      const round = yield* attested(chain, 1, [5, 6])
      equal(yield* attest(VALIDATOR, 1, round), { _tag: "TooLate", until: round * ROUND + ATTEST - 1 })
      equal(yield* vote(round, five, six, 1, STRANGER), { _tag: "NotAValidator" })
      equal(yield* vote(round, five, six, 2), { _tag: "UnknownIssue" })
      equal(yield* vote(round - 1), { _tag: "WrongRound", current: round })
      equal(yield* vote(round, five, { ...six, hotkey: five.hotkey }), { _tag: "SameHotkey" })
      equal(yield* vote(round, five, { ...six, coldkey: five.coldkey }), { _tag: "SameColdkey" })
      equal(yield* vote(round, five, { ...six, uid: 5 }), { _tag: "SameUid" })
      equal(yield* vote(round, five, { ...six, uid: 256 }), { _tag: "UidOutOfRange", uid: 256 })
      equal(yield* vote(round, five, seven), { _tag: "NotAttested", uid: 7 })
    })
  )

  it.scopedLive("a second competition of a busy miner", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* started(chain, yield* openIssue(chain, 1), [5, 6])
      const second = yield* openIssue(chain, 2)
      const round = yield* attested(chain, second, [5, 7])
      const [five, seven] = [yield* miner(5), yield* miner(7)]
      equal(yield* chain.refused(VALIDATOR, "votePair", { issue: second, round, a: seven, b: five }), {
        _tag: "TooManyCompetitions",
        hotkey: five.hotkey
      })
    })
  )

  it.scopedLive("outcomes of strangers, of nobody's competition, too early, too late and for reasons that do not fit", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const vote = (choice: OutcomeChoice, who: string = VALIDATOR) => chain.refused(who, "voteOutcome", { issue, choice })
      const [byFive, bySeven] = [yield* solved(5), yield* solved(7)]
      const early = { _tag: "SubmittedTooEarly", hotkey: (yield* miner(5)).hotkey } as const
      equal(yield* vote(byFive), { _tag: "NoRunningCompetition" })
      equal(yield* vote(cancelled({ _tag: "Owner" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(cancelled({ _tag: "Reverted" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(cancelled(early)), { _tag: "NotACompetitor" })
      equal(yield* chain.refused(VALIDATOR, "voteOutcome", { issue: 9, choice: byFive }), { _tag: "UnknownIssue" })
      equal(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "NotSolved" })
      equal(yield* chain.refused(STRANGER, "payout", { issue: 9 }), { _tag: "UnknownIssue" })

      const id = yield* started(chain, issue, [5, 6])
      const running = yield* chain.read("competition", { id })
      if (running === null) throw new Error("no competition")
      equal(yield* vote(byFive), { _tag: "TooEarly", from: running.submissionsFrom })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id: issue, reason: { _tag: "Owner" } }), { _tag: "CompetitionRunning" })
      yield* chain.toBlock(running.submissionsFrom)
      equal(yield* vote(byFive, STRANGER), { _tag: "NotAValidator" })
      equal(yield* vote(bySeven), { _tag: "NotACompetitor" })
      equal(yield* vote({ _tag: "Solved", hotkey: (yield* miner(5)).hotkey, pullRequest: 0 }), { _tag: "ZeroNumber" })
      equal(yield* vote(cancelled({ ...early, hotkey: (yield* miner(7)).hotkey })), { _tag: "NotACompetitor" })
      equal(yield* vote(cancelled({ _tag: "Reverted" })), { _tag: "ReasonNotAllowed" })
      equal(yield* chain.refused(STRANGER, "expire", { competition: id }), { _tag: "TooEarly", from: running.outcomeUntil + 1 })
      equal(yield* chain.refused(STRANGER, "expire", { competition: 9 }), { _tag: "UnknownCompetition" })
      equal(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "NotSolved" })
      yield* chain.toBlock(running.outcomeUntil + 1)
      equal(yield* vote(byFive), { _tag: "TooLate", until: running.outcomeUntil })
      yield* chain.ok(STRANGER, "expire", { competition: id })
      equal(yield* chain.refused(STRANGER, "expire", { competition: id }), { _tag: "CompetitionOver" })

      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      const payableAt = (yield* chain.read("issue", { id: issue }))?.payableAt ?? 0
      equal(yield* vote(byFive, "//Validator3"), { _tag: "NoRunningCompetition" })
      equal(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "TooEarly", from: payableAt })
      yield* chain.toBlock(payableAt)
      equal(yield* vote(cancelled({ _tag: "Reverted" })), { _tag: "TooLate", until: payableAt - 1 })
      yield* chain.ok(STRANGER, "payout", { issue })
      equal(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "AlreadyPaid" })
      equal(yield* vote(cancelled({ _tag: "Reverted" })), { _tag: "IssueClosed" })
    })
  )

  it.scopedLive("to harvest nothing, and says why the treasury gives nothing", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
      yield* chain.feed(BOUNTY)
      // A call inside the proxy call that fails lets the proxy call itself succeed.
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)
      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000n)
      yield* chain.ok(STRANGER, "harvest", {})
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
    })
  )

  it.scopedLive("to harvest for a treasury that is not its own", () =>
    Effect.gen(function* () {
      const treasuryColdkey = yield* account("//Ferdie")
      const chain = yield* world({ treasuryColdkey })
      // Ferdie has stake behind the treasury's hotkey, but the contract is not Ferdie's proxy.
      assert.isAbove(Number((yield* chain.read("treasury", {})).pending), 0)
      equal(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "ProxyCallFailed" })
    })
  )

  it.scopedLive("a payment or a cancellation that the chain does not carry out, and carries it out later", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const other = yield* openIssue(chain, 2)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      yield* chain.toBlock((yield* chain.read("issue", { id: issue }))?.payableAt ?? 0)
      const pay = chain.refused(STRANGER, "payout", { issue })

      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      equal(yield* pay, { _tag: "Subtensor", value: { _tag: "AmountTooLow" } })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000n)

      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      equal(yield* pay, { _tag: "Subtensor", value: { _tag: "RuntimeError" } })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)

      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, false)
      equal(yield* pay, { _tag: "Subtensor", value: { _tag: "SubtokenDisabled" } })
      const cancel = chain.refused(OWNER, "cancelIssue", { id: other, reason: { _tag: "Owner" } })
      equal(yield* cancel, { _tag: "Subtensor", value: { _tag: "SubtokenDisabled" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, true)

      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, BOUNTY - 1n)
      equal(yield* pay, { _tag: "NotEnoughHeld", held: BOUNTY - 1n })
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, 0n)
      equal(yield* cancel, { _tag: "NothingRecycled" })
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, 2n * BOUNTY)

      yield* chain.ok(STRANGER, "payout", { issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
      yield* chain.ok(OWNER, "cancelIssue", { id: other, reason: { _tag: "Owner" } })
      assert.deepStrictEqual(yield* chain.read("treasury", {}), {
        pending: 0n,
        allocated: 0n,
        unallocated: 0n,
        paid: BOUNTY,
        recycled: BOUNTY
      })
    })
  )

  it.scopedLive("new issues and competitions while it is paused, but no payment", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const waiting = yield* openIssue(chain, 2)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      equal(yield* chain.refused(OWNER, "unpause", {}), { _tag: "NotPaused" })
      equal(yield* chain.refused(STRANGER, "pause", {}), { _tag: "NotOwner" })
      assert.deepStrictEqual((yield* chain.ok(OWNER, "pause", {})).events, [{ _tag: "Paused" }])
      equal(yield* chain.refused(OWNER, "pause", {}), { _tag: "Paused" })
      equal(yield* chain.refused(STRANGER, "unpause", {}), { _tag: "NotOwner" })
      equal(yield* chain.refused(OWNER, "registerIssue", { repository: "acme/widgets", number: 3, bounty: BOUNTY }), { _tag: "Paused" })
      const round = yield* attested(chain, waiting, [7, 8])
      const vote = { issue: waiting, round, a: yield* miner(7), b: yield* miner(8) }
      equal(yield* chain.refused(VALIDATOR, "votePair", vote), { _tag: "Paused" })
      yield* chain.toBlock(Math.max(yield* chain.block, (yield* chain.read("issue", { id: issue }))?.payableAt ?? 0))
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.deepStrictEqual((yield* chain.ok(OWNER, "unpause", {})).events, [{ _tag: "Unpaused" }])
      yield* started(chain, waiting, [7, 8])
    })
  )

  it.scopedLive("an owner who was not proposed", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const [next, former] = [yield* account("//Charlie"), yield* account(OWNER)]
      equal(yield* chain.refused("//Charlie", "acceptOwnership", {}), { _tag: "NotProposedOwner" })
      equal(yield* chain.refused("//Charlie", "proposeOwner", { owner: next }), { _tag: "NotOwner" })
      assert.deepStrictEqual((yield* chain.ok(OWNER, "proposeOwner", { owner: next })).events, [{ _tag: "OwnerProposed", owner: next }])
      assert.strictEqual(yield* chain.read("proposedOwner", {}), next)
      equal(yield* chain.refused(OWNER, "acceptOwnership", {}), { _tag: "NotProposedOwner" })
      const accepted = yield* chain.ok("//Charlie", "acceptOwnership", {})
      assert.deepStrictEqual(accepted.events, [{ _tag: "OwnerChanged", previous: former, owner: next }])
      assert.strictEqual(yield* chain.read("owner", {}), next)
      equal(yield* chain.refused(OWNER, "pause", {}), { _tag: "NotOwner" })
    })
  )

  it.scopedLive("settings out of bounds when it is created", () =>
    Effect.gen(function* () {
      for (const settings of [{ quorumBps: 5_000 }, { attestBlocks: ROUND }, { submissionWindow: 40 }, { harvestStep: 0 }]) {
        const created = yield* Effect.either(world(settings))
        assert.include(outcome(created), "ContractReverted")
      }
    })
  )

  it.scopedLive("to decide with less than the quorum, whatever a minority sends", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, yield* openIssue(chain, 2), [7, 8])
      const round = yield* attested(chain, issue, [5, 6])
      const vote = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      for (let time = 0; time < 3; time++) yield* chain.ok(VALIDATOR, "votePair", vote)
      for (const reason of ["NotPlanned", "Duplicate", "Deleted", "NotPlanned"] as const) {
        yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: cancelled({ _tag: reason }) })
        yield* chain.ok(VALIDATOR, "voteOutcome", { issue: 2, choice: cancelled({ _tag: reason }) })
      }
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue: 2, choice: yield* solved(7) })
      assert.strictEqual((yield* chain.read("issue", { id: issue }))?.status._tag, "Open")
      assert.strictEqual((yield* chain.read("issue", { id: 2 }))?.status._tag, "Competing")
      assert.strictEqual((yield* chain.read("counts", {})).competitions, 1)
      yield* decide(chain, 2, yield* solved(7))
      assert.strictEqual((yield* chain.read("issue", { id: 2 }))?.status._tag, "Solved")
    })
  )
})
