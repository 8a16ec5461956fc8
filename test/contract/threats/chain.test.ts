/** docs/security.md, the chain: calls that are renumbered, refused or re-enter the contract, and dust. */
import { assert, describe, it } from "@effect/vitest"
import { u8aConcat, u8aToHex } from "@polkadot/util"
import { Effect } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { CODE_HASH } from "../../../src/contract-client/generated.ts"
import { account, miner, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, openIssue, started, won } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { NO_CALL, renumbered } from "../../support/contract/threats/renumbered.ts"
import { callWith, deployed, GAS, tagOf, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { call } from "../../support/devnet/support.ts"
import { DUST } from "../../support/figures.ts"

/** On the dev chain the number of a call that decodes the same arguments differently. */
const MOVE_STAKE = 85

const register = (chain: World, number: number) => chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })

/** Issue 1 is solved. */
const payable = Effect.gen(function* () {
  const chain = yield* world()
  yield* won(chain, yield* started(chain, yield* openIssue(chain, 1), [5, 6]), 5)
  return chain
})

const winnings = (chain: World) => Effect.flatMap(miner(5), ({ coldkey }) => chain.stake(chain.treasuryHotkey, coldkey))

const asTreasury = (chain: World, name: "addProxy" | "removeProxy", type: string) =>
  chain.sudo("sudo", "sudoAs", chain.treasuryColdkey, call(chain.api, "proxy", name, chain.contract, type, 0))

/** Replaces the contract's code and harvests. Returns the chain's answer, for example a trap. */
const harvestedWith = (chain: World, code: Uint8Array) =>
  Effect.gen(function* () {
    assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", u8aToHex(code), null, "Enforced"), "done")
    yield* chain.sudo("contracts", "setCode", chain.contract, chain.api.registry.hash(code).toHex())
    const before = yield* chain.everything
    const message = contractCodec.encodeMessage("harvest", {})
    const outcome = yield* transact(chain, STRANGER, "contracts", "call", chain.contract, 0, GAS, null, message)
    if (outcome !== "done") assert.strictEqual(yield* chain.everything, before)
    return outcome
  })

describe("a chain whose calls have other numbers", () => {
  it.scopedLive("cannot be harvested and takes no harm; bounties are paid, and new code harvests again", () =>
    Effect.gen(function* () {
      const chain = yield* payable
      const outcomes: Array<string> = []
      for (const [index, code] of renumbered(NO_CALL).entries()) {
        yield* register(chain, index + 2)
        yield* chain.feed(BOUNTY)
        outcomes.push(yield* harvestedWith(chain, code))
      }
      const place = outcomes.indexOf("DecodingFailed")
      assert.strictEqual(outcomes.lastIndexOf("DecodingFailed"), place)
      const code = renumbered(MOVE_STAKE)[place]
      if (code === undefined) throw new Error(`the number of the call is elsewhere in the contract's code now: ${outcomes}`)
      yield* register(chain, outcomes.length + 2)
      yield* chain.feed(BOUNTY)
      assert.strictEqual(yield* harvestedWith(chain, code), "ContractReverted")
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "TreasuryTransferFailed")

      yield* chain.ok(STRANGER, "payout", { issue: 1 })
      assert.strictEqual(yield* winnings(chain), BOUNTY)
      yield* changed(chain, "setCode", { codeHash: CODE_HASH })
      assert.include(tags((yield* chain.ok(STRANGER, "harvest", {})).events), "BountyFunded")
    })
  )
})

describe("a call that comes back through a proxy", () => {
  it.scopedLive("finds no contract at work: the chain denies it, and what is sent twice in one transaction is paid once", () =>
    Effect.gen(function* () {
      const chain = yield* payable
      const message = contractCodec.encodeMessage("payout", { issue: 1 })
      const pay = call(chain.api, "contracts", "call", chain.contract, 0, GAS, null, message)
      const relay = yield* deployed(chain, "test/chain/runtime/relay.wasm")
      assert.strictEqual(yield* transact(chain, STRANGER, "proxy", "addProxy", relay, "Any", 0), "done")
      const proxied = call(chain.api, "proxy", "proxy", yield* account(STRANGER), null, pay).method.toU8a()
      const before = yield* chain.everything
      assert.strictEqual(yield* callWith(chain, OWNER, relay, u8aConcat(new Uint8Array(4).fill(0xff), proxied)), "CallFiltered")
      assert.strictEqual(yield* transact(chain, STRANGER, "utility", "batchAll", [pay, pay]), "ContractReverted")
      assert.deepStrictEqual([yield* winnings(chain), yield* chain.everything], [0n, before])

      assert.strictEqual(yield* transact(chain, STRANGER, "utility", "forceBatch", [pay, pay, pay]), "done")
      assert.strictEqual(yield* winnings(chain), BOUNTY)
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, paid: BOUNTY })
    })
  )
})

