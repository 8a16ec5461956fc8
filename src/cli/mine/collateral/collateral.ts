/** Deposits, withdraws and shows a miner's collateral. */
import { Effect, type Option } from "effect"
import type { ContractEvent } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { parseAlpha } from "../../../domain/Amount.ts"
import { Wallet } from "../../../layers/chain/wallet/Wallet.ts"
import { alpha, print, table } from "../../../layers/machine/terminal/output.ts"
import { checkStake, collateralOf } from "../../../roles/miner/collateral.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { type CallOptions, callOf, contractCall } from "../../shared/contractCall.ts"
import { hotkeyGiven, walletLayer } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"

interface MinerOptions {
  readonly miner: Option.Option<AccountAddress>
  readonly key: KeyOptions
}

export interface AmountOptions extends CallOptions, MinerOptions {
  readonly amount: string
}

const hotkeyOf = ({ miner, key }: MinerOptions) => hotkeyGiven(miner, key)

const parseAmount = (options: AmountOptions) => Effect.all({ amount: parseAlpha(options.amount), hotkey: hotkeyOf(options) })

/** The amount that the contract booked, which may be less than requested. */
const bookedIn = (events: ReadonlyArray<ContractEvent>) =>
  events.find((event) => event._tag === "CollateralDeposited" || event._tag === "CollateralWithdrawn")

type MinerCollateral = Effect.Effect.Success<ReturnType<typeof collateralOf>>

const percent = (bps: number): string => `${bps / 100}%`

/** The collateral that the contract currently requires. */
const requirement = ({ collateralBps, slashBps }: Pick<MinerCollateral, "collateralBps" | "slashBps">): string =>
  collateralBps === 0
    ? "matches require no collateral at present"
    : `a competitor must have ${percent(collateralBps)} of the bounty free: ${alpha(BigInt(collateralBps) * 100_000n)} for each alpha of it; losing, or a verdict that nobody solved the issue, costs ${percent(slashBps)} of that`

const factsOf =
  ({ hotkey, coldkey, locked, collateralBps, slashBps }: MinerCollateral, amount: bigint, expected: bigint) =>
  ({ events }: { readonly events: ReadonlyArray<ContractEvent> }) => {
    const booked = bookedIn(events)
    const deposited = booked?.deposited ?? expected
    return {
      hotkey,
      coldkey,
      amountRao: booked?.amount ?? amount,
      depositedRao: deposited,
      freeRao: deposited > locked ? deposited - locked : 0n,
      collateralBps,
      slashBps
    }
  }

export const deposit = (options: AmountOptions) =>
  Effect.flatMap(parseAmount(options), ({ amount, hotkey }) =>
    contractCall("coldkey", options, (coldkey) =>
      Effect.map(checkStake({ hotkey, coldkey }, amount), (collateral) =>
        callOf({
          message: "depositCollateral",
          args: { hotkey, amount },
          facts: factsOf(collateral, amount, collateral.deposited + amount),
          does: () => `deposit ${alpha(amount)} of ${coldkey}'s stake behind ${hotkey} as collateral, which a lost match can cost`,
          did: ({ amountRao, depositedRao, freeRao }) => [
            `deposited ${alpha(amountRao)} behind ${hotkey}: ${alpha(depositedRao)} are there now, ${alpha(freeRao)} of it free`,
            requirement(collateral)
          ]
        })
      )
    )
  )

export const withdraw = (options: AmountOptions) =>
  Effect.flatMap(parseAmount(options), ({ amount, hotkey }) =>
    contractCall("coldkey", options, (coldkey) =>
      Effect.map(collateralOf({ hotkey, coldkey }), (collateral) =>
        callOf({
          message: "withdrawCollateral",
          args: { hotkey, amount },
          facts: factsOf(collateral, amount, collateral.deposited > amount ? collateral.deposited - amount : 0n),
          does: () => `take ${alpha(amount)} of collateral behind ${hotkey} back to ${coldkey}'s stake`,
          did: ({ amountRao, depositedRao }) => [`took ${alpha(amountRao)} back: ${alpha(depositedRao)} stay deposited behind ${hotkey}`]
        })
      )
    )
  )

export interface ShowOptions extends ContractOptions, MinerOptions {
  readonly json: boolean
}

export const show = (options: ShowOptions) =>
  Effect.gen(function* () {
    const hotkey = yield* hotkeyOf(options)
    const coldkey = yield* (yield* Wallet).coldkeyAddress
    const collateral = yield* collateralOf({ hotkey, coldkey }).pipe(Effect.provide(contractLayer(options)))
    yield* print(options.json, collateral, ({ deposited, locked, free, stake, ...settings }) => [
      requirement(settings),
      ...table([
        ["deposited", alpha(deposited), `behind ${hotkey} by ${coldkey}`],
        ["locked", alpha(locked), "bound to matches"],
        ["free", alpha(free), "can be withdrawn, or locked by a match"],
        ["stake", alpha(stake), "staked behind the hotkey, not deposited"]
      ])
    ])
  }).pipe(Effect.provide(walletLayer(options.key)))
