/** docs/security.md, the owner: a hostile one, a stolen key, stale announcements, wrong code. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { u8aToHex } from "@polkadot/util"
import { Effect } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { Change, Setting } from "../../../src/contract-client/generated.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { newTreasury } from "../../support/contract/deployment.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY, DAY } from "../../support/contract/settings.ts"
import { changed, end, openIssue, started, vetoed, won } from "../../support/contract/steps.ts"
import { answerOf, tagOf, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { query, root } from "../../support/devnet/support.ts"
import { COVER } from "../../support/figures.ts"

const [HALF, SECOND, THIRD] = VALIDATORS
const DELAY = 40
const THIEF = "//Charlie"

/** The usual world, in which the owner's changes have a delay. */
const guarded = Effect.gen(function* () {
  const chain = yield* world()
  yield* changed(chain, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY }] })
  return chain
})

const announce = (chain: World, settings: ReadonlyArray<Setting>) =>
  Effect.map(chain.ok(OWNER, "setConfig", { settings }), (sent) => answerOf(sent).change)

/** Uploads code to the chain and returns its hash. */
const uploaded = (chain: World, file: string) =>
  Effect.gen(function* () {
    const code = u8aToHex(readFileSync(`${root}${file}`))
    assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", code, null, "Enforced"), "done")
    return chain.api.registry.hash(readFileSync(`${root}${file}`)).toHex()
  })

const codeOf = (chain: World) =>
  Effect.map(query(chain.api, "contracts", "contractInfoOf", chain.contract), (info) =>
    typeof info === "object" && info !== null && "codeHash" in info ? String(info.codeHash) : ""
  )

/** Builds blocks until a change may be applied, and applies it. */
const applied = (chain: World, change: number) =>
  Effect.gen(function* () {
    yield* chain.toBlock((yield* chain.block) + DELAY)
    return yield* chain.ok(STRANGER, "apply", { change })
  })

