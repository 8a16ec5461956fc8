/** docs/security.md, the settings' bounds: a contract that is being set up, huge bounties, short challenge periods. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { staked } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { attested, changed, decide, openIssue, solved, started } from "../../support/contract/steps.ts"
import { tagOf } from "../../support/contract/threats/support.ts"

const [FIRST, SECOND, THIRD] = VALIDATORS

describe("an owner whose delay is 0", () => {
  it.scopedLive("runs no bounties: no match starts and no collateral is taken before the delay is set, which never ends again", () =>
    Effect.gen(function* () {
      const chain = yield* world({ ownerDelay: 0 })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      const { events } = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(events.at(-1), { received: BOUNTY, funded: 0n, released: 0n, recycled: 0n, unallocated: BOUNTY })
      assert.deepInclude(yield* chain.read("issue", { id: 1 }), { status: { _tag: "Funding" }, funded: 0n })
      const pair = { issue: 1, round: 0, a: yield* miner(5), b: yield* miner(6) }
      assert.strictEqual(yield* tagOf(chain.refused(FIRST, "votePair", pair)), "InSetup")
      const { cold, hotkey } = yield* staked(chain, 5, 10n * ALPHA)
      assert.strictEqual(yield* tagOf(chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA })), "InSetup")

      yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 1 }] })
      const back = chain.refused(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 0 }] })
      assert.deepStrictEqual(yield* back, { _tag: "ConfigOutOfBounds", value: { _tag: "OwnerDelay" } })
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: ALPHA })
      yield* chain.ok(FIRST, "votePair", { ...pair, round: yield* attested(chain, 1, [5, 6]) })
    })
  )
})

describe("a registration of 2^64 - 1 rao", () => {
  it.scopedLive("is refused, and so is a setting that would allow it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const [everything, maximum] = [2n ** 64n - 1n, 10_000n * ALPHA]
      for (const bounty of [everything, maximum + 1n]) {
        const register = chain.refused(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty })
        assert.deepStrictEqual(yield* register, { _tag: "BountyTooLarge", maximum })
      }
      for (const value of [everything, 21_000_000n * ALPHA + 1n]) {
        const raise = chain.refused(OWNER, "setConfig", { settings: [{ _tag: "MaxBounty", value }] })
        assert.deepStrictEqual(yield* raise, { _tag: "ConfigOutOfBounds", value: { _tag: "MaxBounty" } })
      }
      // The largest bounty takes what comes in until it is full, and is taken back where nobody competes for it.
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: maximum })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 2, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* decide(chain, 1, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(yield* chain.read("issue", { id: 2 }), { status: { _tag: "Open" }, funded: BOUNTY })
    })
  )
})

describe("a challenge period", () => {
  it.scopedLive("of less than an hour is refused outside dev chains, at deployment and later", () =>
    Effect.gen(function* () {
      const deployment = yield* Effect.flip(world({ devChain: false, challengePeriod: 299, ownerDelay: 300 }))
      assert.include(deployment.message, "ContractReverted")
      const chain = yield* world({ devChain: false, challengePeriod: 300, ownerDelay: 300 })
      // An hour, and a year.
      for (const value of [0, 299, 2_628_001]) {
        const shorten = chain.refused(OWNER, "setConfig", { settings: [{ _tag: "ChallengePeriod", value }] })
        assert.deepStrictEqual(yield* shorten, { _tag: "ConfigOutOfBounds", value: { _tag: "ChallengePeriod" } })
      }
      yield* changed(chain, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: 301 }] })
      yield* changed(chain, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: 300 }] })
    })
  )

  it.scopedLive("at its lower bound is enough for the rest to revert what 51% of the stake decided and then no longer had", () =>
    Effect.gen(function* () {
      const chain = yield* world({ devChain: false, challengePeriod: 300, ownerDelay: 300 })
      const [hotkey, cold] = [yield* account(FIRST), yield* account(`${FIRST}//cold`)]
      const issue = yield* openIssue(chain, 1)
      const { submissionsFrom = 0 } = (yield* chain.read("competition", { id: yield* started(chain, issue, [5, 6]) })) ?? {}
      yield* chain.toBlock(submissionsFrom)
      // 52,041 of 102,041: 51%.
      yield* chain.forceStake(hotkey, cold, 52_041n * ALPHA)
      yield* chain.ok(FIRST, "voteOutcome", { issue, choice: yield* solved(6) })
      const payableAt = (yield* chain.read("issue", { id: issue }))?.payableAt ?? 0
      assert.strictEqual(payableAt, (yield* chain.block) + 300)
      yield* chain.forceStake(hotkey, cold, 49_000n * ALPHA)
      yield* chain.toBlock(payableAt - 5)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "TooEarly", from: payableAt })
      for (const validator of [SECOND, THIRD]) {
        yield* chain.ok(validator, "voteOutcome", { issue, choice: { _tag: "Cancelled", reason: { _tag: "Reverted" } } })
      }
      const { from = 0 } = (yield* chain.read("issue", { id: issue }))?.waiting ?? {}
      yield* chain.toBlock(from)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "OutcomeWaits", issue, from })
      yield* chain.ok(STRANGER, "finish", { issue })
      assert.strictEqual((yield* chain.read("issue", { id: issue }))?.status._tag, "Cancelled")
      assert.deepInclude(yield* chain.read("treasury", {}), { paid: 0n, toRecycle: BOUNTY })
    })
  )
})
