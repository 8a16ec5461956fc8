/** docs/security.md, collateral: swapped hotkeys, deposits withdrawn in time, other people's stake, a chain that recycles nothing. */
import { assert, describe, it } from "@effect/vitest"
import { hexToU8a, u8aConcat } from "@polkadot/util"
import { decodeAddress } from "@polkadot/util-crypto"
import { Effect } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import { collateralRequired } from "../../../src/domain/Collateral.ts"
import { account, miner, STRANGER } from "../../support/contract/accounts.ts"
import { breakFunction, repairFunction } from "../../support/contract/faults.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA, BOUNTY, defaults } from "../../support/contract/settings.ts"
import { allRecycled, attested, changed, end, moneyTurned, openIssue, started, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { anotherTreasury, callWith, deployed, tagOf, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { COVER, DUST } from "../../support/figures.ts"

/** A tenth of the bounty. A loss costs half of the locked collateral. */
const REQUIRED = BOUNTY / 10n
const LOCKED = collateralRequired(BOUNTY, 1_000)
const SLASH = LOCKED / 2n
const STAKED = 50n * ALPHA
const UNSOLVED = { _tag: "Unsolved", slashA: true, slashB: true } as const

/** A miner with a neuron and its own stake, which deposits this much. */
const bonded = (chain: World, uid: number, amount: bigint) =>
  Effect.gen(function* () {
    const cold = `//Miner${uid}//cold`
    const { hotkey } = yield* miner(uid)
    yield* chain.give(cold)
    assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "burnedRegister", NETUID, hotkey), "done")
    assert.strictEqual(yield* transact(chain, cold, "subtensorModule", "addStake", hotkey, NETUID, STAKED), "done")
    if (amount > 0n) yield* chain.ok(cold, "depositCollateral", { hotkey, amount })
  })

const collateralWorld = Effect.gen(function* () {
  const chain = yield* world({ collateralBps: 1_000, slashBps: 5_000 })
  for (const uid of [5, 6]) yield* bonded(chain, uid, REQUIRED)
  return chain
})

const collateralOf = (chain: World, uid: number) =>
  Effect.gen(function* () {
    const { hotkey, coldkey } = yield* miner(uid)
    const [found] = yield* chain.stored("collateral", { miners: [[hotkey, coldkey]] })
    return found
  })

const competitionOf = (chain: World, id: number) =>
  Effect.flatMap(chain.stored("competition", { id }), (found) =>
    found === null ? Effect.fail(new Error(`no match ${id}`)) : Effect.succeed(found)
  )

const swapped = (chain: World, uid: number, from: string, to: string) =>
  transact(chain, `//Miner${uid}//cold`, "subtensorModule", "swapHotkeyV2", from, to, NETUID, false)