describe("an owner turned hostile", () => {
  it.scopedLive("is seen coming: whatever it changes waits, and the quorum drops it", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const hostile = yield* account(THIEF)
      const { treasuryBirth: birth, treasuryColdkey: coldkey, treasuryHotkey } = yield* newTreasury(chain.api, STRANGER)
      const codeHash = yield* uploaded(chain, "test/chain/runtime/relay.wasm")
      const before = yield* chain.read("config", {})
      const attempts = [
        chain.ok(OWNER, "setConfig", { settings: [{ _tag: "ChallengePeriod", value: DAY }] }),
        chain.ok(OWNER, "setConfig", { settings: [{ _tag: "Treasury", hotkey: treasuryHotkey, coldkey, birth }] }),
        chain.ok(OWNER, "addValidator", { hotkey: hostile, coldkeys: [hostile] }),
        chain.ok(OWNER, "removeValidator", { hotkey: yield* account(HALF) }),
        chain.ok(OWNER, "setCode", { codeHash }),
        chain.ok(OWNER, "proposeOwner", { owner: hostile })
      ]
      const expected: ReadonlyArray<Change["_tag"]> = ["Config", "Config", "AddValidator", "RemoveValidator", "Code", "Owner"]
      for (const [index, attempt] of attempts.entries()) {
        const sent = yield* attempt
        const { change, appliesFrom, applied } = answerOf(sent)
        assert.deepStrictEqual(tags(sent.events), ["ChangeAnnounced"])
        assert.deepStrictEqual([applied, appliesFrom > (yield* chain.block)], [false, true])
        assert.strictEqual((yield* chain.stored("announced", {})).find((waiting) => waiting.change === change)?.what._tag, expected[index])
        assert.strictEqual(yield* tagOf(chain.refused(OWNER, "apply", { change })), "TooEarly")
      }
      assert.deepStrictEqual(yield* chain.read("config", {}), before)
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, 3)
      assert.isNull(yield* chain.stored("offer", {}))
      assert.notStrictEqual(yield* codeOf(chain), codeHash)

      for (const { change, what } of yield* chain.stored("announced", {})) {
        yield* vetoed(chain, change, what._tag === "RemoveValidator" ? [SECOND] : [HALF, THIRD])
        assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "apply", { change })), "ChangeClosed")
      }
      assert.deepStrictEqual(yield* chain.stored("announced", {}), [])
    })
  )

  it.scopedLive("is not stopped by half of the stake, however often it says no", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const change = yield* announce(chain, [{ _tag: "ChallengePeriod", value: 7 }])
      for (const validator of [SECOND, THIRD, SECOND, THIRD]) {
        assert.deepStrictEqual(tags((yield* chain.ok(validator, "veto", { change })).events), ["ChangeVetoVoted"])
      }
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "veto", { change })), "NotAValidator")
      yield* applied(chain, change)
      assert.strictEqual((yield* chain.read("config", {})).challengePeriod, 7)
    })
  )

  it.scopedLive("is stopped by nobody where nobody has stake", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      for (const validator of VALIDATORS) yield* chain.forceStake(yield* account(validator), yield* account(`${validator}//cold`), 0n)
      const change = yield* announce(chain, [{ _tag: "ChallengePeriod", value: 7 }])
      for (const validator of VALIDATORS) {
        assert.deepStrictEqual(tags((yield* chain.ok(validator, "veto", { change })).events), ["ChangeVetoVoted"])
      }
      yield* applied(chain, change)
    })
  )

  it.scopedLive("cannot take the veto away by raising the quorum, nor shorten its delay", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      yield* applied(chain, yield* announce(chain, [{ _tag: "QuorumBps", value: 10_000 }]))
      const change = yield* announce(chain, [{ _tag: "ChallengePeriod", value: DAY }])
      assert.include(tags((yield* vetoed(chain, change, [HALF, THIRD])).events), "ChangeVetoed")
      const shorten = chain.refused(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY - 1 }] })
      assert.deepStrictEqual(yield* shorten, { _tag: "ConfigOutOfBounds", value: { _tag: "OwnerDelay" } })
    })
  )

  it.scopedLive("cancels no money at once: that waits for the veto, and what it frees waits for other issues", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [open, running] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      yield* started(chain, running, [5, 6])
      const cancel = (id: number) => ({ id, reason: { _tag: "Owner" } }) as const
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "cancelIssue", cancel(running))), "CompetitionRunning")
      const { change } = answerOf(yield* chain.ok(OWNER, "cancelIssue", cancel(open)))
      yield* vetoed(chain, change, [HALF, SECOND])
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "apply", { change })), "ChangeClosed")
      yield* changed(chain, "cancelIssue", cancel(open))
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: BOUNTY, fresh: BOUNTY, recycled: 0n, paid: 0n })
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: BOUNTY, recycled: 0n, paid: 0n })
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, yield* account(OWNER)), 0n)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.contract), 2n * BOUNTY + COVER)
    })
  )

  it.scopedLive("may pause: nothing begins, but what runs is won, paid or cancelled", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [running, open] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      const competition = yield* started(chain, running, [5, 6])
      yield* chain.ok(OWNER, "pause", {})
      const register = { repository: "acme/widgets", number: 3, bounty: BOUNTY }
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "registerIssue", register)), "Paused")
      const pair = { issue: open, round: 0, a: yield* miner(7), b: yield* miner(8) }
      assert.strictEqual(yield* tagOf(chain.refused(HALF, "votePair", pair)), "Paused")
      yield* chain.feed(BOUNTY)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* won(chain, competition, 5)
      yield* end(chain, open, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      yield* chain.ok(STRANGER, "payout", { issue: running })
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, paid: BOUNTY })
    })
  )
})

describe("the treasury's own stake", () => {
  it.scopedLive("is no vote: neither the contract nor the treasury's coldkey backs a validator", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const hotkey = chain.treasuryHotkey
      for (const coldkey of [chain.contract, chain.treasuryColdkey]) {
        assert.strictEqual(yield* tagOf(chain.refused(OWNER, "addValidator", { hotkey, coldkeys: [coldkey] })), "TreasuryCannotVote")
      }
    })
  )
})

