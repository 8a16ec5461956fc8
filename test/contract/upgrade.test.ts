import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type Claim, CODE_HASH, type MessageArguments } from "../../src/contract-client/generated.ts"
import { collateralRequired } from "../../src/domain/Collateral.ts"
import { account, miner, OWNER, STRANGER } from "../support/contract/accounts.ts"
import { lastReleased, next, present } from "../support/contract/editions.ts"
import { dissolved, tao, windUp } from "../support/contract/ending.ts"
import { world } from "../support/contract/newWorld.ts"
import { nextProgram } from "../support/contract/nextProgram.ts"
import { bonded } from "../support/contract/refusals/bonded.ts"
import { BOUNTY, defaults } from "../support/contract/settings.ts"
import { allRecycled, changed, decide, end, openIssue, settled, solved, started, vetoed, won } from "../support/contract/steps.ts"
import { lending, unseen, used } from "../support/contract/threats/loan.ts"
import { answerOf, tags, transact } from "../support/contract/threats/support.ts"
import type { World } from "../support/contract/World.ts"
import { query } from "../support/devnet/support.ts"

const DELAY = 15
const COLLATERAL = BOUNTY / 10n
const LOCKED = collateralRequired(BOUNTY, 1_000)

/** The key of the setting that only the next edition has. */
const MADE_UP_CELL = /f0000000"/

const codeOf = (chain: World) =>
  Effect.map(query(chain.api, "contracts", "contractInfoOf", chain.contract), (info) =>
    typeof info === "object" && info !== null && "codeHash" in info ? String(info.codeHash) : ""
  )

/** The answers of all views at one block. */
const answers = (chain: World) =>
  Effect.gen(function* () {
    const [five, six] = [yield* miner(5), yield* miner(6)]
    return yield* Effect.all([
      chain.read("config", {}),
      chain.stored("owner", {}),
      chain.stored("issues", {}),
      chain.stored("competitions", {}),
      chain.stored("competitionsOf", { hotkey: five.hotkey, limit: 100 }),
      chain.stored("ballotOutcome", { issue: 1 }),
      chain.read("validators", {}),
      chain.read("treasury", {}),
      chain.stored("collateral", { miners: [five, six].map(({ coldkey, hotkey }) => [hotkey, coldkey] as const) }),
      chain.stored("counts", {})
    ])
  })

/** The tested upgrades. The one from the last release exists once a tag has it. */
const UPGRADES = [
  { name: "today's edition to the next", from: Option.some(present), to: next },
  { name: "what was released last to today's edition", from: lastReleased, to: present }
] as const

