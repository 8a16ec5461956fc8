/** docs/security.md, validators: more than half of the stake, borrowed for a part of one block and given back in it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CODE_HASH, type OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { dissolved, settledLong, tao, windUp } from "../../support/contract/ending.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY, DAY, defaults } from "../../support/contract/settings.ts"
import { attested, changed, decide, end, openIssue, settled, solved, started, turned, vetoed, won } from "../../support/contract/steps.ts"
import { BORROWER, borrowed, lending, unseen, used } from "../../support/contract/threats/loan.ts"
import { answerOf, tagOf, tags } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const [FIRST, SECOND] = VALIDATORS
const WAIT = defaults.challengePeriod
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
const [OWN, ALL] = [20_000n * ALPHA, 100_000n * ALPHA]

/** A chain with a lender, and an issue for which miners 5 and 6 compete. */
const competing = Effect.gen(function* () {
  const chain = yield* world()
  yield* lending(chain)
  const issue = yield* openIssue(chain, 1)
  const competition = yield* started(chain, issue, [5, 6])
  const { outcomeUntil = 0, submissionsFrom = 0 } = (yield* chain.stored("competition", { id: competition })) ?? {}
  return { chain, issue, competition, submissionsFrom, outcomeUntil }
})

const statusOf = (chain: World, id: number) => Effect.map(chain.stored("issue", { id }), (issue) => issue?.status._tag)

/** Advances to the block in which the next stake snapshot turns the day. */
const dayEnds = (chain: World) =>
  Effect.gen(function* () {
    const from = (yield* chain.read("validators", {})).turnedAt + DAY
    if ((yield* chain.block) < from) yield* chain.toBlock(from)
  })

/** Each validator's weight, and the total. */
const weights = (chain: World) =>
  Effect.map(chain.read("validators", {}), ({ total, validators }) => [...validators.map(({ weight }) => weight / ALPHA), total / ALPHA])
const UNCHANGED = [50_000n, 30_000n, 20_000n, 100_000n]

/** The winner's stake after somebody sent the payment of the bounty. */
const paid = (chain: World, issue: number, uid: number) =>
  Effect.gen(function* () {
    yield* chain.ok(STRANGER, "payout", { issue })
    return yield* chain.stake(chain.treasuryHotkey, (yield* miner(uid)).coldkey)
  })

