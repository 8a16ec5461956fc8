/** Every refusal of the chain reaches the caller by name, whichever function gave it, and changes nothing. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import type { ContractError, OutcomeChoice, SubtensorError } from "../../src/contract-client/generated.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../support/contract/accounts.ts"
import { breakFunction, type ChainFunction, repairFunction, STATUS_CODES, whileFailing } from "../support/contract/faults.ts"
import { world } from "../support/contract/newWorld.ts"
import { ALPHA, BOUNTY, DAY, defaults } from "../support/contract/settings.ts"
import { allRecycled, changed, decide, end, moneyTurned, openIssue, solved } from "../support/contract/steps.ts"
import { NETUID } from "../support/contract/subnet.ts"
import { anotherTreasury, answerOf, transact } from "../support/contract/threats/support.ts"
import type { Sent, World } from "../support/contract/World.ts"
import { COVER } from "../support/figures.ts"

const ROUND_LENGTH = 400
const [FIRST, SECOND] = VALIDATORS
/** Enough collateral for all the competitions of a test. */
const DEPOSIT = 25n * ALPHA
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

const bySubtensor = (error: SubtensorError): ContractError => ({ _tag: "Subtensor", value: error })
const byPayment = (error: SubtensorError): ContractError => ({ _tag: "PaymentRefused", error })

/** Makes all attempts under every status code of a function. Each must be refused with that code's name and change nothing. */
const refusedByName = (
  chain: World,
  what: ChainFunction,
  attempts: Readonly<Record<string, Effect.Effect<Sent<unknown>, Error>>>,
  expected = bySubtensor
): Effect.Effect<void, Error> =>
  Effect.gen(function* () {
    const before = yield* chain.everything
    for (const [code, name] of STATUS_CODES) {
      yield* breakFunction(chain, what, code)
      for (const [what, attempt] of Object.entries(attempts)) {
        const { accepted, answer, events } = yield* attempt
        assert.deepStrictEqual([accepted, answer, events], [false, Either.left(expected(name)), []], `${what}, status code ${code}`)
      }
    }
    yield* repairFunction(chain, what)
    assert.strictEqual(yield* chain.everything, before)
  })

/** Issue 1 is solved, issue 2 waits for a pair, issue 3 has its pair attested and can be settled as cancelled. */
const midway = Effect.gen(function* () {
  const chain = yield* world({ roundLength: ROUND_LENGTH, attestBlocks: 8, competitionLength: 2_000 })
  for (const number of [1, 2, 3]) yield* openIssue(chain, number)
  yield* chain.toBlock(ROUND_LENGTH)
  for (const validator of VALIDATORS) {
    for (const [issue, uids] of [
      [1, [5, 6]],
      [3, [7, 8]]
    ] as const) {
      yield* chain.ok(validator, "attestEnrolled", { issue, round: 1, enrolled: bitmapOfUids(uids), skipped: bitmapOfUids([]) })
    }
  }
  yield* chain.toBlock(ROUND_LENGTH + 8)
  const pair = { issue: 1, round: 1, a: yield* miner(5), b: yield* miner(6) }
  yield* chain.ok(FIRST, "votePair", pair)
  yield* chain.ok(SECOND, "votePair", pair)
  yield* chain.toBlock((yield* chain.block) + 4)
  yield* decide(chain, 3, NOT_PLANNED)
  yield* end(chain, 1, yield* solved(5))
  return chain
})

const payout = (chain: World) => chain.sendAnyway(STRANGER, "payout", { issue: 1 })
const harvest = (chain: World) => chain.sendAnyway(STRANGER, "harvest", {})
const settle = (chain: World) => chain.sendAnyway(STRANGER, "settle", { issue: 3 })

describe("a refusal of the chain reaches the caller by name and changes nothing", () => {
  it.scopedLive("on reading stake: votes, harvest, payout and views", () =>
    Effect.gen(function* () {
      const chain = yield* midway
      yield* chain.feed(BOUNTY)
      yield* refusedByName(chain, "stakeInfo", {
        harvest: harvest(chain),
        payout: payout(chain),
        votePair: chain.sendAnyway(FIRST, "votePair", { issue: 3, round: 1, a: yield* miner(7), b: yield* miner(8) }),
        settle: settle(chain),
        noteWeights: chain.sendAnyway(STRANGER, "noteWeights", {}),
        treasury: chain.sendAnyway(STRANGER, "treasury", {}),
        validators: chain.sendAnyway(STRANGER, "validators", {}),
        enrolled: chain.sendAnyway(STRANGER, "enrolled", { issue: 3 })
      })
      assert.isBelow(yield* chain.block, 2 * ROUND_LENGTH)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
    })
  )

  it.scopedLive("on paying, and on recycling", () =>
    Effect.gen(function* () {
      const chain = yield* midway
      yield* chain.feed(BOUNTY)
      yield* refusedByName(chain, "transferStake", { payout: payout(chain) }, byPayment)
      yield* chain.ok(STRANGER, "harvest", {})
      // The first turn of the money has nothing to recycle.
      assert.deepInclude(yield* chain.read("treasury", {}), { fresh: 0n, aged: BOUNTY, recycled: 0n })
      yield* chain.ok(STRANGER, "settle", { issue: 3 })
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      yield* refusedByName(chain, "recycleAlpha", { harvest: harvest(chain) })
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
      yield* moneyTurned(chain)
      yield* changed(chain, "cancelIssue", { id: 2, reason: { _tag: "Owner" } })
      yield* allRecycled(chain)
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, fresh: 0n, aged: 0n, paid: BOUNTY, recycled: 3n * BOUNTY })
    })
  )
})

