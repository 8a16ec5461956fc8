/** A subnet that is dissolved, or whose netuid is reassigned: operations stop, and all creditors are paid in TAO. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Claim } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../support/contract/accounts.ts"
import {
  crowded,
  dissolved,
  founded,
  refusedAtTheEnd,
  type Stopped,
  settledLong,
  stopped,
  tao,
  windUp
} from "../support/contract/ending.ts"
import { world } from "../support/contract/newWorld.ts"
import { bonded, staked } from "../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../support/contract/settings.ts"
import { changed, decide, openIssue, settled, solved, started, won } from "../support/contract/steps.ts"
import { NETUID } from "../support/contract/subnet.ts"
import { stored, tags, transact } from "../support/contract/threats/support.ts"
import type { World } from "../support/contract/World.ts"

const DEPOSIT = 30n * ALPHA
/** Harvested alpha, less than a whole bounty. */
const PARTIAL = 40n * ALPHA
/** The treasury's earnings that are not harvested yet. */
const EARNED = 7n * ALPHA

/**
 * Four miners with collateral. Two compete for an issue; one of the other two has won an unpaid bounty. Part of a third bounty is filled, and the
 * treasury has unharvested earnings.
 */
const eventful = Effect.gen(function* () {
  const chain = yield* world({ collateralBps: 2_000, slashBps: 5_000 })
  for (const uid of [5, 6, 7, 8]) yield* bonded(chain, uid, DEPOSIT)
  const first = yield* openIssue(chain, 1)
  yield* won(chain, yield* started(chain, first, [5, 6]), 6)
  const second = yield* openIssue(chain, 2)
  yield* started(chain, second, [7, 8])
  yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 3, bounty: BOUNTY })
  yield* chain.feed(PARTIAL)
  yield* chain.ok(STRANGER, "harvest", {})
  yield* chain.feed(EARNED)
  const { collateral, slashed } = yield* chain.read("treasury", {})
  return { chain, first, second, collateral, slashed }
})

/** Asserts that the end stops every message that needs a live subnet. */
const everything = (chain: World, issue: number) =>
  Effect.flatMap(stopped(issue), (calls) =>
    Effect.forEach(Object.keys(calls) as ReadonlyArray<Stopped>, (name) => refusedAtTheEnd(chain, name, issue))
  ) // its own keys

const collateralOf = (uid: number) => Effect.map(miner(uid), ({ coldkey, hotkey }): Claim => ({ _tag: "Collateral", hotkey, coldkey }))

/** Claims, and returns the amount that the account receives. */
const claimed = (chain: World, claim: Claim, to: AccountAddress) =>
  Effect.gen(function* () {
    const before = yield* tao(chain, to)
    yield* chain.ok(STRANGER, "claim", { claim })
    return (yield* tao(chain, to)) - before
  })