describe("a majority that is borrowed for a part of one block", () => {
  it.scopedLive("votes and settles within the loan, and decides nothing: the winner is the others' choice", () =>
    Effect.gen(function* () {
      const { chain, issue, submissionsFrom } = yield* competing
      yield* chain.toBlock(submissionsFrom)
      const wrong = yield* solved(5)
      // Before there are any submissions.
      assert.deepStrictEqual(tags(yield* borrowed(chain, [used("voteOutcome", { issue, choice: wrong }), used("settle", { issue })])), [
        "OutcomeVoted"
      ])
      yield* decide(chain, issue, yield* solved(6))
      yield* chain.toBlock((yield* chain.block) + WAIT)
      assert.deepStrictEqual(tags(yield* borrowed(chain, [used("noteWeights", {}), used("settle", { issue })])), ["CompetitionWon"])
      assert.strictEqual(yield* paid(chain, issue, 6), BOUNTY)
    })
  )

  it.scopedLive("has its own weight while the loan is there, however long it stays short of a day", () =>
    Effect.gen(function* () {
      const { chain, issue } = yield* competing
      yield* chain.ok(BORROWER, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* chain.toBlock((yield* chain.block) + WAIT)
      yield* chain.forceStake(yield* account(BORROWER), yield* account(`${BORROWER}//cold`), 420_000n * ALPHA)
      const refusal = { _tag: "NothingToSettle", issue, weight: OWN, totalWeight: ALL } as const
      assert.deepStrictEqual(yield* chain.refused(BORROWER, "settle", { issue }), refusal)
      yield* turned(chain)
      assert.deepStrictEqual(yield* chain.refused(BORROWER, "settle", { issue }), refusal)
      yield* chain.forceStake(yield* account(BORROWER), yield* account(`${BORROWER}//cold`), OWN)
      for (let day = 0; day < 3; day++) {
        yield* turned(chain)
        assert.deepStrictEqual(yield* weights(chain), UNCHANGED)
      }
    })
  )

  it.scopedLive("around every turn of the day raises no weight where somebody looks once between them, and bars nobody's way", () =>
    Effect.gen(function* () {
      const { chain, issue, submissionsFrom } = yield* competing
      yield* chain.toBlock(submissionsFrom)
      yield* decide(chain, issue, yield* solved(6))
      for (let day = 0; day < 4; day++) {
        yield* dayEnds(chain)
        const events = yield* borrowed(chain, [used("noteWeights", {}), used("voteOutcome", { issue, choice: yield* solved(5) })])
        assert.deepInclude(events[0], { _tag: "WeightsNoted", turnedAt: (yield* chain.block) - 1 })
        assert.deepStrictEqual(yield* weights(chain), UNCHANGED)
      }
      assert.deepStrictEqual(tags(yield* borrowed(chain, [used("settle", { issue })])), ["CompetitionWon"])
      assert.strictEqual(yield* paid(chain, issue, 6), BOUNTY)
    })
  )

  it.scopedLive("lends nothing to a vote that was cast before it, and counts only where nobody looks from a day before the vote on", () =>
    Effect.gen(function* () {
      const { chain, issue } = yield* competing
      yield* chain.ok(BORROWER, "voteOutcome", { issue, choice: NOT_PLANNED })
      yield* chain.toBlock((yield* chain.block) + WAIT)
      const look = (...more: ReadonlyArray<ReturnType<typeof used>>) =>
        Effect.gen(function* () {
          yield* dayEnds(chain)
          return yield* unseen(chain, [used("noteWeights", {}), ...more])
        })
      yield* look()
      const again = [used("withdrawOutcomeVote", { issue }), used("voteOutcome", { issue, choice: NOT_PLANNED })]
      assert.deepStrictEqual(tags(yield* look(used("settle", { issue }), ...again)), ["OutcomeVoteWithdrawn", "OutcomeVoted"])
      yield* chain.toBlock((yield* chain.block) + WAIT)
      assert.deepStrictEqual(tags(yield* look(used("settle", { issue }))), ["CompetitionVoided", "IssueCancelled"])
    })
  )

  it.scopedLive("dissolves no pair, however often it asks", () =>
    Effect.gen(function* () {
      const { chain, competition, issue } = yield* competing
      for (let time = 0; time < 3; time++) {
        yield* borrowed(chain, [used("voteOutcome", { issue, choice: { _tag: "Dissolved" } })])
        yield* chain.toBlock((yield* chain.block) + WAIT)
        assert.deepStrictEqual(tags(yield* borrowed(chain, [used("settle", { issue })])), [])
      }
      yield* won(chain, competition, 6)
      assert.strictEqual((yield* chain.stored("counts", {})).competitions, 1)
    })
  )

  it.scopedLive("at the last block of the grace erases no vote, and expires nothing that can be settled", () =>
    Effect.gen(function* () {
      const { chain, competition, issue, outcomeUntil } = yield* competing
      yield* chain.toBlock(outcomeUntil - 3)
      yield* chain.ok(FIRST, "voteOutcome", { issue, choice: yield* solved(6) })
      yield* chain.toBlock(outcomeUntil - 1)
      yield* borrowed(chain, [used("voteOutcome", { issue, choice: NOT_PLANNED }), used("settle", { issue })])
      assert.strictEqual((yield* chain.stored("ballotOutcome", { issue })).length, 2)
      // The slower voter of the quorum is still in time a challenge period later.
      yield* chain.toBlock(outcomeUntil + WAIT)
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(6) })
      yield* chain.toBlock(outcomeUntil + 3 * WAIT + 1)
      assert.deepStrictEqual(tags(yield* borrowed(chain, [used("expire", { competition })])), [])
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "expire", { competition }), { _tag: "OutcomeStands", issue })
      yield* settled(chain, issue)
      assert.strictEqual(yield* paid(chain, issue, 6), BOUNTY)
    })
  )

  it.scopedLive("outvotes no standing majority, and takes nothing back from it", () =>
    Effect.gen(function* () {
      const { chain, competition, issue } = yield* competing
      yield* decide(chain, issue, NOT_PLANNED)
      for (let time = 0; time < 4; time++)
        yield* borrowed(chain, [used("withdrawOutcomeVote", { issue }), used("voteOutcome", { issue, choice: { _tag: "Dissolved" } })])
      yield* settled(chain, issue)
      assert.strictEqual(yield* statusOf(chain, issue), "Cancelled")
      assert.deepInclude((yield* chain.stored("competition", { id: competition }))?.status, { _tag: "Void" })
    })
  )

  it.scopedLive("starts no match, and attests nobody", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* lending(chain)
      const issue = yield* openIssue(chain, 1)
      const pair = { issue, round: yield* attested(chain, issue, [5, 6]), a: yield* miner(5), b: yield* miner(6) }
      const [voted, ...more] = yield* borrowed(chain, [used("votePair", pair)])
      assert.deepInclude(voted, { _tag: "PairVoted", weight: OWN, totalWeight: ALL })
      assert.deepStrictEqual([more, yield* statusOf(chain, issue)], [[], "Open"])
    })
  )

  it.scopedLive("vetoes a change only while it is there", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* lending(chain)
      const { change } = answerOf(yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 7 }] }))
      const events = yield* borrowed(chain, [used("veto", { change })])
      assert.deepInclude(events.at(-1), { _tag: "ChangeVetoVoted", weight: OWN, totalWeight: ALL })
      yield* chain.toBlock((yield* chain.block) + DAY)
      assert.deepStrictEqual(tags(yield* borrowed(chain, [used("apply", { change }), used("drop", { change })])), [])
      assert.deepStrictEqual(tags((yield* chain.ok(STRANGER, "apply", { change })).events), ["ConfigChanged", "ChangeApplied"])
    })
  )
})