describe("an upgrade of a live contract", () => {
  for (const { from, name, to } of UPGRADES)
    it.scopedLive.skipIf(Option.isNone(from))(
      `from ${name} keeps its state: the new code decides, pays and slashes the running competition`,
      () =>
        Effect.gen(function* () {
          const before = yield* from
          const chain = yield* world({ collateralBps: 1_000, competitionLength: 200 }, { code: before.wasm })
          yield* changed(chain, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY }] })
          const [five, six] = [yield* miner(5), yield* miner(6)]
          for (const uid of [5, 6]) yield* bonded(chain, uid, COLLATERAL)
          const issue = yield* openIssue(chain, 1)
          const competition = yield* started(chain, issue, [5, 6])
          const { submissionsFrom = 0 } = (yield* chain.stored("competition", { id: competition })) ?? {}
          yield* chain.toBlock(Math.max(submissionsFrom, yield* chain.block))
          yield* chain.ok("//Validator1", "voteOutcome", { issue, choice: yield* solved(5) })

          assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", to.wasm, null, "Enforced"), "done")
          const { applied, appliesFrom, change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: to.hash }))
          const waiting = answerOf(yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 7 }] }))
          assert.isFalse(applied)
          // The answer is the dry run's, one block earlier.
          yield* chain.toBlock(appliesFrom + 1)
          assert.deepStrictEqual([yield* codeOf(chain), yield* chain.read("version", {})], [before.hash, before.edition])
          const seen = yield* answers(chain)
          const upgraded = yield* chain.ok(STRANGER, "apply", { change })
          assert.deepStrictEqual(tags(upgraded.events), ["CodeChanged", "ChangeApplied"])
          assert.deepStrictEqual([yield* codeOf(chain), yield* chain.read("version", {})], [to.hash, to.edition])
          assert.deepStrictEqual(yield* answers(chain), seen)
          assert.deepStrictEqual(
            (yield* chain.stored("announced", {})).map((announced) => announced.change),
            [waiting.change]
          )

          yield* chain.ok("//Validator2", "voteOutcome", { issue, choice: yield* solved(5) })
          const won = yield* settled(chain, issue)
          assert.deepStrictEqual(tags(won.events), ["CompetitionWon", "CollateralSlashed"], "the vote cast under the old code counts")
          const paid = yield* chain.ok(STRANGER, "payout", { issue })
          assert.deepStrictEqual(tags(paid.events), ["BountyPaid"])
          assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, five.coldkey), BOUNTY)
          yield* allRecycled(chain)
          assert.deepInclude(yield* chain.read("treasury", {}), { slashed: LOCKED, recycled: LOCKED, fresh: 0n, aged: 0n })
          yield* chain.ok(STRANGER, "apply", { change: waiting.change })
          assert.strictEqual((yield* chain.read("config", {})).harvestStep, 7)
          const withdrawn = { hotkey: five.hotkey, amount: COLLATERAL }
          yield* chain.ok("//Miner5//cold", "withdrawCollateral", withdrawn)
          assert.strictEqual(yield* chain.stake(five.hotkey, five.coldkey), COLLATERAL)
          assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, five.coldkey), BOUNTY + COLLATERAL)
          assert.strictEqual(yield* chain.stake(six.hotkey, six.coldkey), COLLATERAL)
          const second = yield* openIssue(chain, 2)
          yield* end(chain, second, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
        })
    )

  it.scopedLive("in the block after a loan's vote makes nothing final that the loan decided", () =>
    Effect.gen(function* () {
      const chain = yield* world({ competitionLength: 200, ownerDelay: DELAY })
      yield* lending(chain)
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, issue, [5, 6])
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const { appliesFrom, change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
      yield* chain.toBlock(appliesFrom + 1)
      const choice = yield* solved(5)
      assert.deepStrictEqual(tags(yield* unseen(chain, [used("voteOutcome", { issue, choice }), used("settle", { issue })])), [
        "OutcomeVoted"
      ])
      const at = yield* chain.block
      yield* chain.ok(STRANGER, "apply", { change })
      assert.deepStrictEqual([yield* chain.block, yield* chain.read("version", {})], [at + 1, next.edition])
      yield* chain.toBlock(at + defaults.challengePeriod)
      assert.strictEqual((yield* chain.refused(STRANGER, "settle", { issue }))._tag, "NothingToSettle")
      yield* decide(chain, issue, yield* solved(6))
      yield* settled(chain, issue)
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(6)).coldkey), BOUNTY)
    })
  )

  it.scopedLive("lets both programs' clients claim all of it after the subnet's end", () =>
    Effect.gen(function* () {
      const chain = yield* world({ collateralBps: 1_000, slashBps: 5_000, ownerDelay: DELAY })
      const later = chain.by(yield* nextProgram)
      const miners = [yield* bonded(chain, 5, 3n * COLLATERAL), yield* bonded(later, 6, 3n * COLLATERAL)]
      const competition = yield* started(later, yield* openIssue(chain, 1), [5, 6])
      yield* won(chain, competition, 5)
      yield* started(chain, yield* openIssue(later, 2), [5, 6])
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* changed(later, "setCode", { codeHash: next.hash })
      const { aged, allocated, collateral, fresh } = yield* chain.read("treasury", {})
      const kept = yield* tao(chain, chain.contract)
      yield* dissolved(chain)
      const pot = (yield* tao(chain, chain.contract)) - kept
      yield* windUp(chain)
      assert.deepStrictEqual(yield* answers(later), yield* answers(chain))
      const paid: Array<bigint> = []
      const claims = [
        ...miners.map(({ coldkey, hotkey }): Claim => ({ _tag: "Collateral", hotkey, coldkey })),
        { _tag: "Bounty", issue: 1 } as const
      ]
      for (const [index, claim] of claims.entries()) {
        const before = yield* tao(chain, chain.contract)
        yield* (index === 1 ? later : chain).ok(STRANGER, "claim", { claim })
        paid.push(before - (yield* tao(chain, chain.contract)))
      }
      const booked = allocated + collateral + fresh + aged
      const deposits = yield* chain.stored("collateral", { miners: miners.map(({ coldkey, hotkey }) => [hotkey, coldkey] as const) })
      assert.deepStrictEqual(
        paid,
        [...deposits.map(({ deposited }) => deposited), BOUNTY].map((amount) => (pot * amount) / booked)
      )
      assert.deepStrictEqual(yield* answers(later), yield* answers(chain))
    })
  )

  it.scopedLive("to an edition with changes of its own leaves today's validators their veto, though they cannot read what it is", () =>
    Effect.gen(function* () {
      const chain = yield* world({ ownerDelay: DELAY })
      const later = chain.by(yield* nextProgram)
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* changed(chain, "setCode", { codeHash: next.hash })
      const madeUp = { settings: [{ _tag: "MadeUp", value: 9 }] } as unknown as MessageArguments<"setConfig"> // of the next edition
      const { change } = answerOf(yield* later.ok(OWNER, "setConfig", madeUp))
      assert.lengthOf(yield* later.stored("announced", {}), 1)
      assert.include((yield* Effect.flip(chain.stored("announced", {}))).message, "Setting")
      assert.deepStrictEqual(tags((yield* vetoed(chain, change, ["//Validator1", "//Validator2"])).events), ["ChangeVetoed"])
      assert.notMatch(yield* chain.everything, MADE_UP_CELL)
      yield* changed(later, "setConfig", madeUp)
      assert.match(yield* chain.everything, MADE_UP_CELL)
      assert.deepStrictEqual(yield* answers(later), yield* answers(chain))
    })
  )

  it.scopedLive("applies at once during the set-up, and only to code that is on the chain", () =>
    Effect.gen(function* () {
      const chain = yield* world({ ownerDelay: 0 })
      assert.strictEqual((yield* chain.refused(OWNER, "setCode", { codeHash: next.hash }))._tag, "UnknownCode")
      assert.strictEqual((yield* chain.refused(STRANGER, "setCode", { codeHash: CODE_HASH }))._tag, "NotOwner")
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      assert.isTrue(answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash })).applied)
      assert.strictEqual(yield* chain.read("version", {}), next.edition)
      // Back again.
      yield* chain.ok(OWNER, "setCode", { codeHash: CODE_HASH })
      assert.deepStrictEqual([yield* chain.read("version", {}), yield* chain.stored("owner", {})], [present.edition, yield* account(OWNER)])
    })
  )
})
