/** docs/security.md, the treasury's keys: somebody's keypair as treasury, its coldkey as a voter, another treasury in mid-match. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Setting } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { collateralRequired } from "../../../src/domain/Collateral.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY, DAY } from "../../support/contract/settings.ts"
import { allRecycled, changed, end, openIssue, started, won } from "../../support/contract/steps.ts"
import { anotherTreasury, answerOf, instantiated, tagOf, tags } from "../../support/contract/threats/support.ts"
import { COVER } from "../../support/figures.ts"

const THIEF = "//Charlie"

describe("an ordinary keypair as treasury", () => {
  it.scopedLive("is refused by the constructor and as a setting, as coldkey and as hotkey, with any birth", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const config = yield* chain.read("config", {})
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey: hotkey } = config
      const thief = yield* account(THIEF)
      const otherBirth = { ...birth, spawner: thief }
      for (const wrong of [{ treasuryColdkey: thief }, { treasuryHotkey: thief }, { treasuryBirth: otherBirth }]) {
        assert.strictEqual(yield* instantiated(chain, { ...config, ...wrong }), "ContractReverted")
      }
      assert.strictEqual(yield* instantiated(chain, config), "done")

      const set = (treasury: Omit<Extract<Setting, { readonly _tag: "Treasury" }>, "_tag">) =>
        chain.refused(OWNER, "setConfig", { settings: [{ _tag: "Treasury", ...treasury }] })
      assert.deepStrictEqual(yield* set({ hotkey, coldkey: thief, birth }), { _tag: "TreasuryNotKeyless", derived: coldkey })
      assert.deepStrictEqual(yield* set({ hotkey, coldkey: thief, birth: otherBirth }), {
        _tag: "TreasuryNotKeyless",
        derived: treasuryOf(otherBirth).treasuryColdkey
      })
      assert.deepStrictEqual(yield* set({ hotkey: thief, coldkey, birth }), { _tag: "TreasuryHotkeyNotDerived", derived: hotkey })
      for (const wrong of [
        { block: birth.block + 1 },
        { extrinsic: birth.extrinsic + 1 },
        { proxyType: birth.proxyType + 1 },
        { index: birth.index + 1 }
      ]) {
        const derived = treasuryOf({ ...birth, ...wrong }).treasuryColdkey
        assert.deepStrictEqual(yield* set({ hotkey, coldkey, birth: { ...birth, ...wrong } }), { _tag: "TreasuryNotKeyless", derived })
      }
      assert.deepStrictEqual(yield* chain.read("config", {}), config)
    })
  )
})

describe("a treasury's coldkey behind a validator", () => {
  it.scopedLive("is refused in both orders: as a validator's coldkey, and as the treasury of a validator that has it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const treasury = yield* anotherTreasury(chain)
      const settings = [{ _tag: "Treasury", ...treasury }] as const
      const backed = { hotkey: yield* account(THIEF), coldkeys: [treasury.coldkey] }
      // Both changes are valid when announced; whichever applies first invalidates the other.
      const add = answerOf(yield* chain.ok(OWNER, "addValidator", backed)).change
      const move = answerOf(yield* chain.ok(OWNER, "setConfig", { settings })).change
      yield* chain.toBlock((yield* chain.block) + DAY)
      yield* chain.ok(STRANGER, "apply", { change: add })
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "apply", { change: move })), "TreasuryCannotVote")
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "setConfig", { settings })), "TreasuryCannotVote")

      yield* changed(chain, "removeValidator", { hotkey: backed.hotkey })
      const again = answerOf(yield* chain.ok(OWNER, "addValidator", backed)).change
      yield* chain.toBlock((yield* chain.block) + DAY)
      yield* chain.ok(STRANGER, "apply", { change: move })
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "apply", { change: again })), "TreasuryCannotVote")
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "addValidator", backed)), "TreasuryCannotVote")
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, VALIDATORS.length)
    })
  )
})

describe("a treasury that is replaced in mid-match", () => {
  it.scopedLive("takes all money along: what runs is won and paid, what is slashed is recycled, and collateral comes back", () =>
    Effect.gen(function* () {
      const chain = yield* world({ collateralBps: 1_000, slashBps: 5_000, competitionLength: 200 })
      const required = BOUNTY / 10n
      const [five, six] = [yield* bonded(chain, 5, required), yield* bonded(chain, 6, required)]
      const [running, open] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      const competition = yield* started(chain, running, [5, 6])
      yield* chain.feed(7n * ALPHA)

      const treasury = yield* anotherTreasury(chain)
      const { events } = yield* changed(chain, "setConfig", { settings: [{ _tag: "Treasury", ...treasury }] })
      const pool = 2n * BOUNTY + 2n * required
      assert.deepInclude(events, {
        _tag: "TreasuryMoved",
        hotkey: treasury.hotkey,
        coldkey: treasury.coldkey,
        moved: pool + 7n * ALPHA + COVER,
        left: 0n
      })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.contract), 0n)
      assert.strictEqual((yield* chain.read("treasury", {})).held, pool + 7n * ALPHA + COVER)

      const verdict = yield* won(chain, competition, 5)
      assert.deepStrictEqual(tags(verdict.events), ["CompetitionWon", "CollateralSlashed"])
      yield* end(chain, open, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      yield* chain.ok(STRANGER, "payout", { issue: running })
      yield* allRecycled(chain)
      const lost = collateralRequired(BOUNTY, 1_000) / 2n
      assert.deepInclude(yield* chain.read("treasury", {}), {
        held: 2n * required - lost + COVER,
        collateral: 2n * required - lost,
        allocated: 0n,
        fresh: 0n,
        aged: 0n,
        recycled: BOUNTY + 7n * ALPHA + lost
      })
      yield* chain.ok(five.cold, "withdrawCollateral", { hotkey: five.hotkey, amount: required })
      yield* chain.ok(six.cold, "withdrawCollateral", { hotkey: six.hotkey, amount: required - lost })
      assert.strictEqual(yield* chain.stake(treasury.hotkey, five.coldkey), BOUNTY + required)
      assert.strictEqual(yield* chain.stake(treasury.hotkey, chain.contract), COVER)
    })
  )
})
