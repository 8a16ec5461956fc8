/** docs/security.md, validators: a minority, late or repeated votes, moving stake, UIDs that change hands. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { Competitor, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { account, miner, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA, ATTEST, BOUNTY, ROUND } from "../../support/contract/settings.ts"
import {
  attested,
  changed,
  decide,
  end,
  nextRound,
  openIssue,
  settled,
  solved,
  started,
  weighed,
  won
} from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { tagOf, tags, transact, uidOf } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

/** Their weights are 50, 30 and 20 of 100: the second and third together have half, one rao short of the quorum. */
const [HALF, SECOND, THIRD] = VALIDATORS
const NOBODY = bitmapOfUids([])
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
const WAIT = 12

const statusOf = (chain: World, id: number) => Effect.map(chain.stored("issue", { id }), (issue) => issue?.status._tag)
const competitionOf = (chain: World, id: number) =>
  Effect.flatMap(chain.stored("competition", { id }), (found) =>
    found === null ? Effect.fail(new Error("no match")) : Effect.succeed(found)
  )

/** Fails if an issue's votes can be settled once all are old enough. Returns their weight and the total. */
const unsettled = (chain: World, issue: number) =>
  Effect.gen(function* () {
    yield* chain.toBlock((yield* chain.block) + WAIT)
    const refusal = yield* chain.refused(STRANGER, "settle", { issue })
    if (refusal._tag !== "NothingToSettle") throw new Error(refusal._tag)
    return [refusal.weight, refusal.totalWeight]
  })

describe("half of the stake", () => {
  it.scopedLive("starts, ends, cancels and pays nothing, whatever it sends", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const [five, six] = [yield* miner(5), yield* miner(6)]
      const round = yield* nextRound(chain)
      yield* chain.toBlock(round * ROUND)
      const attest = { issue, round, enrolled: bitmapOfUids([5, 6]), skipped: NOBODY }
      for (const validator of [SECOND, THIRD]) yield* chain.ok(validator, "attestEnrolled", attest)
      yield* chain.toBlock(round * ROUND + ATTEST)
      for (const validator of [SECOND, THIRD]) {
        assert.strictEqual(yield* tagOf(chain.refused(validator, "votePair", { issue, round, a: five, b: six })), "NotAttested")
      }

      let pair = { issue, round: yield* attested(chain, issue, [5, 6]), a: five, b: six }
      for (const validator of [SECOND, THIRD, SECOND, THIRD]) {
        const { events } = yield* chain.ok(validator, "votePair", pair)
        assert.deepStrictEqual(tags(events), ["PairVoted"])
      }
      for (const validator of [SECOND, THIRD]) yield* chain.ok(validator, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* unsettled(chain, issue)
      pair = { ...pair, round: yield* attested(chain, issue, [5, 6]) }
      for (const validator of [THIRD, HALF]) yield* chain.ok(validator, "votePair", pair)
      assert.strictEqual(yield* statusOf(chain, issue), "Competing")

      yield* chain.toBlock((yield* competitionOf(chain, 1)).submissionsFrom)
      for (const choice of [yield* solved(5), NOT_PLANNED, yield* solved(6)]) {
        for (const validator of [SECOND, THIRD]) {
          assert.deepStrictEqual(tags((yield* chain.ok(validator, "voteOutcome", { issue, choice })).events), ["OutcomeVoted"])
        }
        yield* unsettled(chain, issue)
        assert.strictEqual(yield* tagOf(chain.refused(SECOND, "payout", { issue })), "NotSolved")
      }
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: yield* solved(6) })
      yield* settled(chain, issue)
      assert.strictEqual(yield* statusOf(chain, issue), "Solved")
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, six.coldkey), BOUNTY)
    })
  )
})

