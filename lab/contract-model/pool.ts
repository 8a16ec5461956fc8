/** The contract's pool: its own stake behind the treasury's hotkey, from which everything is paid. */

import { Either } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { least, most } from "../../src/domain/Amount.ts"
import { COVER, DUST } from "../../src/domain/Collateral.ts"
import { readStake, transferStake } from "./Subnet.ts"
import { bySubnet, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

type Chain = Pick<Turn, "state" | "subnet">

export const heldBehind = ({ state, subnet }: Chain, hotkey: AccountAddress): Ruled<bigint> =>
  bySubnet(readStake(subnet, hotkey, state.contract))

/** The contract's own stake behind the treasury's hotkey. */
export const heldOf = (chain: Chain): Ruled<bigint> => heldBehind(chain, chain.state.config.treasuryHotkey)

/**
 * Pays from the pool what the books have already released. Succeeds only if the whole amount, except for dust, left the pool. A shortfall of the
 * pool's cover stays.
 */
export const pay = (turn: Turn, to: AccountAddress, amount: bigint): Ruled<void> =>
  Either.gen(function* () {
    const { config, contract } = turn.state
    const held = yield* heldOf(turn)
    const spare = held - bookedOf(turn.state) - COVER
    const asked = most(least(amount, spare), most(amount - DUST, 0n))
    yield* unless(held >= asked, { _tag: "NotEnoughHeld", held, needed: amount })
    const paid = transferStake(turn.subnet, "transferStake", config.treasuryHotkey, contract, to, asked)
    if (Either.isLeft(paid)) return yield* refuse({ _tag: "PaymentRefused", error: paid.left })
    turn.subnet = paid.right
    const left = yield* heldOf(turn)
    const moved = held > left ? held - left : 0n
    yield* unless(moved + DUST >= asked, { _tag: "PaymentIncomplete", moved })
  })
