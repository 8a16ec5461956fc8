/** docs/security.md, the settings' bounds: a contract in its set-up, huge bounties, short days and challenge periods. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { staked } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY, DAY } from "../../support/contract/settings.ts"
import { attested, end } from "../../support/contract/steps.ts"
import { instantiated, tagOf } from "../../support/contract/threats/support.ts"

const [FIRST] = VALIDATORS

describe("an owner whose delay is 0", () => {
  it.scopedLive("runs no bounties: no match starts and no collateral is taken before the delay is set, which never ends again", () =>
    Effect.gen(function* () {
      const chain = yield* world({ ownerDelay: 0 })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      const { events } = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(events.at(-1), { received: BOUNTY, funded: 0n, recycled: 0n, fresh: BOUNTY })
      assert.deepInclude(yield* chain.stored("issue", { id: 1 }), { status: { _tag: "Funding" }, funded: 0n })
      const pair = { issue: 1, round: 0, a: yield* miner(5), b: yield* miner(6) }
      assert.strictEqual(yield* tagOf(chain.refused(FIRST, "votePair", pair)), "InSetup")
      const { cold, hotkey } = yield* staked(chain, 5, 10n * ALPHA)
      assert.strictEqual(yield* tagOf(chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA })), "InSetup")

      yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DAY }] })
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
      // The largest bounty takes all income until it is full, and can be withdrawn while nobody competes for it.
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: maximum })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 2, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* end(chain, 1, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(yield* chain.stored("issue", { id: 2 }), { status: { _tag: "Open" }, funded: BOUNTY })
    })
  )
})

describe("a day, and what is counted in days", () => {
  it.scopedLive("is a real one outside dev chains", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const day = 7_200
      const real = { devChain: false, day, challengePeriod: day, ownerDelay: day, recycleAfter: 7 * day }
      const config = { ...(yield* chain.read("config", {})), ...real }
      for (const wrong of [
        { day: day - 1 },
        { challengePeriod: day - 1 },
        { recycleAfter: 7 * day - 1 },
        { ownerDelay: day - 1 },
        { day: 2 * day }
      ]) {
        assert.strictEqual(yield* instantiated(chain, { ...config, ...wrong }), "ContractReverted", JSON.stringify(wrong))
      }
      assert.strictEqual(yield* instantiated(chain, config), "done")
    })
  )
})
