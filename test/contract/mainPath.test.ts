/** The life of a bounty on the real contract, event by event. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import { bookedOf } from "../../src/contract-client/books.ts"
import { CODE_HASH } from "../../src/contract-client/generated.ts"
import * as Contract from "../../src/layers/chain/contract/Contract.ts"
import { layer as chainLayer } from "../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../src/layers/chain/wallet/secretUri.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../support/contract/accounts.ts"
import { world } from "../support/contract/newWorld.ts"
import { BOUNTY, defaults, ROUND } from "../support/contract/settings.ts"
import { attested, decide, end, moneyTurned, nextRound, openIssue, settled, solved, started, won } from "../support/contract/steps.ts"
import type { World } from "../support/contract/World.ts"
import { COVER } from "../support/figures.ts"

const noMoney = {
  pending: 0n,
  pendingAvailable: 0n,
  held: COVER,
  allocated: 0n,
  fresh: 0n,
  aged: 0n,
  agedAt: 0,
  collateral: 0n,
  paid: 0n,
  recycled: 0n,
  slashed: 0n
}

const tags = (events: ReadonlyArray<{ readonly _tag: string }>) => events.map(({ _tag }) => _tag)

/** Asserts that the books, the stake and the issues agree. */
const booksAreRight = (world: World) =>
  Effect.gen(function* () {
    const treasury = yield* world.read("treasury", {})
    const issues = yield* world.stored("issues", {})
    const unpaid = issues.filter(({ status }) => status._tag !== "Paid").reduce((sum, { funded }) => sum + funded, 0n)
    assert.strictEqual(treasury.allocated, unpaid)
    assert.strictEqual(yield* world.stake(world.treasuryHotkey, world.contract), treasury.held)
    assert.strictEqual(treasury.held, bookedOf(treasury) + COVER)
    return treasury
  })