describe("a vote", () => {
  it.scopedLive("counts once however often it is sent, and only the last of them", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      yield* chain.toBlock((yield* competitionOf(chain, competition)).submissionsFrom)
      for (const choice of [yield* solved(5), yield* solved(5), yield* solved(6), yield* solved(5)]) {
        assert.deepStrictEqual(tags((yield* chain.ok(SECOND, "voteOutcome", { issue, choice })).events), ["OutcomeVoted"])
      }
      assert.strictEqual((yield* chain.stored("ballotOutcome", { issue })).length, 1)
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: yield* solved(6) })
      assert.deepStrictEqual(yield* unsettled(chain, issue), [50_000n * ALPHA, 100_000n * ALPHA])
    })
  )

  it.scopedLive("is refused when it is late, and an earlier round's does not help", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const pair = { issue, a: yield* miner(5), b: yield* miner(6) }
      const early = yield* attested(chain, issue, [5, 6])
      yield* chain.ok(HALF, "votePair", { ...pair, round: early })
      const late = yield* attested(chain, issue, [5, 6])
      assert.strictEqual(yield* tagOf(chain.refused(SECOND, "votePair", { ...pair, round: early })), "WrongRound")
      assert.deepStrictEqual(tags((yield* chain.ok(SECOND, "votePair", { ...pair, round: late })).events), ["PairVoted"])
      assert.strictEqual((yield* chain.stored("counts", {})).competitions, 0)

      yield* chain.ok(HALF, "votePair", { ...pair, round: late })
      const { outcomeUntil } = yield* competitionOf(chain, 1)
      yield* chain.toBlock(outcomeUntil)
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: yield* solved(5) })
      yield* chain.toBlock(outcomeUntil + 3 * WAIT)
      // A vote on its outcome counts only after the challenge period, so this one comes too late.
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(5) })
      yield* chain.ok(STRANGER, "expire", { competition: 1 })
      assert.strictEqual(yield* statusOf(chain, issue), "Open")
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
    })
  )

  it.scopedLive("of a validator that was taken off the whitelist counts nothing, and no stranger votes", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      yield* chain.toBlock((yield* competitionOf(chain, competition)).submissionsFrom)
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: yield* solved(5) })
      yield* changed(chain, "removeValidator", { hotkey: yield* account(HALF) })
      yield* chain.ok(THIRD, "voteOutcome", { issue, choice: yield* solved(5) })
      assert.deepStrictEqual(yield* unsettled(chain, issue), [20_000n * ALPHA, 50_000n * ALPHA])
      assert.strictEqual(yield* tagOf(chain.refused(HALF, "voteOutcome", { issue, choice: yield* solved(5) })), "NotAValidator")
      assert.strictEqual(yield* tagOf(chain.refused(`${SECOND}//cold`, "voteOutcome", { issue, choice: NOT_PLANNED })), "NotAValidator")
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(5) })
      yield* settled(chain, issue)
      assert.strictEqual(yield* statusOf(chain, issue), "Solved")
    })
  )
})

describe("a validator that comes back", () => {
  it.scopedLive("finds none of its votes; one cast anew weighs something after two days", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: NOT_PLANNED })
      const [hotkey, cold] = [yield* account(HALF), yield* account(`${HALF}//cold`)]
      yield* changed(chain, "removeValidator", { hotkey })
      yield* changed(chain, "addValidator", { hotkey, coldkeys: [cold] })
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
      yield* chain.ok(THIRD, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* weighed(chain)
      yield* chain.toBlock((yield* chain.block) + WAIT)
      assert.deepInclude(yield* chain.refused(STRANGER, "settle", { issue }), { weight: 20_000n * ALPHA, totalWeight: 100_000n * ALPHA })
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* chain.toBlock((yield* chain.block) + WAIT)
      yield* chain.ok(STRANGER, "settle", { issue })
      assert.strictEqual(yield* statusOf(chain, issue), "Cancelled")
    })
  )
})

describe("a vote on what was so for a moment", () => {
  it.scopedLive("is taken back when the issue is open again, and does not help others to cancel it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, issue, [5, 6])
      yield* chain.ok(THIRD, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* chain.ok(THIRD, "withdrawOutcomeVote", { issue })
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* unsettled(chain, issue)
    })
  )

  it.scopedLive("is over with the match: those who were outvoted do not help to cancel the issue", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, issue, [5, 6])
      yield* chain.ok(THIRD, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* end(chain, issue, { _tag: "Dissolved" })
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
      yield* chain.ok(HALF, "voteOutcome", { issue, choice: NOT_PLANNED })
      assert.deepStrictEqual(yield* unsettled(chain, issue), [50_000n * ALPHA, 100_000n * ALPHA])
    })
  )

  it.scopedLive("is mended by voting otherwise while it waits", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      yield* chain.toBlock((yield* competitionOf(chain, competition)).submissionsFrom)
      yield* decide(chain, issue, yield* solved(5))
      yield* chain.toBlock((yield* chain.block) + WAIT - 2)
      yield* end(chain, issue, yield* solved(6))
      const { status, a } = yield* competitionOf(chain, competition)
      assert.deepInclude(status, { _tag: "Won", winner: a.uid === 6 ? 0 : 1 })
    })
  )
})