describe("a bounty that is won", () => {
  it.scopedLive("is nobody's to redirect but its winner's, by no loan and no quorum, and its payment nobody's to put off", () =>
    Effect.gen(function* () {
      const { chain, competition, issue } = yield* competing
      const thief = yield* account("//Thief")
      const payTo = { competition, coldkey: thief }
      assert.deepStrictEqual(yield* borrowed(chain, [used("payTo", payTo), used("payTo", payTo, `${BORROWER}//cold`)]), [])
      yield* won(chain, competition, 6)
      assert.deepStrictEqual(
        yield* borrowed(chain, [
          used("payTo", payTo),
          used("payTo", payTo, `${BORROWER}//cold`),
          used("voteOutcome", { issue, choice: NOT_PLANNED }),
          used("settle", { issue })
        ]),
        []
      )
      for (const who of [...VALIDATORS, OWNER, "//Thief"]) {
        if (who === "//Thief") yield* chain.give(who)
        assert.strictEqual(yield* tagOf(chain.refused(who, "payTo", payTo)), "NotACompetitorsColdkey")
      }
      for (const who of VALIDATORS)
        assert.strictEqual(yield* tagOf(chain.refused(who, "voteOutcome", { issue, choice: NOT_PLANNED })), "IssueClosed")
      assert.strictEqual(yield* paid(chain, issue, 6), BOUNTY)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, thief), 0n)
    })
  )
})

describe("money that comes free", () => {
  /** Five issues with a filled bounty each. */
  const funded = Effect.gen(function* () {
    const chain = yield* world()
    yield* lending(chain)
    const issues = yield* Effect.forEach([1, 2, 3, 4, 5], (number) => openIssue(chain, number))
    return { chain, issues }
  })
  const money = (chain: World) =>
    Effect.map(chain.read("treasury", {}), ({ aged, allocated, fresh, recycled }) => [allocated, fresh + aged, recycled])

  it.scopedLive("is not what a borrowed majority frees and a stranger's harvest recycles", () =>
    Effect.gen(function* () {
      const { chain, issues } = yield* funded
      yield* borrowed(
        chain,
        issues.map((issue) => used("voteOutcome", { issue, choice: NOT_PLANNED }))
      )
      yield* chain.toBlock((yield* chain.block) + WAIT)
      const events = yield* borrowed(
        chain,
        issues.map((issue) => used("settle", { issue }))
      )
      assert.deepStrictEqual(tags(events), [])
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")
      assert.deepStrictEqual(yield* money(chain), [5n * BOUNTY, 0n, 0n])
    })
  )

  it.scopedLive("by the owner's key, or a thief's who has it, comes after the delay and the veto, and then waits for other issues", () =>
    Effect.gen(function* () {
      const { chain, issues } = yield* funded
      const announced = yield* Effect.forEach(issues, (id) =>
        Effect.map(chain.ok(OWNER, "cancelIssue", { id, reason: { _tag: "Owner" } }), answerOf)
      )
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "harvest", {})), "NothingToDo")
      assert.deepStrictEqual(yield* money(chain), [5n * BOUNTY, 0n, 0n])
      for (const { change } of announced.slice(0, 3)) for (const who of [FIRST, SECOND]) yield* chain.ok(who, "veto", { change })
      yield* chain.toBlock((yield* chain.block) + DAY)
      for (const { change } of announced.slice(3)) yield* chain.ok(OWNER, "apply", { change })
      const freed = yield* chain.block
      yield* chain.sendAnyway(OWNER, "harvest", {})
      assert.deepStrictEqual(yield* money(chain), [3n * BOUNTY, 2n * BOUNTY, 0n])
      yield* chain.toBlock(freed + defaults.recycleAfter - 6)
      yield* chain.sendAnyway(OWNER, "harvest", {})
      assert.deepStrictEqual(yield* money(chain), [3n * BOUNTY, 2n * BOUNTY, 0n])
      // Registered again, an issue is funded at once.
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 5, bounty: BOUNTY })
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepStrictEqual([yield* money(chain), yield* statusOf(chain, 6)], [[4n * BOUNTY, BOUNTY, 0n], "Open"])
    })
  )

  it.scopedLive("is not the bounty of an issue that the owner edits, whatever is harvested in between", () =>
    Effect.gen(function* () {
      const { chain, issues } = yield* funded
      const [id = 0] = issues
      const edit = { id, repository: "acme/gadgets", number: 77, bounty: BOUNTY }
      const { change } = answerOf(yield* chain.ok(OWNER, "editIssue", edit))
      yield* chain.feed(ALPHA)
      yield* chain.ok(FIRST, "harvest", {})
      yield* chain.toBlock((yield* chain.block) + DAY)
      const { events } = yield* chain.ok(STRANGER, "apply", { change })
      const { id: _, ...edited } = edit
      assert.deepStrictEqual(events, [
        { _tag: "IssueEdited", issue: id, ...edited, funded: BOUNTY, freed: 0n },
        { _tag: "ChangeApplied", change }
      ])
      assert.deepStrictEqual(yield* money(chain), [5n * BOUNTY, ALPHA, 0n])
      // A smaller bounty frees the difference; a larger one waits for it, ahead of later issues.
      yield* changed(chain, "editIssue", { ...edit, bounty: BOUNTY / 2n })
      assert.deepStrictEqual(yield* money(chain), [5n * BOUNTY - BOUNTY / 2n, ALPHA + BOUNTY / 2n, 0n])
      yield* changed(chain, "editIssue", { ...edit, bounty: BOUNTY })
      assert.strictEqual(yield* statusOf(chain, id), "Funding")
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepStrictEqual([yield* money(chain), yield* statusOf(chain, id)], [[5n * BOUNTY, ALPHA, 0n], "Open"])
      yield* end(chain, id, NOT_PLANNED)
      assert.isNull(yield* chain.stored("issueByReference", { repository: "acme/gadgets", number: 77 }))
    })
  )
})