describe("a proxy of the treasury", () => {
  it.scopedLive("of another type beside the right one stops the harvest, until it is removed", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* register(chain, 1)
      yield* chain.feed(BOUNTY)
      yield* asTreasury(chain, "addProxy", "Staking")
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "TreasuryTransferFailed")
      yield* asTreasury(chain, "removeProxy", "Staking")
      yield* chain.ok(STRANGER, "harvest", {})
    })
  )

  it.scopedLive("is what the owner's own must not be: none is left after the set-up, and a stranger's is refused", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* chain.feed(BOUNTY)
      for (const who of [OWNER, STRANGER]) {
        const steal = call(chain.api, "subtensorModule", "transferStake", yield* account(who), chain.treasuryHotkey, NETUID, NETUID, BOUNTY)
        assert.strictEqual(yield* transact(chain, who, "proxy", "proxy", chain.treasuryColdkey, null, steal), "NotProxy")
      }
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.treasuryColdkey), BOUNTY)
    })
  )
})

describe("dust", () => {
  it.scopedLive("in the treasury, too little for the chain to move, keeps nothing else from the issues", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* register(chain, 1)
      yield* chain.forceStake(chain.treasuryHotkey, chain.treasuryColdkey, 1_999_999n)
      assert.deepInclude(yield* chain.read("treasury", {}), { pending: 1_999_999n, pendingAvailable: 0n })
      assert.strictEqual(yield* tagOf(chain.refused(STRANGER, "harvest", {})), "NothingToDo")
      const gift = ["subtensorModule", "transferStake", chain.contract, chain.treasuryHotkey, NETUID, NETUID, BOUNTY] as const
      assert.strictEqual(yield* transact(chain, "//Ferdie", ...gift), "done")
      const { events } = yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(events, { _tag: "BountyFunded", issue: 1, amount: BOUNTY, funded: BOUNTY, bounty: BOUNTY })
      assert.deepInclude(events.at(-1), { _tag: "Harvested", fetchRefused: null })

      yield* register(chain, 2)
      yield* chain.feed(2_000_001n)
      assert.deepInclude((yield* chain.ok(STRANGER, "harvest", {})).events.at(-1), { received: 4_000_000n, fetchRefused: null })
    })
  )

  it.scopedLive("that the chain rounded off keeps a bounty waiting until anything comes in, from the treasury or as a gift", () =>
    Effect.gen(function* () {
      const chain = yield* payable
      const held = BOUNTY - DUST - 1n
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, held)
      const refused = chain.refused(STRANGER, "payout", { issue: 1 })
      assert.deepStrictEqual(yield* refused, { _tag: "NotEnoughHeld", held, needed: BOUNTY })
      const gift = ["subtensorModule", "transferStake", chain.contract, chain.treasuryHotkey, NETUID, NETUID, 2_000_001n] as const
      assert.strictEqual(yield* transact(chain, "//Ferdie", ...gift), "done")
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
      assert.strictEqual(yield* winnings(chain), BOUNTY)
    })
  )

  it.scopedLive("is no bounty: what is under the settings' minimum cannot be registered", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const tiny = chain.refused(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: 10n * ALPHA - 1n })
      assert.deepStrictEqual(yield* tiny, { _tag: "BountyTooSmall", minimum: 10n * ALPHA })
      const lower = chain.refused(OWNER, "setConfig", { settings: [{ _tag: "MinBounty", value: 0n }] })
      assert.deepStrictEqual(yield* lower, { _tag: "ConfigOutOfBounds", value: { _tag: "MinBounty" } })
      yield* changed(chain, "setConfig", { settings: [{ _tag: "MinBounty", value: ALPHA / 10n }] })
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: ALPHA / 10n })
    })
  )
})
