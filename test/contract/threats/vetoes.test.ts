/** docs/security.md, the owner: several changes at once, removals, code that nobody can read, old offers. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Setting } from "../../../src/contract-client/generated.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { DAY } from "../../support/contract/settings.ts"
import { changed, decide, openIssue, vetoed } from "../../support/contract/steps.ts"
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

/** The same in one transaction, which is refused as a whole. */
const refusedTogether = (chain: World, changes: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const before = yield* chain.everything
    assert.strictEqual(yield* applied(chain, changes), "ContractReverted")
    assert.strictEqual(yield* chain.everything, before)
  })

const ALPHA = 10n ** 9n

/** A validator has this stake from now on. */
const has = (chain: World, validator: string, alpha: bigint) =>
  Effect.gen(function* () {
    yield* chain.forceStake(yield* account(validator), yield* account(`${validator}//cold`), alpha * ALPHA)
  })

describe("who protects", () => {
  it.scopedLive("is weighed by what it has in this block, after whatever dip", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const change = yield* announce(chain, { _tag: "QuorumBps", value: 10_000 })
      // The half dips for a block in which somebody notes it. Then it has all that it had, and the others a little less.
      yield* has(chain, HALF, 0n)
      yield* chain.ok(STRANGER, "noteWeights", {})
      yield* has(chain, HALF, 50_000n)
      yield* has(chain, SECOND, 29_999n)
      yield* chain.ok(HALF, "veto", { change })
      yield* chain.toBlock((yield* chain.block) + DELAY)
      const refusal = { _tag: "Vetoed", against: 50_000n * ALPHA, others: 49_999n * ALPHA } as const
      assert.deepStrictEqual(yield* chain.refused(OWNER, "apply", { change }), refusal)
    })
  )

  it.scopedLive("outweighs a colluder who was noted and has sold", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const change = yield* announce(chain, { _tag: "QuorumBps", value: 10_000 })
      for (const validator of [SECOND, THIRD]) yield* chain.ok(validator, "veto", { change })
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* has(chain, HALF, 10n)
      assert.strictEqual(yield* tagOf(chain.refused(OWNER, "apply", { change })), "Vetoed")
    })
  )
})

describe("who may be removed", () => {
  it.scopedLive("decides nothing any more, whoever delays that", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const issue = yield* openIssue(chain, 1)
      const change = yield* removal(chain, HALF)
      yield* decide(chain, issue, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      // The wait of votes is half a day longer than a change waits.
      yield* chain.toBlock((yield* chain.block) + DELAY + DAY)
      const refusal = yield* chain.refused(STRANGER, "settle", { issue })
      assert.deepInclude(refusal, { _tag: "NothingToSettle", weight: 30_000n * ALPHA, totalWeight: 100_000n * ALPHA })
      const weights = (yield* chain.read("validators", {})).validators.map(({ weight }) => weight / ALPHA)
      assert.deepStrictEqual(weights, [0n, 30_000n, 20_000n])
      yield* chain.ok(OWNER, "withdrawChange", { change })
      yield* chain.ok(STRANGER, "settle", { issue })
    })
  )
})

describe("two changes that are applied in one transaction", () => {
  it.scopedLive("do not outrun a majority by the removal of a validator between them", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [removed, hostile] = [yield* removal(chain, HALF), yield* announce(chain, { _tag: "ChallengePeriod", value: DAY })]
      yield* halfAgainst(chain, hostile)
      yield* chain.toBlock((yield* chain.block) + DELAY)
      // Once the first validator is gone, the others' votes are a majority.
      yield* refusedTogether(chain, [removed, hostile])
      assert.strictEqual((yield* chain.read("validators", {})).validators.length, 3)
    })
  )

  it.scopedLive("do not remove two validators one after the other against a majority of those who stay", () =>
    Effect.gen(function* () {
      const chain = yield* guarded
      const [first, second] = [yield* removal(chain, SECOND), yield* removal(chain, THIRD)]
      // No validator may veto its own removal, but each may veto the other's. The first validator alone outweighs both.
      yield* chain.ok(THIRD, "veto", { change: first })
      yield* chain.ok(SECOND, "veto", { change: second })
      for (const change of [first, second]) yield* chain.ok(HALF, "veto", { change })
      yield* chain.toBlock((yield* chain.block) + DELAY)
      yield* refusedTogether(chain, [first, second])
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
      assert.deepStrictEqual(tags((yield* vetoed(chain, change, [SECOND])).events), ["ChangeVetoed"])
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
      assert.deepStrictEqual(yield* chain.stored("announced", {}), [])

      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const { change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash }))
      assert.deepStrictEqual(yield* chain.refused(OWNER, "setCode", { codeHash }), { _tag: "AlreadyAnnounced", change })
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "CodeInUse")
      // Once withdrawn or vetoed, the code may be removed.
      yield* chain.ok(OWNER, "withdrawChange", { change })
      const again = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash })).change
      yield* vetoed(chain, again, [HALF, THIRD])
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "done")

      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      const last = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash })).change
      yield* chain.toBlock((yield* chain.block) + DELAY)
      assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "removeCode", codeHash), "CodeInUse")
      yield* chain.ok(STRANGER, "apply", { change: last })
      assert.strictEqual(yield* chain.read("version", {}), next.edition)
    })
  )
})

describe("an offer of ownership", () => {
  it.scopedLive("that is accepted 20,000 blocks later has lapsed, and one that the owner withdrew is gone", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const owner = yield* account(STRANGER)
      yield* changed(chain, "proposeOwner", { owner })
      const until = (yield* chain.stored("offer", {}))?.until ?? 0
      assert.strictEqual(until, (yield* chain.block) + 14_400)
      yield* chain.toBlock((yield* chain.block) + 20_000)
      assert.deepStrictEqual(yield* chain.refused(STRANGER, "acceptOwnership", {}), { _tag: "OfferLapsed", until })
      assert.strictEqual(yield* chain.stored("owner", {}), yield* account(OWNER))

      yield* changed(chain, "proposeOwner", { owner })
      yield* chain.ok(OWNER, "withdrawOffer", {})
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "acceptOwnership", {})), "NotProposedOwner")
      yield* changed(chain, "proposeOwner", { owner })
      yield* chain.ok(STRANGER, "acceptOwnership", {})
      assert.strictEqual(yield* chain.stored("owner", {}), owner)
    })
  )
})