describe("validators without stake that an owner adds before the subnet ends", () => {
  it.scopedLive(
    "weigh nothing afterwards, whatever they borrow for its last block: what is left is assigned against no majority there was",
    () =>
      Effect.gen(function* () {
        const chain = yield* world()
        const miners = [yield* bonded(chain, 5, 20n * ALPHA), yield* bonded(chain, 6, 30n * ALPHA)]
        const sleepers = ["//Sleeper1", "//Sleeper2", "//Sleeper3", "//Sleeper4"]
        for (const sleeper of sleepers) {
          yield* chain.give(sleeper)
          yield* changed(chain, "addValidator", { hotkey: yield* account(sleeper), coldkeys: [yield* account(sleeper)] })
          yield* chain.forceStake(yield* account(sleeper), yield* account(sleeper), 1_000_000n * ALPHA)
        }
        yield* turned(chain)
        const kept = yield* tao(chain, chain.contract)
        yield* dissolved(chain)
        const pot = (yield* tao(chain, chain.contract)) - kept
        assert.deepStrictEqual(yield* weights(chain), [50_000n, 30_000n, 20_000n, 0n, 0n, 0n, 0n, 100_000n])
        const codeHash = CODE_HASH
        for (const refusal of [
          chain.refused(OWNER, "setCode", { codeHash }),
          chain.refused(OWNER, "removeValidator", { hotkey: yield* account(FIRST) })
        ])
          assert.deepStrictEqual(yield* refusal, { _tag: "SubnetEnded" })

        yield* windUp(chain)
        yield* settledLong(chain)
        const grab = answerOf(yield* chain.ok(OWNER, "assignRest", { to: yield* account(OWNER) })).change
        yield* vetoed(chain, grab, [FIRST, SECOND])
        assert.strictEqual(yield* tagOf(chain.refused(OWNER, "apply", { change: grab })), "ChangeClosed")
        const heir = yield* account("//Heir")
        const { change, appliesFrom } = answerOf(yield* chain.ok(OWNER, "assignRest", { to: heir }))
        for (const who of sleepers) yield* chain.ok(who, "veto", { change })
        if ((yield* chain.block) < appliesFrom + 1) yield* chain.toBlock(appliesFrom + 1)
        assert.deepStrictEqual(tags((yield* chain.ok(STRANGER, "apply", { change })).events), ["RestAssigned", "ChangeApplied"])
        // Only collateral was booked, so none of it is left.
        for (const [index, { coldkey, hotkey }] of miners.entries()) {
          const before = yield* tao(chain, coldkey)
          yield* chain.ok(STRANGER, "claim", { claim: { _tag: "Collateral", hotkey, coldkey } })
          assert.strictEqual((yield* tao(chain, coldkey)) - before, (pot * BigInt(2 + index)) / 5n)
        }
      })
  )
})
