/** The contract's four movements of money under unusual conditions, as observed with Subtensor's pallets (June 2026, spec version 425). */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { storageValueKey } from "../../lab/devnet/chain/state/keys.ts"
import { AccountAddress } from "../../src/domain/Account.ts"
import { OWNER, STRANGER } from "../support/contract/accounts.ts"
import { world } from "../support/contract/newWorld.ts"
import { bonded } from "../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../support/contract/settings.ts"
import { openIssue, started, won } from "../support/contract/steps.ts"
import { NETUID } from "../support/contract/subnet.ts"
import type { World } from "../support/contract/World.ts"
import { accountPart, subnetPart } from "../support/subtensor/poolStorage.ts"

/** A solved bounty that can be paid, collateral that can be deposited and withdrawn, and alpha for another bounty. */
const eventful = Effect.gen(function* () {
  const chain = yield* world()
  const issue = yield* openIssue(chain, 1)
  const { cold, hotkey } = yield* bonded(chain, 7, 5n * ALPHA)
  yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
  yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 2, bounty: BOUNTY })
  yield* chain.feed(BOUNTY)
  const now = yield* chain.block
  const told = (answer: Either.Either<unknown, { readonly _tag: string }>) =>
    Either.match(answer, {
      onRight: () => "ok",
      onLeft: (error) => ("value" in error ? error.value : "error" in error ? error.error : error)
    })
  const tag = (value: unknown) => (typeof value === "object" && value !== null && "_tag" in value ? String(value._tag) : String(value))
  /** The result of each movement. */
  const movements = Effect.map(
    Effect.all([
      chain.answerIn(now, STRANGER, "payout", { issue }),
      chain.answerIn(now, cold, "depositCollateral", { hotkey, amount: ALPHA }),
      chain.answerIn(now, cold, "withdrawCollateral", { hotkey, amount: ALPHA }),
      chain.answerIn(now, STRANGER, "harvest", {})
    ]),
    (answers) => answers.map((answer) => tag(told(answer)))
  )
  return { chain, movements }
})

const set = (chain: World, key: string, value: string | undefined) =>
  value === undefined ? chain.sudo("system", "killStorage", [`0x${key}`]) : chain.sudo("system", "setStorage", [[`0x${key}`, value]])

const item = (name: string) => storageValueKey("SubtensorModule", name)
const alphaOut = item("SubnetAlphaOut") + subnetPart(NETUID)
const raw = (chain: World, key: string) => Effect.promise(async () => (await chain.api.rpc.state.getStorage(`0x${key}`))?.toString())

const asTreasury = (chain: World, name: "addProxy" | "removeProxy") =>
  chain.sudo("sudo", "sudoAs", chain.treasuryColdkey, chain.api.tx.proxy?.[name]?.(chain.contract, "Transfer", 0))

interface Situation {
  readonly begin: (chain: World) => Effect.Effect<unknown, Error>
  readonly end: (chain: World) => Effect.Effect<unknown, Error>
  /** Results of payout, deposit, withdrawal and harvest. */
  readonly expected: readonly [string, string, string, string]
}

const admin =
  (name: string, ...args: ReadonlyArray<unknown>) =>
  (chain: World) =>
    chain.sudo("adminUtils", name, ...args)

const situations: Readonly<Record<string, Situation>> = {
  "as usual": { begin: () => Effect.void, end: () => Effect.void, expected: ["ok", "ok", "ok", "ok"] },
  "transfers switched off": {
    begin: admin("sudoSetToggleTransfer", NETUID, false),
    end: admin("sudoSetToggleTransfer", NETUID, true),
    expected: ["RuntimeError", "RuntimeError", "RuntimeError", "TreasuryTransferFailed"]
  },
  "subtoken off": {
    begin: admin("sudoSetSubtokenEnabled", NETUID, false),
    end: admin("sudoSetSubtokenEnabled", NETUID, true),
    expected: ["SubtokenDisabled", "SubtokenDisabled", "SubtokenDisabled", "TreasuryTransferFailed"]
  },
  "below the minimum": {
    begin: admin("devSetMinStake", 1_000n * BOUNTY),
    end: admin("devSetMinStake", 2_000_000n),
    expected: ["AmountTooLow", "AmountTooLow", "AmountTooLow", "TreasuryTransferFailed"]
  },
  "all of the contract's stake locked": {
    begin: (chain) =>
      Effect.flatMap(chain.stake(chain.treasuryHotkey, chain.contract), (all) =>
        admin("devSetLock", chain.contract, chain.treasuryHotkey, NETUID, all)(chain)
      ),
    end: (chain) => admin("devSetLock", chain.contract, chain.treasuryHotkey, NETUID, 0)(chain),
    expected: ["RuntimeError", "ok", "RuntimeError", "ok"]
  },
  "the contract no proxy of the treasury": {
    begin: (chain) => asTreasury(chain, "removeProxy"),
    end: (chain) => asTreasury(chain, "addProxy"),
    expected: ["ok", "ok", "ok", "ProxyCallFailed"]
  }
}

describe("the contract's money", () => {
  it.scopedLive("is moved or refused as on Subtensor in each situation", () =>
    Effect.gen(function* () {
      const { chain, movements } = yield* eventful
      for (const [situation, { begin, end, expected }] of Object.entries(situations)) {
        yield* begin(chain)
        assert.deepStrictEqual(yield* movements, [...expected], situation)
        yield* end(chain)
      }

      const out = yield* raw(chain, alphaOut)
      yield* set(chain, alphaOut, "0x0100000000000000")
      assert.deepStrictEqual(yield* movements, ["ok", "ok", "ok", "ok"], "AlphaOut of 1")
      yield* set(chain, alphaOut, out)

      const owner = item("Owner") + accountPart(AccountAddress.make(chain.treasuryHotkey))
      const owned = yield* raw(chain, owner)
      yield* set(chain, owner, undefined)
      assert.deepStrictEqual(
        yield* movements,
        ["NotRegistered", "NotRegistered", "NotRegistered", "TreasuryTransferFailed"],
        "the treasury's hotkey without an owner"
      )
      yield* set(chain, owner, owned)

      yield* set(chain, item("NetworksAdded") + subnetPart(NETUID), undefined)
      // The recorded contract did not check whether the subnet exists, and passed on the chain's SubnetDoesNotExist.
      const expected = ["SubnetEnded", "SubnetEnded", "SubnetEnded", "SubnetEnded"]
      assert.deepStrictEqual(yield* movements, expected, "the subnet gone, and the stake on it not yet")
    })
  )
})