describe("a loser that swaps its hotkey", () => {
  it.scopedLive("loses its collateral all the same, and what a stranger then deposits behind the same hotkey stays the stranger's", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      const loser = yield* miner(6)
      const other = yield* account("//Miner6//other")
      assert.strictEqual(yield* swapped(chain, 6, loser.hotkey, other), "done")
      // No stake of the contract is behind a miner's hotkey, so a hotkey swap takes none along.
      assert.deepStrictEqual([yield* chain.stake(loser.hotkey, chain.contract), yield* chain.stake(other, chain.contract)], [0n, 0n])

      const { events } = yield* won(chain, competition, 5)
      assert.deepStrictEqual(tags(events), ["CompetitionWon", "CollateralSlashed"])
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(5)).coldkey), BOUNTY)
      assert.deepStrictEqual(yield* collateralOf(chain, 6), { deposited: REQUIRED - SLASH, locked: 0n })

      const [stranger, deposit] = ["//Miner7//cold", 20n * ALPHA]
      yield* chain.give(stranger)
      for (const hotkey of [other, loser.hotkey]) {
        assert.strictEqual(yield* transact(chain, stranger, "subtensorModule", "addStake", hotkey, NETUID, deposit), "done")
        yield* chain.ok(stranger, "depositCollateral", { hotkey, amount: deposit })
      }
      yield* allRecycled(chain)
      assert.deepInclude(yield* chain.read("treasury", {}), { slashed: SLASH, recycled: SLASH, fresh: 0n, aged: 0n })
      const books = yield* chain.read("treasury", {})
      assert.isAtLeast(Number(books.held), Number(bookedOf(books)))

      const cold = "//Miner6//cold"
      for (const hotkey of [other, loser.hotkey]) {
        assert.strictEqual(
          yield* tagOf(chain.refused(cold, "withdrawCollateral", { hotkey, amount: REQUIRED - SLASH + 1n })),
          "NotEnoughCollateral"
        )
        yield* chain.ok(stranger, "withdrawCollateral", { hotkey, amount: deposit })
      }
      yield* chain.ok(cold, "withdrawCollateral", { hotkey: loser.hotkey, amount: REQUIRED - SLASH })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, loser.coldkey), REQUIRED - SLASH)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, yield* account(stranger)), 2n * deposit)
    })
  )

  it.scopedLive("takes along nothing that others deposited behind it", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const { hotkey } = yield* miner(5)
      const [victim, other] = ["//Miner7//cold", yield* account("//Miner5//other")]
      yield* chain.give(victim)
      assert.strictEqual(yield* transact(chain, victim, "subtensorModule", "addStake", hotkey, NETUID, STAKED), "done")
      yield* chain.ok(victim, "depositCollateral", { hotkey, amount: 20n * ALPHA })
      assert.strictEqual(yield* swapped(chain, 5, hotkey, other), "done")
      for (const amount of [ALPHA, 20n * ALPHA]) {
        assert.strictEqual(
          yield* tagOf(chain.refused("//Miner5//cold", "withdrawCollateral", { hotkey: other, amount })),
          "NotEnoughCollateral"
        )
      }
      assert.strictEqual(yield* chain.stake(other, chain.contract), 0n)
      yield* chain.ok(victim, "withdrawCollateral", { hotkey, amount: 20n * ALPHA })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, yield* account(victim)), 20n * ALPHA)
    })
  )
})

describe("collateral that is taken back", () => {
  it.scopedLive("between two votes keeps the pair from starting; once it started it is locked", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      const pair = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      const { hotkey } = pair.b
      yield* chain.ok("//Validator1", "votePair", pair)
      yield* chain.ok("//Miner6//cold", "withdrawCollateral", { hotkey, amount: 2_000_001n })
      assert.strictEqual(yield* tagOf(chain.refused("//Validator2", "votePair", pair)), "TooLittleCollateral")
      yield* chain.ok("//Miner6//cold", "depositCollateral", { hotkey, amount: 2_000_001n })
      yield* chain.ok("//Validator2", "votePair", pair)
      assert.deepStrictEqual(yield* collateralOf(chain, 6), { deposited: REQUIRED, locked: LOCKED })
      assert.deepStrictEqual(yield* chain.refused("//Miner6//cold", "withdrawCollateral", { hotkey, amount: 2_000_001n }), {
        _tag: "CollateralLocked",
        free: DUST
      })
    })
  )

  it.scopedLive("is whole after a match that was dissolved, and the winner's is free with the verdict", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, issue, [5, 6])
      yield* end(chain, issue, { _tag: "Dissolved" })
      for (const uid of [5, 6]) assert.deepStrictEqual(yield* collateralOf(chain, uid), { deposited: REQUIRED, locked: 0n })
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      for (const [uid, deposited] of [
        [5, REQUIRED],
        [6, REQUIRED - SLASH]
      ] as const) {
        assert.deepStrictEqual(yield* collateralOf(chain, uid), { deposited, locked: 0n })
        yield* chain.ok(`//Miner${uid}//cold`, "withdrawCollateral", { hotkey: (yield* miner(uid)).hotkey, amount: deposited })
        const { coldkey, hotkey } = yield* miner(uid)
        assert.strictEqual(yield* chain.stake(hotkey, coldkey), STAKED - REQUIRED)
        assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), deposited)
      }
    })
  )
})