describe("a bounty on the real contract", () => {
  it.scopedLive("is registered, filled from the keyless treasury, competed for, won and paid", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const config = yield* chain.read("config", {})
      assert.deepStrictEqual(config, {
        ...defaults,
        treasuryHotkey: chain.treasuryHotkey,
        treasuryColdkey: chain.treasuryColdkey,
        treasuryBirth: chain.treasuryBirth,
        // The coldkey, its funds and its neuron were created before.
        rosterSignerSince: chain.treasuryBirth.block + 3
      })
      assert.strictEqual(yield* chain.stored("owner", {}), yield* account(OWNER))
      const validators = yield* chain.read("validators", {})
      const stakes = [50_000_000_000_000n, 30_000_000_000_000n, 20_000_000_000_000n]
      assert.deepStrictEqual(
        validators.validators.map(({ noted, weight }) => [noted, weight]),
        stakes.map((stake) => [{ before: 0n, day: stake, since: stake }, stake])
      )
      assert.strictEqual(validators.total, 100_000_000_000_000n)
      const info = yield* Effect.promise(async () => (await chain.api.query.contracts?.contractInfoOf?.(chain.contract))?.toJSON())
      assert.include(JSON.stringify(info), CODE_HASH.slice(2))

      const registered = yield* chain.ok(OWNER, "registerIssue", { repository: "Acme/Widgets", number: 42, bounty: BOUNTY })
      assert.deepStrictEqual(registered.events, [
        { _tag: "IssueRegistered", issue: 1, repository: "Acme/Widgets", number: 42, bounty: BOUNTY }
      ])
      assert.strictEqual(yield* chain.stored("issueByReference", { repository: "acme/widgets", number: 42 }), 1)

      yield* chain.feed(BOUNTY + 5_000_000n)
      assert.strictEqual((yield* chain.read("treasury", {})).pending, BOUNTY + 5_000_000n)
      const harvested = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepStrictEqual(harvested.events, [
        { _tag: "BountyFunded", issue: 1, amount: BOUNTY, funded: BOUNTY, bounty: BOUNTY },
        {
          _tag: "Harvested",
          received: BOUNTY + 5_000_000n,
          funded: BOUNTY,
          recycled: 0n,
          fresh: 5_000_000n,
          aged: 0n,
          fetchRefused: null,
          recyclingRefused: null
        }
      ])
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.treasuryColdkey), 0n)
      yield* booksAreRight(chain)

      const round = yield* nextRound(chain)
      yield* chain.toBlock(round * ROUND)
      const enrolled = bitmapOfUids([5, 6])
      const skipped = bitmapOfUids([9])
      for (const validator of VALIDATORS) {
        const { events } = yield* chain.ok(validator, "attestEnrolled", { issue: 1, round, enrolled, skipped })
        assert.deepStrictEqual(events, [
          { _tag: "EnrolmentAttested", issue: 1, validator: yield* account(validator), round, enrolled, skipped }
        ])
      }
      const seen = yield* chain.read("enrolled", { issue: 1 })
      assert.deepStrictEqual([seen.round, seen.enrolled, seen.skipped, seen.attestations.length], [round, enrolled, skipped, 3])

      yield* chain.toBlock(round * ROUND + config.attestBlocks)
      const [five, six] = [yield* miner(5), yield* miner(6)]
      const first = yield* chain.ok("//Validator1", "votePair", { issue: 1, round, a: five, b: six })
      assert.deepStrictEqual(tags(first.events), ["PairVoted"])
      assert.strictEqual((yield* chain.stored("ballotPair", { issue: 1 })).length, 1)
      const second = yield* chain.ok("//Validator3", "votePair", { issue: 1, round, a: six, b: five })
      assert.deepStrictEqual(tags(second.events), ["PairVoted", "WeightsNoted", "CompetitionStarted"])
      const competition = yield* chain.stored("competition", { id: 1 })
      if (competition === null) throw new Error("no match")
      assert.sameDeepMembers([competition.a, competition.b], [five, six])
      assert.deepInclude(competition, {
        issue: 1,
        round,
        enrolled,
        skipped,
        submissionsFrom: competition.startedAt + config.submissionWindow,
        deadline: competition.startedAt + config.competitionLength,
        status: { _tag: "Running" }
      })
      assert.strictEqual(yield* chain.block, competition.startedAt)

      yield* chain.toBlock(competition.submissionsFrom)
      const verdict = yield* decide(chain, 1, yield* solved(6))
      const since = yield* chain.block
      assert.deepStrictEqual(verdict.events, [
        { _tag: "OutcomeVoted", issue: 1, validator: yield* account("//Validator2"), competition: 1, choice: yield* solved(6), since }
      ])
      const { events } = yield* settled(chain, 1)
      // The first stake snapshot of a day is noted.
      assert.deepStrictEqual(tags(events), ["WeightsNoted", "CompetitionWon"])
      const at = yield* chain.block
      assert.strictEqual(at, since + config.challengePeriod + 1)
      const paid = yield* chain.ok(STRANGER, "payout", { issue: 1 })
      assert.deepStrictEqual(paid.events, [
        { _tag: "BountyPaid", issue: 1, competition: 1, hotkey: six.hotkey, coldkey: six.coldkey, amount: BOUNTY }
      ])
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, six.coldkey), BOUNTY)
      const treasury = yield* booksAreRight(chain)
      assert.deepStrictEqual(treasury, { ...noMoney, held: COVER + 5_000_000n, fresh: 5_000_000n, paid: BOUNTY })
      assert.deepStrictEqual(yield* chain.stored("competitionsOf", { hotkey: six.hotkey, limit: 100 }), [
        {
          ...competition,
          status: { _tag: "Won", winner: competition.a.uid === 6 ? 0 : 1, pullRequest: 57, at }
        }
      ])
    })
  )

  it.scopedLive("is open again if nobody solves the issue, and won in the second attempt", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 7)
      const first = yield* started(chain, issue, [5, 6])
      const running = yield* chain.stored("competition", { id: first })
      if (running === null) throw new Error("no match")
      yield* chain.ok("//Validator1", "voteOutcome", {
        issue,
        choice: yield* solved(5).pipe(Effect.tap(() => chain.toBlock(running.submissionsFrom)))
      })
      yield* chain.toBlock(running.outcomeUntil + 3 * running.challengePeriod + 1)
      const expired = yield* chain.ok(STRANGER, "expire", { competition: first })
      assert.deepStrictEqual(expired.events.slice(1), [{ _tag: "CompetitionExpired", competition: first, issue, attempts: 1 }])
      assert.deepInclude(yield* chain.stored("issue", { id: issue }), {
        status: { _tag: "Open" },
        attempts: 1,
        funded: BOUNTY,
        competition: null
      })
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
      const second = yield* started(chain, issue, [5, 6])
      assert.strictEqual(second, 2)
      yield* won(chain, second, 5)
      assert.strictEqual((yield* chain.stored("issue", { id: issue }))?.status._tag, "Solved")
      yield* booksAreRight(chain)
    })
  )

  it.scopedLive("is free for the next issues when it is cancelled, and recycled when no issue wanted it for long enough", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const open = yield* openIssue(chain, 1)
      const opened = yield* end(chain, open, { _tag: "Cancelled", reason: { _tag: "SolvedOutside" } })
      assert.deepStrictEqual(opened.events.slice(1), [
        { _tag: "IssueCancelled", issue: open, reason: { _tag: "SolvedOutside" }, freed: BOUNTY }
      ])
      assert.deepInclude(yield* booksAreRight(chain), { allocated: 0n, fresh: BOUNTY, aged: 0n })

      // The next issue takes what the cancelled one freed.
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 2, bounty: BOUNTY })
      const next = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(next.events.at(-1), { received: 0n, funded: BOUNTY, fresh: 0n })
      const voided = yield* started(chain, 2, [5, 6])
      const reason = { _tag: "SubmittedTooEarly", hotkey: (yield* miner(5)).hotkey } as const
      const stopped = yield* end(chain, 2, { _tag: "Cancelled", reason })
      assert.deepStrictEqual(tags(stopped.events.slice(1)), ["CompetitionVoided", "IssueCancelled"])
      assert.deepInclude(yield* chain.stored("competition", { id: voided }), { status: { _tag: "Void", reason, at: yield* chain.block } })

      // Free money is aged first, then waits another such period, despite harvests meanwhile.
      const aged = yield* moneyTurned(chain)
      assert.deepInclude(aged.events.at(-1), { recycled: 0n, fresh: 0n, aged: BOUNTY })
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "NothingToDo" })
      yield* chain.feed(BOUNTY)
      assert.deepInclude((yield* chain.ok(STRANGER, "harvest", {})).events.at(-1), { recycled: 0n, fresh: BOUNTY, aged: BOUNTY })
      const recycled = yield* moneyTurned(chain)
      assert.deepInclude(recycled.events.at(-1), { recycled: BOUNTY, fresh: 0n, aged: BOUNTY })
      const agedAt = yield* chain.block
      assert.deepStrictEqual(yield* booksAreRight(chain), { ...noMoney, held: BOUNTY + COVER, aged: BOUNTY, agedAt, recycled: BOUNTY })
      // A bounty takes the oldest free money, and nothing is recycled while an issue waits for money.
      yield* chain.feed(BOUNTY)
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 3, bounty: 3n * BOUNTY })
      const taken = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(taken.events.at(-1), { received: BOUNTY, funded: 2n * BOUNTY, fresh: 0n, aged: 0n })
      yield* chain.toBlock(agedAt + defaults.recycleAfter)
      yield* chain.feed(2n * BOUNTY)
      assert.deepInclude((yield* chain.ok(STRANGER, "harvest", {})).events.at(-1), { funded: BOUNTY, recycled: 0n, aged: BOUNTY })
    })
  )

  it.scopedLive("is filled in order of registration, a few issues per call", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      for (let number = 1; number <= 5; number++) {
        yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })
      }
      yield* chain.ok(OWNER, "cancelIssue", { id: 2, reason: { _tag: "Duplicate" } })
      yield* chain.feed(3n * BOUNTY + 5n * 10n ** 9n)
      const first = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepStrictEqual(first.events.at(-1), {
        _tag: "Harvested",
        received: 3n * BOUNTY + 5n * 10n ** 9n,
        funded: 2n * BOUNTY,
        recycled: 0n,
        fresh: BOUNTY + 5n * 10n ** 9n,
        aged: 0n,
        fetchRefused: null,
        recyclingRefused: null
      })
      yield* chain.ok(STRANGER, "harvest", {})
      const issues = yield* chain.stored("issues", {})
      assert.deepStrictEqual(
        issues.map(({ funded }) => funded),
        [BOUNTY, 0n, BOUNTY, BOUNTY, 5n * 10n ** 9n]
      )
      yield* booksAreRight(chain)
      assert.deepStrictEqual(
        issues.flatMap(({ id, status }) => (status._tag === "Open" ? [id] : [])),
        [1, 3, 4]
      )
      // A gift to the contract itself is used, too.
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, 3n * BOUNTY + 7n * 10n ** 9n + COVER)
      const gift = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(gift.events.at(-1), { received: 2n * 10n ** 9n, funded: 2n * 10n ** 9n })
      yield* booksAreRight(chain)
    })
  )

  it.scopedLive("is filled by a harvest that finds more to do in its block than its dry run found", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* chain.feed(5_000_000n)
      // Changes between the dry run and the block.
      const more = Effect.gen(function* () {
        for (const number of [1, 2, 3]) yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })
        yield* chain.feed(3n * BOUNTY)
      }).pipe(Effect.orDie)
      const services = Contract.layer(chain.contract).pipe(Layer.provide(chainLayer([chain.endpoint])))
      const signer = yield* keyPairOf(Redacted.make(STRANGER))
      const { events } = yield* Effect.provide(
        Effect.flatMap(Contract.Contract, (contract) => contract.send("harvest", {}, signer, "inBlock", () => more)),
        services
      )
      assert.deepStrictEqual(tags(events), ["BountyFunded", "BountyFunded", "BountyFunded", "Harvested"])
    })
  )

  it.scopedLive("is decided by the stake that voters had for a day and still have", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      const vote = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      const staked = (uri: string, amount: bigint) =>
        Effect.flatMap(Effect.all([account(uri), account(`${uri}//cold`)]), ([hot, cold]) => chain.forceStake(hot, cold, amount))
      yield* chain.ok("//Validator1", "votePair", vote)
      yield* staked("//Validator1", 10_000_000_000_000n)
      yield* staked("//Validator3", 500_000_000_000_000n)
      // Validators with 10 and 20 of a hundred thousand: lost stake weighs nothing at once but counts in the total for another day, and new stake has
      // no weight yet.
      const without = yield* chain.ok("//Validator3", "votePair", vote)
      assert.deepStrictEqual(tags(without.events), ["PairVoted"])
      assert.deepInclude(without.events[0], { weight: 30_000_000_000_000n, totalWeight: 100_000_000_000_000n })
      const enough = yield* chain.ok("//Validator2", "votePair", vote)
      assert.deepStrictEqual(tags(enough.events), ["PairVoted", "WeightsNoted", "CompetitionStarted"])
    })
  )
})