describe("a contract whose subnet is dissolved", () => {
  it.scopedLive("stops, and pays everybody's part in TAO, whatever becomes of the number", () =>
    Effect.gen(function* () {
      const { chain, collateral, first, second, slashed } = yield* eventful
      assert.strictEqual(yield* chain.read("ended", {}), false)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "windUp", {}), { _tag: "SubnetGoesOn" })
      yield* crowded(chain)
      // The existential deposit stays. The deposit for the contract's storage is on hold, apart from it.
      const kept = yield* tao(chain, chain.contract)
      const treasuryBefore = yield* tao(chain, chain.treasuryColdkey)
      yield* dissolved(chain)
      const paid = (yield* tao(chain, chain.contract)) - kept
      assert.isAbove(Number(paid), 0)

      const booked = 2n * BOUNTY + PARTIAL + collateral + slashed
      const part = (alpha: bigint) => (paid * alpha) / booked
      assert.strictEqual(yield* chain.read("ended", {}), true)
      for (const refusal of yield* everything(chain, second)) assert.deepStrictEqual(refusal, { _tag: "SubnetEnded" })
      const told = yield* windUp(chain)
      assert.deepStrictEqual(told.events, [{ _tag: "WoundUp", tao: paid, booked, claims: BOUNTY + collateral }])
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "windUp", {}), { _tag: "NothingToDo" })

      yield* decide(chain, second, yield* solved(7))

      // Each competitor is owed its own collateral; the winner is also owed the bounty and the loser's collateral.
      const winner = yield* miner(6)
      assert.strictEqual(yield* claimed(chain, { _tag: "Bounty", issue: first }, winner.coldkey), part(BOUNTY))
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "claim", { claim: { _tag: "Bounty", issue: second } }), {
        _tag: "NotSolved",
        issue: second
      })

      // A solution still counts, by what was noted, and costs the loser nothing any more.
      const late = yield* settled(chain, second)
      assert.deepStrictEqual(tags(late.events), ["CompetitionWon"])
      assert.strictEqual(yield* claimed(chain, { _tag: "Bounty", issue: second }, (yield* miner(7)).coldkey), part(BOUNTY))

      // The netuid now belongs to another subnet, and stake on it is the new subnet's.
      yield* founded(chain)
      assert.strictEqual(yield* stored(chain, "registeredSubnetCounter", NETUID), 2)
      assert.strictEqual(yield* transact(chain, "//Ferdie", "subtensorModule", "startCall", NETUID), "done")
      yield* staked(chain, 7, 10n * ALPHA)
      for (const refusal of yield* everything(chain, second)) assert.deepStrictEqual(refusal, { _tag: "SubnetEnded" })
      for (const uid of [8, 5, 7, 6]) {
        const { coldkey, hotkey } = yield* miner(uid)
        const [one] = yield* chain.stored("collateral", { miners: [[hotkey, coldkey]] })
        assert.strictEqual(yield* claimed(chain, yield* collateralOf(uid), coldkey), part(one?.deposited ?? 0n))
        assert.deepStrictEqual(yield* chain.refused(STRANGER, "claim", { claim: yield* collateralOf(uid) }), { _tag: "NothingToClaim" })
      }

      // Unclaimable TAO goes to the account that the owner names, unless validators veto it.
      const heir = yield* account("//Heir")
      const rest = { claim: { _tag: "Rest" } } as const
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "claim", rest), { _tag: "RestUnassigned" })
      yield* settledLong(chain)
      const announced = yield* chain.ok(OWNER, "assignRest", { to: yield* account("//Thief") })
      const change = announced.events[0]?._tag === "ChangeAnnounced" ? announced.events[0].change : 0
      // What was noted has weight: half of it is not enough.
      for (const who of VALIDATORS.slice(1))
        assert.deepStrictEqual(tags((yield* chain.ok(who, "veto", { change })).events), ["ChangeVetoVoted"])
      assert.strictEqual((yield* chain.refused(STRANGER, "drop", { change }))._tag, "NotOutvoted")
      yield* chain.ok(VALIDATORS[0], "veto", { change })
      assert.deepStrictEqual(tags((yield* chain.ok(STRANGER, "drop", { change })).events), ["ChangeVetoed"])
      yield* changed(chain, "assignRest", { to: heir })
      const ofTreasury = (yield* tao(chain, chain.treasuryColdkey)) - treasuryBefore
      assert.isAbove(Number(ofTreasury), 0)
      // What the chain paid for stake that was not harvested stays where it is.
      assert.strictEqual((yield* tao(chain, chain.treasuryColdkey)) - treasuryBefore, ofTreasury)
      const claims = 2n * BOUNTY + collateral
      assert.strictEqual(yield* claimed(chain, rest.claim, heir), paid - part(claims))
      const left = (yield* tao(chain, chain.contract)) - kept
      assert.isTrue(left >= 0n && left <= 5n, `${left} rao are left`)
    })
  )
})
