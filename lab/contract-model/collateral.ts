/** Miners' collateral: coldkeys deposit it into the contract's pool and withdraw it; a verdict against a miner slashes part of it. */
import { Either, HashMap, Option } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { Collateral, Competition, Competitor, MessageArguments } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { least } from "../../src/domain/Amount.ts"
import { COVER, DUST } from "../../src/domain/Collateral.ts"
import { heldOf, pay } from "./pool.ts"
import { isSettingUp, type State } from "./State.ts"
import { moveStake, readStake, stakeKey, transferStake } from "./Subnet.ts"
import { bySubnet, type Ruled, type Turn, unless } from "./Turn.ts"

type Owner = Pick<Competitor, "hotkey" | "coldkey">

const none: Collateral = { deposited: 0n, locked: 0n }

/** A miner's deposit. */
export const collateralOf = ({ collaterals }: State, { coldkey, hotkey }: Owner): Collateral =>
  Option.getOrElse(HashMap.get(collaterals, stakeKey(hotkey, coldkey)), () => none)

const putCollateral = (turn: Turn, { coldkey, hotkey }: Owner, collateral: Collateral): void => {
  const before = collateralOf(turn.state, { coldkey, hotkey })
  turn.state = {
    ...turn.state,
    collaterals: HashMap.set(turn.state.collaterals, stakeKey(hotkey, coldkey), collateral),
    collateral: turn.state.collateral + collateral.deposited - before.deposited
  }
}

/** Locks part of a miner's collateral for a competition. */
export const lock = (turn: Turn, owner: Owner, amount: bigint): void => {
  if (amount === 0n) return
  const { deposited, locked } = collateralOf(turn.state, owner)
  putCollateral(turn, owner, { deposited, locked: locked + amount })
}

/** Unlocks a miner's collateral, except for the cost of the competition, which becomes free for issues. */
export const free = (turn: Turn, { collateral, id }: Competition, { coldkey, hotkey }: Competitor, cost: bigint): void => {
  if (collateral === 0n) return
  const before = collateralOf(turn.state, { hotkey, coldkey })
  const deposited = before.deposited - cost
  putCollateral(turn, { hotkey, coldkey }, { deposited, locked: before.locked - collateral })
  if (cost === 0n) return
  turn.state = { ...turn.state, slashed: turn.state.slashed + cost, fresh: turn.state.fresh + cost }
  turn.events.push({ _tag: "CollateralSlashed", competition: id, hotkey, coldkey, amount: cost, deposited })
}

export const depositCollateral = (turn: Turn, { amount, hotkey }: MessageArguments<"depositCollateral">): Ruled<null> =>
  Either.gen(function* () {
    const { config, contract } = turn.state
    const coldkey = turn.caller
    yield* unless(amount > 0n, "ZeroAmount")
    yield* unless(!isSettingUp(turn.state), "InSetup")
    yield* unless(hotkey !== config.treasuryHotkey, { _tag: "ReservedHotkey", hotkey })
    const theirs = (behind: AccountAddress) => bySubnet(readStake(turn.subnet, behind, coldkey))
    const theirsBefore = yield* theirs(hotkey)
    const thereBefore = yield* theirs(config.treasuryHotkey)
    const poolBefore = yield* heldOf(turn)
    turn.subnet = yield* bySubnet(moveStake(turn.subnet, "callerMoveStake", coldkey, hotkey, config.treasuryHotkey, amount))
    const given = least(theirsBefore - (yield* theirs(hotkey)), amount)
    const arrived = least((yield* theirs(config.treasuryHotkey)) - thereBefore, given)
    yield* unless(arrived > 0n, "CollateralNotReceived")
    turn.subnet = yield* bySubnet(transferStake(turn.subnet, "callerTransferStake", config.treasuryHotkey, coldkey, contract, arrived))
    // At most dust may get lost, or stay the miner's behind the treasury's hotkey.
    const held = yield* heldOf(turn)
    const pooled = least(held - poolBefore, arrived)
    yield* unless(pooled > 0n && pooled + DUST >= given, "CollateralNotReceived")
    // A deposit may fill up a missing cover, which is dust, but must not pay the pool's debts to others.
    const needed = bookedOf(turn.state)
    const booked = least(pooled, held - needed - COVER)
    yield* unless(booked > 0n && booked + DUST >= given, { _tag: "NotEnoughHeld", held: poolBefore, needed })
    const { deposited, locked } = collateralOf(turn.state, { hotkey, coldkey })
    putCollateral(turn, { hotkey, coldkey }, { deposited: deposited + booked, locked })
    turn.events.push({ _tag: "CollateralDeposited", hotkey, coldkey, amount: booked, deposited: deposited + booked })
    return null
  })

export const withdrawCollateral = (turn: Turn, { amount, hotkey }: MessageArguments<"withdrawCollateral">): Ruled<null> =>
  Either.gen(function* () {
    const coldkey = turn.caller
    yield* unless(amount > 0n, "ZeroAmount")
    const { deposited, locked } = collateralOf(turn.state, { hotkey, coldkey })
    yield* unless(amount <= deposited, { _tag: "NotEnoughCollateral", deposited })
    const free = deposited - locked
    yield* unless(amount <= free, { _tag: "CollateralLocked", free })
    putCollateral(turn, { hotkey, coldkey }, { deposited: deposited - amount, locked })
    yield* pay(turn, coldkey, amount)
    turn.events.push({ _tag: "CollateralWithdrawn", hotkey, coldkey, amount, deposited: deposited - amount })
    return null
  })
