/** docs/security.md, griefing: tiny bounties, storage, and who pays for it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { fromPublicKey } from "../../../src/domain/Account.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { allRecycled, attested, openIssue, started, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { batched, GAS, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { call, keyOf, query, send } from "../../support/devnet/support.ts"

const cells = (chain: World) =>
  Effect.map(chain.everything, (everything) => (JSON.parse(everything) as { readonly keys: ReadonlyArray<string> }).keys.length)

/** Stakes a tenth of an alpha for the contract behind each of this many strangers' hotkeys. */
const giftsBehind = (chain: World, count: number) => {
  const { alpha, stakingHotkeys } = chain.api.query.subtensorModule ?? {}
  const hotkeys = Array.from({ length: count }, (_, index) =>
    fromPublicKey(
      new Uint8Array(32)
        .fill(9)
        .with(0, index >> 8)
        .with(1, index & 255)
    )
  )
  const gift = chain.api.registry.createType("u128", (ALPHA / 10n) << 64n).toHex(true)
  const list = chain.api.registry.createType("Vec<AccountId>", [chain.treasuryHotkey, ...hotkeys]).toHex()
  return chain.sudo("system", "setStorage", [
    [stakingHotkeys?.key(chain.contract), list],
    ...hotkeys.map((hotkey) => [alpha?.key(hotkey, chain.contract, NETUID), gift])
  ])
}

describe("tiny bounties", () => {
  it.scopedLive(
    "are the owner's to register, no smaller than the settings say, and hold up the queue for no more than their share of harvests",
    () =>
      Effect.gen(function* () {
        const chain = yield* world({ minBounty: ALPHA / 10n })
        const tiny = Array.from({ length: 10 }, (_, index) => ({ repository: "acme/widgets", number: index + 1, bounty: ALPHA / 10n }))
        assert.strictEqual(yield* batched(chain, OWNER, "registerIssue", tiny), "done")
        yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 11, bounty: BOUNTY })
        yield* chain.feed(ALPHA + BOUNTY)
        // This world's settings allow three issues per harvest.
        for (const filled of [3, 6, 9, 11]) {
          const { events } = yield* chain.ok(STRANGER, "harvest", {})
          const open = (yield* chain.stored("issues", {})).filter(({ status }) => status._tag === "Open")
          assert.lengthOf(open, filled)
          assert.isAtMost(tags(events).filter((tag) => tag === "BountyFunded").length, 3)
        }
        assert.deepInclude(yield* chain.read("treasury", {}), { allocated: ALPHA + BOUNTY, fresh: 0n })
      })
  )
})

