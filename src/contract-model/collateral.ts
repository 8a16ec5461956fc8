/** Miners' collateral: deposited and withdrawn by their coldkeys, and slashed in part for a loss or an expiry. */
import { Either, HashMap, Option } from "effect"
import type { Collateral, Competition, Competitor, ContractError, MessageArguments } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { CollateralSums, State } from "./State.ts"
import { readStake, recycle, stakeKey, transferStake } from "./Subnet.ts"
import { bySubnet, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

type Owner = Pick<Competitor, "hotkey" | "coldkey">

const none: Collateral = { deposited: 0n, locked: 0n }
const nothing: CollateralSums = { deposited: 0n, slashed: 0n, recycled: 0n }

/** A share of an amount in basis points, rounded down. */
export const share = (amount: bigint, basisPoints: number): bigint => (amount * BigInt(basisPoints)) / 10_000n

/** A miner's deposit. */
export const collateralOf = ({ collaterals }: State, { coldkey, hotkey }: Owner): Collateral =>
  Option.getOrElse(HashMap.get(collaterals, stakeKey(hotkey, coldkey)), () => none)

/** The collateral totals behind a hotkey. */
export const sumsBehind = ({ collateralSums }: State, hotkey: AccountAddress): CollateralSums =>
  Option.getOrElse(HashMap.get(collateralSums, hotkey), () => nothing)

/** The collateral totals of all hotkeys. */
export const allCollateral = ({ collateralSums }: State): CollateralSums =>
  HashMap.reduce(collateralSums, nothing, (all, { deposited, recycled, slashed }) => ({
    deposited: all.deposited + deposited,
    slashed: all.slashed + slashed,
    recycled: all.recycled + recycled
  }))

const putCollateral = (turn: Turn, { coldkey, hotkey }: Owner, collateral: Collateral): void => {
  const before = collateralOf(turn.state, { coldkey, hotkey })
  const sums = sumsBehind(turn.state, hotkey)
  const deposited = sums.deposited + collateral.deposited - before.deposited
  turn.state = { ...turn.state, collaterals: HashMap.set(turn.state.collaterals, stakeKey(hotkey, coldkey), collateral) }
  putSums(turn, hotkey, { ...sums, deposited })
}

const putSums = (turn: Turn, hotkey: AccountAddress, sums: CollateralSums): void => {
  turn.state = { ...turn.state, collateralSums: HashMap.set(turn.state.collateralSums, hotkey, sums) }
}

/** Locks part of a miner's collateral for a competition; a negative amount unlocks it. */
export const lock = (turn: Turn, owner: Owner, amount: bigint): void => {
  if (amount === 0n) return
  const { deposited, locked } = collateralOf(turn.state, owner)
  putCollateral(turn, owner, { deposited, locked: locked + amount })
}

/** The competitor that did not win. */
export const loserOf = ({ a, b }: Competition, winner: number): Competitor => (winner === 0 ? b : a)

/** Unlocks a miner's collateral and slashes the cost of losing. Never fails the message that it is part of. */
export const lose = (turn: Turn, competition: Competition, owner: Competitor): void => {
  lock(turn, owner, -competition.collateral)
  const amount = competition.slash
  if (amount === 0n) return
  const { deposited, locked } = collateralOf(turn.state, owner)
  const left = { deposited: deposited - amount, locked }
  putCollateral(turn, owner, left)
  const sums = sumsBehind(turn.state, owner.hotkey)
  putSums(turn, owner.hotkey, { ...sums, slashed: sums.slashed + amount })
  const { coldkey, hotkey } = owner
  turn.events.push({ _tag: "CollateralSlashed", competition: competition.id, hotkey, coldkey, amount, deposited: left.deposited })
  const recycled = recycleWaiting(turn, hotkey)
  if (Either.isRight(recycled)) return
  // The event also covers amounts that could not be recycled earlier.
  turn.events.push({ _tag: "CollateralRecyclingFailed", hotkey, amount: sumsBehind(turn.state, hotkey).slashed, error: recycled.left })
}

/** Recycles slashed collateral behind a hotkey; returns the amount that the chain recycled. */
const recycleWaiting = (turn: Turn, hotkey: AccountAddress): Either.Either<bigint, ContractError> =>
  Either.gen(function* () {
    const sums = sumsBehind(turn.state, hotkey)
    const [subnet, recycled] = yield* bySubnet(recycle(turn.subnet, hotkey, turn.state.contract, sums.slashed))
    yield* unless(recycled > 0n, "NothingRecycled")
    turn.subnet = subnet
    putSums(turn, hotkey, { ...sums, slashed: sums.slashed - recycled, recycled: sums.recycled + recycled })
    turn.events.push({ _tag: "CollateralRecycled", hotkey, amount: recycled })
    return recycled
  })

export const recycleSlashed = (turn: Turn, { hotkey }: MessageArguments<"recycleSlashed">): Ruled<null> =>
  sumsBehind(turn.state, hotkey).slashed === 0n ? refuse("NothingSlashed") : Either.map(recycleWaiting(turn, hotkey), () => null)

export const depositCollateral = (turn: Turn, { amount, hotkey }: MessageArguments<"depositCollateral">): Ruled<null> =>
  Either.gen(function* () {
    const { contract } = turn.state
    const coldkey = turn.caller
    yield* unless(amount > 0n, "ZeroAmount")
    yield* unless(hotkey !== turn.state.config.treasuryHotkey, "CollateralBehindTreasury")
    const before = yield* bySubnet(readStake(turn.subnet, hotkey, contract))
    turn.subnet = yield* bySubnet(transferStake(turn.subnet, "callerTransferStake", hotkey, coldkey, contract, amount))
    const arrived = (yield* bySubnet(readStake(turn.subnet, hotkey, contract))) - before
    yield* unless(arrived > 0n, "CollateralNotReceived")
    const { deposited, locked } = collateralOf(turn.state, { hotkey, coldkey })
    putCollateral(turn, { hotkey, coldkey }, { deposited: deposited + arrived, locked })
    turn.events.push({ _tag: "CollateralDeposited", hotkey, coldkey, amount: arrived, deposited: deposited + arrived })
    return null
  })

export const withdrawCollateral = (turn: Turn, { amount, hotkey }: MessageArguments<"withdrawCollateral">): Ruled<null> =>
  Either.gen(function* () {
    const { contract } = turn.state
    const coldkey = turn.caller
    yield* unless(amount > 0n, "ZeroAmount")
    const { deposited, locked } = collateralOf(turn.state, { hotkey, coldkey })
    yield* unless(amount <= deposited, { _tag: "NotEnoughCollateral", deposited })
    const free = deposited - locked
    yield* unless(amount <= free, { _tag: "CollateralLocked", free })
    const there = yield* bySubnet(readStake(turn.subnet, hotkey, contract))
    yield* unless(there >= amount, { _tag: "NotEnoughHeld", held: there })
    turn.subnet = yield* bySubnet(transferStake(turn.subnet, "transferStake", hotkey, contract, coldkey, amount))
    putCollateral(turn, { hotkey, coldkey }, { deposited: deposited - amount, locked })
    turn.events.push({ _tag: "CollateralWithdrawn", hotkey, coldkey, amount, deposited: deposited - amount })
    return null
  })