describe("stake that moves", () => {
  it.scopedLive("never counts twice: it weighs nothing at once where it was, and two days later where it is", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const [second, third, thirdCold] = [yield* account(SECOND), yield* account(THIRD), yield* account(`${THIRD}//cold`)]
      for (const cold of [SECOND, THIRD]) yield* chain.give(`${cold}//cold`)
      for (const validator of [SECOND, THIRD]) yield* chain.ok(validator, "voteOutcome", { issue, choice: NOT_PLANNED })
      const all = 30_000n * ALPHA
      assert.strictEqual(
        yield* transact(chain, `${SECOND}//cold`, "subtensorModule", "transferStake", thirdCold, second, NETUID, NETUID, all),
        "done"
      )
      assert.strictEqual(
        yield* transact(chain, `${THIRD}//cold`, "subtensorModule", "moveStake", second, third, NETUID, NETUID, all),
        "done"
      )
      assert.deepStrictEqual(yield* unsettled(chain, issue), [20_000n * ALPHA, 100_000n * ALPHA])
      yield* weighed(chain)
      assert.deepStrictEqual(yield* unsettled(chain, issue), [20_000n * ALPHA, 100_000n * ALPHA], "the vote is older than the stake")
      yield* chain.ok(THIRD, "withdrawOutcomeVote", { issue })
      yield* chain.ok(THIRD, "voteOutcome", { issue, choice: NOT_PLANNED })
      assert.deepStrictEqual(yield* unsettled(chain, issue), [50_000n * ALPHA, 100_000n * ALPHA])
    })
  )

  it.scopedLive("takes the majority from what it attested", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* chain.give(`${HALF}//cold`)
      const round = yield* nextRound(chain)
      yield* chain.toBlock(round * ROUND)
      for (const validator of [HALF, THIRD]) {
        yield* chain.ok(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids([5, 6]), skipped: NOBODY })
      }
      yield* chain.toBlock(round * ROUND + ATTEST)
      const pair = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      const unstake = (amount: bigint) =>
        Effect.flatMap(account(HALF), (hotkey) =>
          transact(chain, `${HALF}//cold`, "subtensorModule", "removeStake", hotkey, NETUID, amount * ALPHA)
        )
      assert.strictEqual(yield* unstake(19_999n), "done")
      yield* chain.ok(THIRD, "votePair", pair)
      assert.strictEqual(yield* unstake(1n), "done") // 30 and 20 of a hundred thousand: half, no majority
      assert.strictEqual(yield* tagOf(chain.refused(HALF, "votePair", pair)), "NotAttested")
    })
  )
})

describe("a UID that changes hands between attestation and vote", () => {
  it.scopedLive("splits the votes: they name hotkeys, and the winner is paid whoever holds the UID by then", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const [old, young] = [yield* miner(5), yield* miner(6)]
      const register = (uid: number) =>
        Effect.flatMap(miner(uid), ({ hotkey }) =>
          transact(chain, `//Miner${uid}//cold`, "subtensorModule", "burnedRegister", NETUID, hotkey)
        )
      for (const uid of [5, 6, 7]) yield* chain.give(`//Miner${uid}//cold`)
      for (const uid of [5, 6]) assert.strictEqual(yield* register(uid), "done")
      const [uid, other] = [yield* uidOf(chain, old.hotkey), yield* uidOf(chain, young.hotkey)]
      if (uid === null || other === null) throw new Error("not registered")
      // The subnet is full. After an epoch every neuron with stake has emission, so the older miner is replaced next.
      yield* chain.sudo("adminUtils", "sudoSetMaxAllowedUids", NETUID, other + 1)
      yield* chain.sudo("adminUtils", "sudoSetImmunityPeriod", NETUID, 1)
      yield* chain.sudo("adminUtils", "devSetAlphaEmissionPerBlock", NETUID, ALPHA)
      yield* chain.toBlock((yield* chain.block) + 12)
      const round = yield* attested(chain, issue, [uid, other])
      assert.strictEqual(yield* register(7), "done")
      const holder = yield* miner(7)
      assert.deepStrictEqual([yield* uidOf(chain, old.hotkey), yield* uidOf(chain, holder.hotkey)], [null, uid])

      const opponent: Competitor = { ...young, uid: other }
      const ofAttested = { issue, round, a: { ...old, uid }, b: opponent }
      const ofHolder = { issue, round, a: { ...holder, uid }, b: opponent }
      yield* chain.ok(HALF, "votePair", ofAttested)
      yield* chain.ok(SECOND, "votePair", ofHolder)
      assert.strictEqual((yield* chain.stored("counts", {})).competitions, 0)
      yield* chain.ok(THIRD, "votePair", ofAttested)
      const competition = yield* competitionOf(chain, 1)
      assert.sameDeepMembers([competition.a, competition.b], [ofAttested.a, opponent])

      yield* won(chain, 1, 5)
      yield* chain.ok(STRANGER, "payout", { issue })
      // The treasury's hotkey has earned dividends, so a stake movement behind it may lose a rao.
      const paid = yield* chain.stake(chain.treasuryHotkey, old.coldkey)
      assert.isTrue(paid === BOUNTY || paid === BOUNTY - 1n, `${paid}`)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, holder.coldkey), 0n)
    })
  )
})

describe("one miner against itself", () => {
  it.scopedLive("is refused by coldkey, hotkey and UID, even to the quorum", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const [five, six] = [yield* miner(5), yield* miner(6)]
      const round = yield* attested(chain, issue, [5, 6])
      for (const validator of VALIDATORS) {
        const vote = (b: Competitor) => tagOf(chain.refused(validator, "votePair", { issue, round, a: five, b }))
        assert.strictEqual(yield* vote({ ...six, coldkey: five.coldkey }), "SameColdkey")
        assert.strictEqual(yield* vote({ ...six, hotkey: five.hotkey }), "SameHotkey")
        assert.strictEqual(yield* vote({ ...six, uid: 5 }), "SameUid")
      }
    })
  )
})
