/** docs/security.md, the treasury: a neuron without emission or UID, dust, proxies, a chain that renumbers its calls. */
import { assert, describe, it } from "@effect/vitest"
import { u8aToHex } from "@polkadot/util"
import { Effect } from "effect"
import { bookedOf } from "../../../src/contract-client/books.ts"
import { toPublicKey } from "../../../src/domain/Account.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, end, started, weighed, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { anotherTreasury, answerOf, stored, tagOf, tags, transact, uidOf } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { COVER, DUST } from "../../support/figures.ts"

const register = (chain: World, number: number) =>
  Effect.map(chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY }), answerOf)

/** The validators give all their weight to a UID, and an epoch pays its neuron. */
const rewarded = (chain: World, uid: number) =>
  Effect.gen(function* () {
    for (const validator of VALIDATORS) {
      assert.strictEqual(yield* transact(chain, validator, "subtensorModule", "setWeights", NETUID, [uid], [1], 0), "done")
    }
    yield* chain.toBlock((yield* chain.block) + 11)
  })

/** Resets the validators' stakes after dividends have made the first one a quorum of its own, which the helpers do not expect. */
const levelled = (chain: World) =>
  Effect.gen(function* () {
    yield* chain.forceStake(yield* account(VALIDATORS[0]), yield* account(`${VALIDATORS[0]}//cold`), 40_000n * ALPHA)
    yield* weighed(chain)
  })

const pending = (chain: World) => chain.stake(chain.treasuryHotkey, chain.treasuryColdkey)
const own = (chain: World) => chain.stake(chain.treasuryHotkey, chain.contract)

/** A treasury whose only income is from weights, and a subnet with settings for quick tests. */
const earning = Effect.gen(function* () {
  const chain = yield* world()
  const [rich, stake] = ["//Ferdie", 500_000n * ALPHA]
  assert.strictEqual(yield* transact(chain, rich, "subtensorModule", "removeStake", chain.treasuryHotkey, NETUID, stake), "done")
  yield* chain.sudo("adminUtils", "sudoSetWeightsSetRateLimit", NETUID, 0)
  yield* chain.sudo("adminUtils", "sudoSetImmunityPeriod", NETUID, 1)
  yield* chain.sudo("adminUtils", "devSetAlphaEmissionPerBlock", NETUID, 50n * ALPHA)
  const uid = yield* uidOf(chain, chain.treasuryHotkey)
  if (uid === null) throw new Error("the treasury has no neuron")
  return { chain, uid }
})

describe("the treasury's neuron", () => {
  it.scopedLive("loses its UID: nothing new comes, what is here is paid", () =>
    Effect.gen(function* () {
      const { chain, uid } = yield* earning
      const [first, second] = [yield* register(chain, 1), yield* register(chain, 2)]
      yield* rewarded(chain, uid)
      assert.isAbove(Number(yield* pending(chain)), Number(BOUNTY))
      yield* chain.ok(STRANGER, "harvest", {})
      yield* levelled(chain)
      const competition = yield* started(chain, first, [5, 6])

      // The validators change their weights, and a new neuron replaces the one with the lowest emission.
      yield* rewarded(chain, 0)
      yield* chain.ok(STRANGER, "harvest", {})
      const neurons = Number(yield* stored(chain, "subnetworkN", NETUID))
      yield* chain.sudo("adminUtils", "sudoSetMaxAllowedUids", NETUID, neurons)
      assert.strictEqual(
        yield* transact(chain, STRANGER, "subtensorModule", "burnedRegister", NETUID, yield* account("//Newcomer")),
        "done"
      )
      assert.isNull(yield* uidOf(chain, chain.treasuryHotkey))
      yield* rewarded(chain, uid)
      assert.strictEqual(yield* pending(chain), 0n)
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")

      yield* levelled(chain)
      yield* won(chain, competition, 5)
      const { events } = yield* chain.ok(STRANGER, "payout", { issue: first })
      assert.include(tags(events), "BountyPaid")
      const { allocated, aged, collateral, fresh } = yield* chain.read("treasury", {})
      assert.deepStrictEqual([yield* own(chain), collateral], [allocated + fresh + aged + COVER, 0n])

      // Another treasury replaces it, and all stake of the contract moves along.
      yield* chain.sudo("adminUtils", "sudoSetMaxAllowedUids", NETUID, neurons + 1)
      const treasury = yield* anotherTreasury(chain)
      const moved = yield* changed(chain, "setConfig", { settings: [{ _tag: "Treasury", ...treasury }] })
      assert.include(tags(moved.events), "TreasuryMoved")
      assert.deepStrictEqual(
        [yield* own(chain), yield* chain.stake(treasury.hotkey, chain.contract)],
        [0n, allocated + fresh + aged + COVER]
      )
      const newcomer = yield* uidOf(chain, treasury.hotkey)
      if (newcomer === null) throw new Error("the new treasury has no neuron")
      yield* rewarded(chain, newcomer)
      yield* chain.ok(STRANGER, "harvest", {})
      assert.strictEqual((yield* chain.stored("issue", { id: second }))?.status._tag, "Open")
    })
  )

  it.scopedLive("earns nothing when emission stops: funded issues go their way, the others wait, and the validators may end them", () =>
    Effect.gen(function* () {
      const { chain, uid } = yield* earning
      const funded = yield* register(chain, 1)
      yield* rewarded(chain, uid)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.sudo("adminUtils", "devSetAlphaEmissionPerBlock", NETUID, 0)
      yield* chain.toBlock((yield* chain.block) + 11)
      const waiting = yield* register(chain, 2)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.toBlock((yield* chain.block) + 11)
      assert.strictEqual(yield* pending(chain), 0n)
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")

      yield* levelled(chain)
      yield* won(chain, yield* started(chain, funded, [5, 6]), 5)
      yield* chain.ok(STRANGER, "payout", { issue: funded })
      yield* end(chain, waiting, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, paid: BOUNTY })
    })
  )
})

describe("a subnet's owner whose own hotkey is the treasury's", () => {
  it.scopedLive("takes its emission away, as the chain gives owners none for mining, and nothing that is on the books", () =>
    Effect.gen(function* () {
      const { chain, uid } = yield* earning
      const { cold, coldkey, hotkey } = yield* bonded(chain, 7, 5n * ALPHA)
      const issue = yield* register(chain, 1)
      yield* rewarded(chain, uid)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* levelled(chain)
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      const { subnetOwnerHotkey } = chain.api.query.subtensorModule ?? {}
      yield* chain.sudo("system", "setStorage", [[subnetOwnerHotkey?.key(NETUID), u8aToHex(toPublicKey(chain.treasuryHotkey))]])
      const before = yield* pending(chain)
      yield* chain.toBlock((yield* chain.block) + 22)
      assert.strictEqual(`${yield* pending(chain)}`, `${before}`)

      yield* chain.ok(STRANGER, "payout", { issue })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: 4n * ALPHA })
      assert.isAtLeast(Number(yield* chain.stake(chain.treasuryHotkey, coldkey)), Number(4n * ALPHA - DUST))
      assert.isAtLeast(Number(yield* own(chain)), Number(bookedOf(yield* chain.read("treasury", {}))))
    })
  )
})