/** Deposits this much collateral for a miner with a neuron, in a world that requires a tenth of the bounty. */
const bonded = (chain: World, uid: number, amount: bigint) =>
  Effect.gen(function* () {
    const [cold, { hotkey }] = [`//Miner${uid}//cold`, yield* miner(uid)]
    yield* chain.give(cold)
    assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "burnedRegister", NETUID, hotkey), "done")
    assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "addStake", hotkey, NETUID, 2n * amount), "done")
    yield* chain.ok(cold, "depositCollateral", { hotkey, amount })
    return { cold, hotkey }
  })

describe("collateral that the chain does not move", () => {
  it.scopedLive("is not booked in or out, and the refusal reaches the caller by name", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, hotkey } = yield* bonded(chain, 5, DEPOSIT)
      const coldkey = yield* account(cold)
      const stakes = Effect.all([
        chain.stake(hotkey, coldkey),
        chain.stake(hotkey, chain.contract),
        chain.stake(chain.treasuryHotkey, chain.contract),
        chain.stake(chain.treasuryHotkey, coldkey)
      ])
      const deposit = chain.sendAnyway(cold, "depositCollateral", { hotkey, amount: DEPOSIT })
      const withdraw = chain.sendAnyway(cold, "withdrawCollateral", { hotkey, amount: DEPOSIT })
      yield* refusedByName(chain, "callerTransferStake", { deposit })
      yield* refusedByName(chain, "callerMoveStake", { deposit })
      yield* refusedByName(chain, "transferStake", { withdraw }, byPayment)
      yield* refusedByName(chain, "stakeInfo", { deposit, withdraw })
      assert.deepStrictEqual(yield* stakes, [DEPOSIT, 0n, DEPOSIT + COVER, 0n])
      // A reported success that moves nothing is not a deposit either.
      const refused = chain.refused(cold, "depositCollateral", { hotkey, amount: DEPOSIT })
      for (const what of ["callerTransferStake", "callerMoveStake"] as const) {
        assert.deepStrictEqual(yield* whileFailing(chain, what, 0, refused), { _tag: "CollateralNotReceived" })
      }
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: DEPOSIT })
      assert.deepStrictEqual(yield* stakes, [DEPOSIT, 0n, COVER, DEPOSIT])
    })
  )
})

describe("another treasury", () => {
  it.scopedLive("is refused by name while the chain does not move the contract's stake there", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* openIssue(chain, 1)
      const treasury = yield* anotherTreasury(chain)
      const settings = [{ _tag: "Treasury", ...treasury }] as const
      const { change } = answerOf(yield* chain.ok(OWNER, "setConfig", { settings }))
      yield* chain.toBlock((yield* chain.block) + DAY)
      const apply = chain.sendAnyway(STRANGER, "apply", { change })
      yield* refusedByName(chain, "moveStake", { "another treasury": apply })
      yield* refusedByName(chain, "stakeInfo", { "another treasury": apply })
      assert.deepStrictEqual(yield* whileFailing(chain, "moveStake", 0, chain.refused(STRANGER, "apply", { change })), {
        _tag: "TreasuryNotMoved"
      })
      assert.strictEqual(yield* chain.stake(treasury.hotkey, chain.contract), 0n)
      yield* chain.ok(STRANGER, "apply", { change })
      assert.strictEqual(yield* chain.stake(treasury.hotkey, chain.contract), BOUNTY + COVER)
    })
  )
})

describe("a proxy call that fails is named and changes nothing", () => {
  it.scopedLive("whether the chain refuses the proxy call or only the call inside it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const refusal = (on: World) => on.refused(STRANGER, "harvest", {})
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      assert.deepStrictEqual(yield* whileFailing(chain, "proxyCall", 1, refusal(chain)), { _tag: "ProxyCallFailed" })

      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      assert.deepStrictEqual(yield* refusal(chain), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)
      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      assert.deepStrictEqual(yield* refusal(chain), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000)

      const asTreasury = (name: "addProxy" | "removeProxy", type: string) =>
        chain.sudo("sudo", "sudoAs", chain.treasuryColdkey, chain.api.tx.proxy?.[name]?.(chain.contract, type, 0))
      yield* asTreasury("removeProxy", "Transfer")
      assert.deepStrictEqual(yield* refusal(chain), { _tag: "ProxyCallFailed" })
      yield* asTreasury("addProxy", "Staking")
      assert.deepStrictEqual(yield* refusal(chain), { _tag: "TreasuryTransferFailed" })
      yield* asTreasury("removeProxy", "Staking")
      yield* asTreasury("addProxy", "Transfer")
      yield* chain.ok(STRANGER, "harvest", {})
    })
  )
})