describe("storage", () => {
  it.scopedLive("is out of a stranger's reach: all that it sends is refused and leaves nothing", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const stranger = yield* account(STRANGER)
      const bitmap = bitmapOfUids([5])
      const [a, b] = [yield* miner(5), yield* miner(6)]
      const choice = { _tag: "Cancelled", reason: { _tag: "Deleted" } } as const
      yield* chain.refused(STRANGER, "registerIssue", { repository: "acme/widgets", number: 2, bounty: BOUNTY })
      yield* chain.refused(STRANGER, "cancelIssue", { id: issue, reason: { _tag: "Owner" } })
      yield* chain.refused(STRANGER, "addValidator", { hotkey: stranger, coldkeys: [stranger] })
      yield* chain.refused(STRANGER, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: 0 }] })
      yield* chain.refused(STRANGER, "attestEnrolled", { issue, round: 0, enrolled: bitmap, skipped: bitmap })
      yield* chain.refused(STRANGER, "votePair", { issue, round: 0, a, b })
      yield* chain.refused(STRANGER, "voteOutcome", { issue, choice })
      yield* chain.refused(STRANGER, "veto", { change: 1 })
      yield* chain.refused(STRANGER, "apply", { change: 1 })
      yield* chain.refused(STRANGER, "depositCollateral", { hotkey: a.hotkey, amount: ALPHA })
      yield* chain.refused(STRANGER, "withdrawCollateral", { hotkey: a.hotkey, amount: ALPHA })
      yield* chain.refused(STRANGER, "withdrawOffer", {})
      yield* chain.refused(STRANGER, "harvest", {})
      yield* chain.refused(STRANGER, "expire", { competition: 1 })
      yield* chain.refused(STRANGER, "payout", { issue })
      yield* chain.refused(STRANGER, "settle", { issue })
      yield* chain.refused(STRANGER, "payTo", { competition: 1, coldkey: stranger })
    })
  )

  it.scopedLive("does not grow with rounds: a round's attestations and votes take the place of the one before", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const counts: Array<number> = []
      for (let round = 0; round < 3; round++) {
        const pair = { issue, round: yield* attested(chain, issue, [5, 6]), a: yield* miner(5), b: yield* miner(6) }
        yield* chain.ok(VALIDATORS[0], "votePair", pair)
        counts.push(yield* cells(chain))
      }
      assert.deepStrictEqual(new Set(counts).size, 1)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      const before = yield* cells(chain)
      yield* chain.ok(STRANGER, "payout", { issue })
      assert.isBelow(yield* cells(chain), before) // the reference is free again
    })
  )

  it.scopedLive("is paid by who fills it, and given back to who clears it: never by the contract", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { hotkey, coldkey } = yield* miner(5)
      yield* chain.give("//Miner5//cold")
      assert.strictEqual(yield* transact(chain, "//Miner5//cold", "subtensorModule", "burnedRegister", NETUID, hotkey), "done")
      assert.strictEqual(yield* transact(chain, "//Miner5//cold", "subtensorModule", "addStake", hotkey, NETUID, 20n * ALPHA), "done")
      const held = (name: "depositCollateral" | "withdrawCollateral") =>
        Effect.gen(function* () {
          const message = contractCodec.encodeMessage(name, { hotkey, amount: 20n * ALPHA })
          const transaction = call(chain.api, "contracts", "call", chain.contract, 0, GAS, null, message)
          const { events } = yield* send(transaction, yield* keyOf("//Miner5//cold"))
          const found = events.find(({ event }) => event.method.startsWith("StorageDeposit"))?.event
          return found === undefined ? "none" : `${found.method} ${found.data.slice(0, 2).map(String)}`
        })
      assert.strictEqual(yield* held("depositCollateral"), `StorageDepositTransferredAndHeld ${[coldkey, chain.contract]}`)
      assert.strictEqual(yield* held("withdrawCollateral"), `StorageDepositTransferredAndReleased ${[chain.contract, coldkey]}`)
    })
  )
})

describe("a list of hotkeys that grows", () => {
  const listed = (chain: World) => query(chain.api, "subtensorModule", "stakingHotkeys", chain.contract)

  it.scopedLive("is not the contract's own: whatever it does with stake is behind the treasury's hotkey", () =>
    Effect.gen(function* () {
      const chain = yield* world({ collateralBps: 1_000, slashBps: 5_000 })
      const five = yield* bonded(chain, 5, BOUNTY / 10n)
      const six = yield* bonded(chain, 6, BOUNTY / 10n)
      const issue = yield* openIssue(chain, 1)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      yield* chain.ok(STRANGER, "payout", { issue })
      yield* allRecycled(chain)
      const [left] = yield* chain.stored("collateral", { miners: [[six.hotkey, six.coldkey]] })
      yield* chain.ok(six.cold, "withdrawCollateral", { hotkey: six.hotkey, amount: left?.deposited ?? 0n })
      yield* chain.ok(five.cold, "withdrawCollateral", { hotkey: five.hotkey, amount: ALPHA })
      assert.deepStrictEqual(yield* listed(chain), [chain.treasuryHotkey])
    })
  )

  it.scopedLive("by strangers' gifts changes neither what a message weighs nor what it does", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const { cold, hotkey } = yield* bonded(chain, 5, 5n * ALPHA)
      const withdrawal = { hotkey, amount: ALPHA }
      const before = yield* chain.dryGas(cold, "withdrawCollateral", withdrawal)
      yield* giftsBehind(chain, 300)
      assert.lengthOf(yield* Effect.map(listed(chain), (list) => (Array.isArray(list) ? list : [])), 301)
      assert.strictEqual(yield* chain.dryGas(cold, "withdrawCollateral", withdrawal), before)
      yield* chain.ok(cold, "withdrawCollateral", withdrawal)
      yield* chain.ok(cold, "depositCollateral", withdrawal)
    })
  )
})
