/** docs/security.md, the owner: several changes at once, removals, code that nobody can read, old offers. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Setting } from "../../../src/contract-client/generated.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { DAY } from "../../support/contract/settings.ts"
import { changed, weighed } from "../../support/contract/steps.ts"
import { answerOf, batched, tagOf, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

/** Their weights are 50, 30 and 20 of 100: the second and third together have half, which is no majority. */
const [HALF, SECOND, THIRD] = VALIDATORS
const DELAY = 40

const guarded = Effect.gen(function* () {
  const chain = yield* world()
  yield* changed(chain, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY }] })
  return chain
})

const announce = (chain: World, setting: Setting) =>
  Effect.map(chain.ok(OWNER, "setConfig", { settings: [setting] }), (sent) => answerOf(sent).change)

const removal = (chain: World, validator: string) =>
  Effect.gen(function* () {
    return answerOf(yield* chain.ok(OWNER, "removeValidator", { hotkey: yield* account(validator) })).change
  })

/** Half of the stake, the second and the third validator, vetoes a change. */
const halfAgainst = (chain: World, change: number) =>
  Effect.gen(function* () {
    for (const validator of [SECOND, THIRD]) {
      assert.deepStrictEqual(tags((yield* chain.ok(validator, "veto", { change })).events), ["ChangeVetoVoted"])
    }
  })

/** Applies changes in one transaction. */
const applied = (chain: World, changes: ReadonlyArray<number>) =>
  batched(
    chain,
    STRANGER,
    "apply",
    changes.map((change) => ({ change }))
  )

/** The same in one transaction that must succeed as a whole: a change with a majority against it is dropped, not applied. */
const together = (chain: World, changes: ReadonlyArray<number>) =>
  Effect.map(applied(chain, changes), (result) => assert.strictEqual(result, "done"))

describe("two changes that are applied in one transaction", () => {
  it.scopedLive("do not outrun a majority against both that has formed since the votes were cast", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const shorter = yield* announce(chain, { _tag: "ChallengePeriod", value: DAY })
      const stricter = yield* announce(chain, { _tag: "QuorumBps", value: 10_000 })
      for (const change of [shorter, stricter]) yield* halfAgainst(chain, change)
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* chain.forceStake(yield* account(HALF), yield* account(`${HALF}//cold`), 49_000n * 10n ** 9n)
      yield* weighed(chain)
      yield* together(chain, [shorter, stricter])
      assert.deepStrictEqual(yield* chain.read("announced", {}), [])
      assert.deepInclude(yield* chain.read("config", {}), { challengePeriod: 12, quorumBps: 5_001 })
    })
  )

  it.scopedLive("do not outrun a majority by the removal of a validator between them", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [removed, hostile] = [yield* removal(chain, HALF), yield* announce(chain, { _tag: "ChallengePeriod", value: DAY })]
      yield* halfAgainst(chain, hostile)
      yield* chain.toBlock((yield* chain.block) + DELAY)
      // Once the first validator is gone, the others' votes are a majority.
      yield* together(chain, [removed, hostile])
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, 2)
      assert.strictEqual((yield* chain.read("config", {})).challengePeriod, 12)
      assert.deepStrictEqual(yield* chain.refused(OWNER, "apply", { change: hostile }), { _tag: "ChangeClosed", change: hostile })
    })
  )

  it.scopedLive("do not remove two validators one after the other against a majority of those who stay", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [first, second] = [yield* removal(chain, SECOND), yield* removal(chain, THIRD)]
      // No validator may veto its own removal, but each may veto the other's. The first validator alone outweighs both.
      yield* chain.ok(THIRD, "veto", { change: first })
      yield* chain.ok(SECOND, "veto", { change: second })
      assert.deepStrictEqual(tags((yield* chain.ok(HALF, "veto", { change: first })).events), ["ChangeVetoVoted", "ChangeVetoed"])
      assert.deepStrictEqual(tags((yield* chain.ok(HALF, "veto", { change: second })).events), ["ChangeVetoVoted", "ChangeVetoed"])
      yield* chain.toBlock((yield* chain.block) + DELAY)
      const before = yield* chain.everything
      assert.strictEqual(yield* applied(chain, [first, second]), "ContractReverted")
      assert.strictEqual(yield* chain.everything, before)
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, 3)
    })
  )
})

describe("a veto by those whom the change removes", () => {
  it.scopedLive("is refused and weighs nothing, even if they have half of the stake", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const change = yield* removal(chain, HALF)
      assert.deepStrictEqual(yield* chain.refused(HALF, "veto", { change }), { _tag: "OwnRemoval" })
      const { events } = yield* chain.ok(THIRD, "veto", { change })
      const [weight, totalWeight] = [20_000n * 10n ** 9n, 50_000n * 10n ** 9n]
      assert.deepStrictEqual(events.at(-1), { _tag: "ChangeVetoVoted", change, validator: yield* account(THIRD), weight, totalWeight })
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* chain.ok(STRANGER, "apply", { change })
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, 2)
    })
  )

  it.scopedLive("does not keep the rest from dropping the removal", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const change = yield* removal(chain, HALF)
      assert.deepStrictEqual(tags((yield* chain.ok(SECOND, "veto", { change })).events), ["ChangeVetoVoted", "ChangeVetoed"])
    })
  )
})

describe("announced code", () => {
  it.scopedLive("is on the chain from its announcement on, and nobody can take it away before it is applied", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const codeHash = next.hash
      const unknown = yield* Effect.flip(chain.sendAnyway(OWNER, "setCode", { codeHash }))
      assert.include(unknown.message, "CodeNotFound")
      assert.deepStrictEqual(yield* chain.read("announced", {}), [])

      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash }))
      assert.deepStrictEqual(yield* chain.refused(OWNER, "setCode", { codeHash }), { _tag: "AlreadyAnnounced", change })
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "CodeInUse")
      // Once withdrawn or vetoed, the code may be removed.
      yield* chain.ok(OWNER, "withdrawChange", { change })
      const again = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash })).change
      for (const validator of [HALF, THIRD]) yield* chain.ok(validator, "veto", { change: again })
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "done")

      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const last = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash })).change
      yield* chain.toBlock((yield* chain.block) + DELAY)
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "CodeInUse")
      yield* chain.ok(STRANGER, "apply", { change: last })
      assert.strictEqual(yield* chain.read("version", {}), 4)
    })
  )
})

describe("an offer of ownership", () => {
  it.scopedLive("that is accepted 20,000 blocks later has lapsed, and one that the owner withdrew is gone", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const owner = yield* account(STRANGER)
      yield* changed(chain, "proposeOwner", { owner })
      const until = (yield* chain.read("offer", {}))?.until ?? 0
      assert.strictEqual(until, (yield* chain.block) + 14_400)
      yield* chain.toBlock((yield* chain.block) + 20_000)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "acceptOwnership", {}), { _tag: "OfferLapsed", until })
      assert.strictEqual(yield* chain.read("owner", {}), yield* account(OWNER))

      yield* changed(chain, "proposeOwner", { owner })
      yield* chain.ok(OWNER, "withdrawOffer", {})
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "acceptOwnership", {})), "NotProposedOwner")
      yield* changed(chain, "proposeOwner", { owner })
      yield* chain.ok(STRANGER, "acceptOwnership", {})
      assert.strictEqual(yield* chain.read("owner", {}), owner)
    })
  )
})
