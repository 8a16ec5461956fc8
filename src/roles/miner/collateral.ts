/** A miner's collateral: required, deposited and free. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"

/** A miner is a hotkey with the coldkey that owns its collateral. */
export interface Miner {
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
}

/** A miner's collateral and the contract settings that determine what is required, at the finalised head. Amounts in rao. */
export const collateralOf = Effect.fn("miner.collateralOf")(function* ({ hotkey, coldkey }: Miner) {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const head = yield* chain.finalisedHead
  const [{ collateralBps, slashBps }, [found], stake] = yield* Effect.all(
    [
      contract.read("config", {}, head),
      contract.stored("collateral", { miners: [[hotkey, coldkey]] }, head),
      subnet.stakeOf(hotkey, coldkey, head)
    ],
    { concurrency: 3 }
  )
  const { deposited, locked } = found ?? { deposited: 0n, locked: 0n }
  const free = deposited > locked ? deposited - locked : 0n
  return { block: head.number, hotkey, coldkey, collateralBps, slashBps, deposited, locked, free, stake }
})

/** Fails if the hotkey has less stake than the amount to deposit. */
export const checkStake = Effect.fn("miner.checkStake")(function* (miner: Miner, amount: bigint) {
  const collateral = yield* collateralOf(miner)
  if (collateral.stake < amount)
    return yield* new OperationFailed({
      // The chain would silently move less.
      message: `${miner.coldkey} has ${formatAlpha(collateral.stake)} alpha staked behind ${miner.hotkey}, not ${formatAlpha(amount)}: stake more there first, for example with btcli stake add`
    })
  return collateral
})