describe("a dishonest majority", () => {
  it.scopedLive("can pair whom it likes and say that nobody solved it: that costs the slash and never what is free", () =>
    Effect.gen(function* () {
      const chain = yield* world({ collateralBps: 1_000, slashBps: 5_000 })
      for (const uid of [5, 6]) yield* bonded(chain, uid, 3n * REQUIRED)
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      const { hotkey, coldkey } = yield* miner(5)
      yield* chain.ok("//Miner5//cold", "withdrawCollateral", { hotkey, amount: 2n * REQUIRED })
      const { deadline } = yield* competitionOf(chain, competition)
      assert.deepStrictEqual(yield* chain.refused("//Validator1", "voteOutcome", { issue, choice: UNSOLVED }), {
        _tag: "TooEarly",
        from: deadline + 1
      })
      yield* chain.toBlock(deadline + 1)
      const { events } = yield* end(chain, issue, UNSOLVED)
      assert.deepStrictEqual(tags(events), ["CompetitionUnsolved", "CollateralSlashed", "CollateralSlashed"])
      assert.deepStrictEqual(yield* collateralOf(chain, 5), { deposited: REQUIRED - SLASH, locked: 0n })
      assert.deepStrictEqual(yield* collateralOf(chain, 6), { deposited: 3n * REQUIRED - SLASH, locked: 0n })
      yield* chain.ok("//Miner5//cold", "withdrawCollateral", { hotkey, amount: REQUIRED - SLASH })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), 3n * REQUIRED - SLASH)
    })
  )
})

describe("validators that stay silent", () => {
  it.scopedLive("cost nobody anything: a match that expires slashes neither miner, and the issue is open again", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const issue = yield* openIssue(chain, 1)
      const competition = yield* started(chain, issue, [5, 6])
      const { deadline, outcomeUntil } = yield* competitionOf(chain, competition)
      // Half of the stake votes for "unsolved", which is not a verdict.
      yield* chain.toBlock(deadline + 1)
      yield* chain.ok("//Validator1", "voteOutcome", { issue, choice: UNSOLVED })
      yield* chain.toBlock(outcomeUntil + 37)
      const { events } = yield* chain.ok(STRANGER, "expire", { competition })
      assert.deepStrictEqual(events.slice(1), [{ _tag: "CompetitionExpired", competition, issue, attempts: 1 }])
      for (const uid of [5, 6]) {
        assert.deepStrictEqual(yield* collateralOf(chain, uid), { deposited: REQUIRED, locked: 0n })
        yield* chain.ok(`//Miner${uid}//cold`, "withdrawCollateral", { hotkey: (yield* miner(uid)).hotkey, amount: REQUIRED })
      }
      assert.deepInclude(yield* chain.read("treasury", {}), { slashed: 0n, fresh: 0n, allocated: BOUNTY })
    })
  )
})

describe("stake that is sent to the contract without a message", () => {
  it.scopedLive("is nobody's collateral, and nobody can take it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* bonded(chain, 5, 0n)
      const { hotkey } = yield* miner(5)
      const cold = "//Miner5//cold"
      assert.strictEqual(
        yield* transact(chain, cold, "subtensorModule", "transferStake", chain.contract, hotkey, NETUID, NETUID, ALPHA),
        "done"
      )
      assert.deepStrictEqual(yield* collateralOf(chain, 5), { deposited: 0n, locked: 0n })
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: ALPHA })
      assert.strictEqual(yield* tagOf(chain.refused(cold, "withdrawCollateral", { hotkey, amount: ALPHA + 1n })), "NotEnoughCollateral")
    })
  )
})

describe("a contract between a miner and this one", () => {
  it.scopedLive("moves none of the miner's stake: a deposit is the direct caller's", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* bonded(chain, 5, 0n)
      const { hotkey, coldkey } = yield* miner(5)
      const between = yield* deployed(chain, "test/support/contract/threats/between.wasm")
      const message = contractCodec.encodeMessage("depositCollateral", { hotkey, amount: 10n * ALPHA })
      const input = u8aConcat(decodeAddress(chain.contract), hexToU8a(message))
      const before = yield* chain.everything
      assert.strictEqual(yield* callWith(chain, "//Miner5//cold", between, input), "done")
      assert.deepStrictEqual([yield* chain.stake(hotkey, coldkey), yield* chain.everything], [STAKED, before])

      // The coldkey may deposit its own stake, for its own miner.
      assert.strictEqual(
        yield* transact(chain, "//Miner5//cold", "subtensorModule", "transferStake", between, hotkey, NETUID, NETUID, 10n * ALPHA),
        "done"
      )
      assert.strictEqual(yield* callWith(chain, STRANGER, between, input), "done")
      assert.deepStrictEqual(
        yield* chain.stored("collateral", {
          miners: [
            [hotkey, coldkey],
            [hotkey, between]
          ]
        }),
        [
          { deposited: 0n, locked: 0n },
          { deposited: 10n * ALPHA, locked: 0n }
        ]
      )
    })
  )
})

