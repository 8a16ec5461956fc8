/** The real contract's refusals to miners about collateral. Each names its error and changes no byte. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { STRANGER } from "../../support/contract/accounts.ts"
import { whileFailing } from "../../support/contract/faults.ts"
import { bonded, staked } from "../../support/contract/refusals/bonded.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { openIssue, started } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"
import { DUST } from "../../support/figures.ts"

/** A tenth of the bounty, all of which a lost competition costs. */
const REQUIRED = BOUNTY / 10n
const withCollateral = Effect.succeed({ collateralBps: 1_000 })

/** Miners 5 and 6 compete, each with one alpha more than required. */
const competing = (chain: World) =>
  Effect.gen(function* () {
    const issue = yield* openIssue(chain, 1)
    const [five] = [yield* bonded(chain, 5, REQUIRED + ALPHA), yield* bonded(chain, 6, REQUIRED + ALPHA)]
    return { ...five, id: yield* started(chain, issue, [5, 6]) }
  })

describe("the real contract: collateral", () => {
  refuses("depositCollateral", "amount 0", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* staked(chain, 5, ALPHA)
      equal(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: 0n }), { _tag: "ZeroAmount" })
    })
  )

  refuses(
    "depositCollateral",
    "while the contract is being set up",
    (chain) =>
      Effect.gen(function* () {
        const { cold, hotkey } = yield* staked(chain, 5, ALPHA)
        equal(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA }), { _tag: "InSetup" })
      }),
    Effect.succeed({ ownerDelay: 0 })
  )

  refuses("depositCollateral", "stake behind the treasury's hotkey", (chain) =>
    Effect.gen(function* () {
      const { cold, coldkey } = yield* staked(chain, 5, ALPHA)
      const hotkey = chain.treasuryHotkey
      yield* chain.forceStake(hotkey, coldkey, ALPHA)
      equal(yield* chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA }), { _tag: "ReservedHotkey", hotkey })
    })
  )

  refuses("depositCollateral", "what does not arrive", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* staked(chain, 5, ALPHA)
      const deposit = chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA })
      equal(yield* whileFailing(chain, "callerTransferStake", 0, deposit), { _tag: "CollateralNotReceived" })
      equal(yield* whileFailing(chain, "callerMoveStake", 0, deposit), { _tag: "CollateralNotReceived" })
    })
  )

  refuses("depositCollateral", "what the chain does not transfer", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* staked(chain, 5, ALPHA)
      const deposit = chain.refused(cold, "depositCollateral", { hotkey, amount: ALPHA })
      equal(yield* whileFailing(chain, "callerTransferStake", 7, deposit), { _tag: "Subtensor", value: { _tag: "RateLimitExceeded" } })
      equal(yield* whileFailing(chain, "callerMoveStake", 13, deposit), { _tag: "Subtensor", value: { _tag: "AmountTooLow" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, false)
      equal(yield* deposit, { _tag: "Subtensor", value: { _tag: "SubtokenDisabled" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, true)
      yield* chain.ok(cold, "depositCollateral", { hotkey, amount: ALPHA })
    })
  )

  refuses("withdrawCollateral", "amount 0", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* bonded(chain, 5, ALPHA)
      equal(yield* chain.refused(cold, "withdrawCollateral", { hotkey, amount: 0n }), { _tag: "ZeroAmount" })
    })
  )

  refuses(
    "withdrawCollateral",
    "what is locked",
    (chain) =>
      Effect.gen(function* () {
        const { cold, hotkey } = yield* competing(chain)
        const withdraw = (amount: bigint) => chain.refused(cold, "withdrawCollateral", { hotkey, amount })
        const free = ALPHA + DUST
        equal(yield* withdraw(free + 1n), { _tag: "CollateralLocked", free })
        yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: free })
        equal(yield* withdraw(1n), { _tag: "CollateralLocked", free: 0n })
      }),
    withCollateral
  )

  refuses("withdrawCollateral", "more than there is", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* bonded(chain, 5, ALPHA)
      const withdraw = (who: string, amount: bigint) => chain.refused(who, "withdrawCollateral", { hotkey, amount })
      equal(yield* withdraw(cold, ALPHA + 1n), { _tag: "NotEnoughCollateral", deposited: ALPHA })
      equal(yield* withdraw(STRANGER, 1n), { _tag: "NotEnoughCollateral", deposited: 0n })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
      equal(yield* withdraw(cold, 1n), { _tag: "NotEnoughCollateral", deposited: 0n })
    })
  )

  refuses("withdrawCollateral", "more than the contract has", (chain) =>
    Effect.gen(function* () {
      const { cold, hotkey } = yield* bonded(chain, 5, 2n * ALPHA)
      yield* chain.forceStake(chain.treasuryHotkey, chain.contract, ALPHA)
      const needed = 2n * ALPHA
      equal(yield* chain.refused(cold, "withdrawCollateral", { hotkey, amount: needed }), { _tag: "NotEnoughHeld", held: ALPHA, needed })
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
    })
  )

  refuses("withdrawCollateral", "what the chain does not transfer", (chain) =>
    Effect.gen(function* () {
      const { cold, coldkey, hotkey } = yield* bonded(chain, 5, 2n * ALPHA)
      const withdraw = chain.refused(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
      equal(yield* whileFailing(chain, "transferStake", 14, withdraw), { _tag: "PaymentRefused", error: { _tag: "InsufficientLiquidity" } })
      // The chain reports success but moves nothing.
      equal(yield* whileFailing(chain, "transferStake", 0, withdraw), { _tag: "PaymentIncomplete", moved: 0n })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, false)
      equal(yield* withdraw, { _tag: "PaymentRefused", error: { _tag: "SubtokenDisabled" } })
      yield* chain.sudo("adminUtils", "sudoSetSubtokenEnabled", 74, true)
      yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
      // The pool is behind the treasury's hotkey, and so are withdrawals from it.
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), ALPHA)
    })
  )
})