describe("a stolen key", () => {
  it.scopedLive("is a stalemate: who holds it withdraws what the other announced", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const { change } = answerOf(yield* chain.ok(OWNER, "proposeOwner", { owner: yield* account(STRANGER) }))
      assert.deepStrictEqual(tags((yield* chain.ok(OWNER, "withdrawChange", { change })).events), ["ChangeWithdrawn"])
      yield* chain.toBlock((yield* chain.block) + DELAY)
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "apply", { change })), "ChangeClosed")
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "withdrawChange", { change })), "NotOwner")
    })
  )

  it.scopedLive("gives the contract away only after the delay; the new owner finds nothing announced by the thief", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const codeHash = yield* uploaded(chain, "test/chain/runtime/relay.wasm")
      const handover = answerOf(yield* chain.ok(OWNER, "proposeOwner", { owner: yield* account(STRANGER) })).change
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "acceptOwnership", {})), "NotProposedOwner")
      yield* chain.toBlock((yield* chain.block) + DELAY - 2)
      const trap = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash })).change
      yield* chain.toBlock((yield* chain.block) + 1)
      yield* chain.ok(STRANGER, "apply", { change: handover })
      const { events } = yield* chain.ok(STRANGER, "acceptOwnership", {})
      assert.deepStrictEqual(tags(events), ["ChangeWithdrawn", "OwnerChanged"])
      yield* chain.toBlock((yield* chain.block) + DELAY)
      assert.strictEqual(yield* tagOf(chain.refused(THIEF, "apply", { change: trap })), "ChangeClosed")
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "pause", {})), "NotOwner")
    })
  )
})

describe("an announcement", () => {
  it.scopedLive("is one of sixteen at most, and one that is no longer possible changes nothing", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const remove = { hotkey: yield* account(THIRD) }
      const removal = answerOf(yield* chain.ok(OWNER, "removeValidator", remove)).change
      const again = answerOf(yield* chain.ok(OWNER, "removeValidator", remove)).change
      const settings: ReadonlyArray<Setting> = [{ _tag: "ChallengePeriod", value: 7 }]
      for (let count = 2; count < 16; count++) yield* announce(chain, settings)
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "setConfig", { settings })), "TooManyChanges")
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* chain.ok(STRANGER, "apply", { change: removal })
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "apply", { change: again }), { _tag: "UnknownValidator", ...remove })
      yield* chain.ok(OWNER, "withdrawChange", { change: again })
      yield* announce(chain, settings)
    })
  )
})

describe("code that is another contract's", () => {
  it.scopedLive("is taken by the chain and ends the contract, its stake out of reach: the veto is the only guard", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      yield* openIssue(chain, 1)
      const codeHash = yield* uploaded(chain, "test/chain/runtime/relay.wasm")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash }))
      assert.deepInclude(tags((yield* applied(chain, change)).events), "CodeChanged")
      assert.strictEqual(yield* codeOf(chain), codeHash)
      const answer = yield* Effect.either(chain.read("version", {}))
      assert.strictEqual(answer._tag, "Left")
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.contract), BOUNTY + COVER)
    })
  )
})

describe("rounds whose numbers come again", () => {
  it.scopedLive("when their length changes: what was attested and voted under the number before does not count", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const pair = { issue, a: yield* miner(5), b: yield* miner(6) }
      const round = 6
      assert.isBelow(yield* chain.block, round * 20)
      yield* chain.toBlock(round * 20)

      for (const validator of VALIDATORS) {
        yield* chain.ok(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids([5, 6]), skipped: bitmapOfUids([]) })
      }
      yield* chain.toBlock(round * 20 + 8)
      yield* chain.ok(HALF, "votePair", { ...pair, round })
      yield* changed(chain, "setConfig", { settings: [{ _tag: "RoundLength", value: 30 }] })
      yield* chain.toBlock(round * 30 + 8)
      assert.strictEqual(yield* tagOf(chain.refused(SECOND, "votePair", { ...pair, round })), "NotAttested")
      assert.deepStrictEqual(yield* chain.stored("ballotPair", { issue }), [])
      assert.strictEqual((yield* chain.read("enrolled", { issue })).attestations.length, 0)
      assert.strictEqual((yield* chain.stored("counts", {})).competitions, 0)
    })
  )
})