describe("a chain that refuses to recycle", () => {
  it.scopedLive("keeps neither a winner from the bounty nor an issue from the next attempt; the slashed part waits", () =>
    Effect.gen(function* () {
      const chain = yield* collateralWorld
      const issue = yield* openIssue(chain, 1)
      const first = yield* started(chain, issue, [5, 6])
      yield* chain.toBlock((yield* competitionOf(chain, first)).deadline + 1)
      yield* breakFunction(chain, "recycleAlpha", 22)
      const unsolved = yield* end(chain, issue, UNSOLVED)
      assert.deepStrictEqual(tags(unsolved.events), ["CompetitionUnsolved", "CollateralSlashed", "CollateralSlashed"])
      yield* moneyTurned(chain)
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      const refused = { _tag: "Subtensor", value: { _tag: "SubtokenDisabled" } } as const
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "harvest", {}), refused)
      assert.deepInclude(yield* chain.read("treasury", {}), { slashed: 2n * SLASH, aged: 2n * SLASH, recycled: 0n })

      for (const uid of [5, 6])
        yield* chain.ok(`//Miner${uid}//cold`, "depositCollateral", { hotkey: (yield* miner(uid)).hotkey, amount: SLASH })
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      yield* chain.ok(STRANGER, "payout", { issue })
      yield* repairFunction(chain, "recycleAlpha")
      for (const recycled of [2n * SLASH, SLASH]) assert.deepInclude((yield* moneyTurned(chain)).events.at(-1), { recycled })
      // Both deposited the cost of the first attempt again; the second one cost the loser once more.
      for (const [uid, left] of [
        [5, REQUIRED],
        [6, REQUIRED - SLASH]
      ] as const) {
        assert.deepStrictEqual(yield* collateralOf(chain, uid), { deposited: left, locked: 0n })
      }
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.contract), 2n * REQUIRED - SLASH + COVER)
    })
  )
})

describe("collateral behind a hotkey that becomes the treasury's", () => {
  it.scopedLive("is no income: harvest leaves it alone and its owner takes it back", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* openIssue(chain, 1)
      const treasury = yield* anotherTreasury(chain)
      const { hotkey } = treasury
      const griefer = "//Miner5//cold"
      yield* chain.give(griefer)
      assert.strictEqual(yield* transact(chain, griefer, "subtensorModule", "addStake", hotkey, NETUID, STAKED), "done")
      yield* chain.ok(griefer, "depositCollateral", { hotkey, amount: STAKED - ALPHA })
      const { events } = yield* changed(chain, "setConfig", { settings: [{ _tag: "Treasury", ...treasury }] })
      const { birth: _, ...moved } = treasury
      assert.deepInclude(events, { _tag: "TreasuryMoved", ...moved, moved: BOUNTY + STAKED - ALPHA + COVER, left: 0n })
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")
      assert.deepStrictEqual(yield* chain.refused(griefer, "depositCollateral", { hotkey, amount: ALPHA }), {
        _tag: "ReservedHotkey",
        hotkey
      })
      yield* chain.ok(griefer, "withdrawCollateral", { hotkey, amount: STAKED - ALPHA })
      assert.strictEqual(yield* chain.stake(hotkey, chain.contract), BOUNTY + COVER)
      assert.strictEqual(yield* chain.stake(hotkey, yield* account(griefer)), STAKED)
    })
  )
})

describe("dust as collateral", () => {
  it.scopedLive("is refused by the chain, and a rest too small to move comes out with a further deposit", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* bonded(chain, 5, REQUIRED)
      const { hotkey } = yield* miner(5)
      const cold = "//Miner5//cold"
      const tooLow = { _tag: "Subtensor", value: { _tag: "AmountTooLow" } } as const
      assert.deepStrictEqual(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: 1_999_999n }), tooLow)
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: REQUIRED - 1n })
      assert.deepStrictEqual(yield* chain.refused(cold, "withdrawCollateral", { hotkey, amount: 1n }), {
        _tag: "PaymentRefused",
        error: tooLow.value
      })
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: 2_000_000n })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: 2_000_001n })
      const coldkey = yield* account(cold)
      assert.strictEqual(yield* chain.stake(hotkey, coldkey), STAKED - REQUIRED - 2_000_000n)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), REQUIRED + 2_000_000n)
    })
  )
})
