/** The contract's pool: its own stake behind the treasury's hotkey, from which everything is paid. */
import { Either } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { readStake, transferStake } from "./Subnet.ts"
import { bySubnet, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

type Chain = Pick<Turn, "state" | "subnet">

/** The contract's own stake behind a hotkey. */
export const heldBehind = ({ state, subnet }: Chain, hotkey: AccountAddress): Ruled<bigint> =>
  bySubnet(readStake(subnet, hotkey, state.contract))

/** The contract's own stake behind the treasury's hotkey. */
export const heldOf = (chain: Chain): Ruled<bigint> => heldBehind(chain, chain.state.config.treasuryHotkey)

/** Pays from the pool. Succeeds only if all of the amount left it. */
export const pay = (turn: Turn, to: AccountAddress, amount: bigint): Ruled<void> =>
  Either.gen(function* () {
    const { config, contract } = turn.state
    const held = yield* heldOf(turn)
    yield* unless(held >= amount, { _tag: "NotEnoughHeld", held, needed: amount })
    const paid = transferStake(turn.subnet, "transferStake", config.treasuryHotkey, contract, to, amount)
    if (Either.isLeft(paid)) return yield* refuse({ _tag: "PaymentRefused", error: paid.left })
    turn.subnet = paid.right
    const left = yield* heldOf(turn)
    const moved = held > left ? held - left : 0n
    yield* unless(moved >= amount, { _tag: "PaymentIncomplete", moved })
  })

/** The smaller of two amounts. */
export const least = (left: bigint, right: bigint): bigint => (left <= right ? left : right)
