/**
 * The treasury: one pool of stake behind the treasury's hotkey, from which bounties and collateral are paid. Money that no issue needs for long is
 * recycled.
 */
import { Either, HashMap, Option } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { MessageArguments } from "../../src/contract-client/generated.ts"
import { least, most, RAO_PER_ALPHA } from "../../src/domain/Amount.ts"
import { COVER, DUST } from "../../src/domain/Collateral.ts"
import { payeeOf, wonIssue } from "./ending.ts"
import { heldOf, pay } from "./pool.ts"
import { isSettingUp, type State } from "./State.ts"
import { alphaPrice, availableStake, readStake, recycle, type Subnet, stakeOf, transferAsProxy } from "./Subnet.ts"
import { bySubnet, close, putIssue, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** The minimum value of a stake movement, in rao of TAO. */
const LEAST_WORTH = 2_000_000n

/** Whether the amount reaches the chain's minimum. If the chain does not answer the price, the amount is assumed movable. */
export const isMovable = (subnet: Subnet, amount: bigint): boolean =>
  Either.match(alphaPrice(subnet), { onLeft: () => true, onRight: (price) => amount * price >= LEAST_WORTH * RAO_PER_ALPHA })

/** The stake of the treasury's coldkey, and how much of it can be collected: all, if the chain does not answer. */
export const pendingOf = ({ config }: State, subnet: Subnet): Ruled<{ readonly pending: bigint; readonly available: bigint }> =>
  Either.map(bySubnet(readStake(subnet, config.treasuryHotkey, config.treasuryColdkey)), (pending) => {
    const free = Either.match(availableStake(subnet, config.treasuryColdkey), {
      onLeft: () => pending,
      onRight: (available) => least(pending, available)
    })
    return { pending, available: isMovable(subnet, free) ? free : 0n }
  })

/** Collects the stake of the treasury's coldkey. Returns whether it collected any. */
export const fetch = (turn: Turn): Ruled<boolean> =>
  Either.gen(function* () {
    const { treasuryColdkey, treasuryHotkey } = turn.state.config
    const { available } = yield* pendingOf(turn.state, turn.subnet)
    if (available === 0n) return false
    const before = stakeOf(turn.subnet, treasuryHotkey, turn.state.contract)
    const moved = transferAsProxy(turn.subnet, treasuryHotkey, treasuryColdkey, turn.state.contract, available)
    if (Option.isNone(moved)) return yield* refuse("ProxyCallFailed")
    turn.subnet = moved.value
    yield* unless(stakeOf(turn.subnet, treasuryHotkey, turn.state.contract) > before, "TreasuryTransferFailed")
    return true
  })

export const harvest = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const fetched = fetch(turn)
    const fetchRefused = Option.getOrNull(Either.getLeft(fetched))
    const held = yield* heldOf(turn)
    const received = most(held - bookedOf(turn.state) - COVER, 0n)
    turn.state = { ...turn.state, fresh: turn.state.fresh + received }

    const { agedAt, nextToFund } = turn.state
    const funded = isSettingUp(turn.state) ? 0n : fill(turn)
    const recycling = mayTurn(turn) ? turnMoney(turn) : Either.right(0n)
    const recycled = Either.getOrElse(recycling, () => 0n)
    const recyclingRefused = Option.getOrNull(Either.getLeft(recycling))
    // Skipping closed issues counts as progress; otherwise they could block the queue for good.
    const advanced = turn.state.nextToFund > nextToFund || turn.state.agedAt !== agedAt
    const done = Either.getOrElse(fetched, () => false) || received > 0n || funded > 0n || advanced
    yield* unless(done, fetchRefused ?? recyclingRefused ?? "NothingToDo")
    const { aged, fresh } = turn.state
    turn.events.push({ _tag: "Harvested", received, funded, recycled, fresh, aged, fetchRefused, recyclingRefused })
    return null
  })

/** Whether free money has waited long enough, and no issue may still need it. */
const mayTurn = ({ state, subnet }: Turn): boolean =>
  !isSettingUp(state) &&
  state.fresh + state.aged > 0n &&
  subnet.block - state.agedAt >= state.config.recycleAfter &&
  state.nextToFund > state.issueCount

/** Recycles the rest of the aged money; the fresh money becomes the aged money. Returns the recycled amount. */
const turnMoney = (turn: Turn): Ruled<bigint> =>
  Either.map(recycleAged(turn), (recycled) => {
    const { aged, fresh } = turn.state
    turn.state = { ...turn.state, aged: aged + fresh, fresh: 0n, agedAt: turn.subnet.block }
    return recycled
  })

/** Recycles the aged money except for dust, as far as the pool covers everybody else's money. Returns the amount that the chain recycled. */
const recycleAged = (turn: Turn): Ruled<bigint> =>
  Either.gen(function* () {
    const { aged, config, contract } = turn.state
    if (aged <= DUST) return 0n
    const held = yield* heldOf(turn)
    const booked = bookedOf(turn.state)
    const amount = least(aged, most(held - (booked - aged) - COVER, 0n))
    yield* unless(amount > 0n, { _tag: "NotEnoughHeld", held, needed: booked })
    const [subnet] = yield* bySubnet(recycle(turn.subnet, config.treasuryHotkey, contract, amount))
    const gone = held - stakeOf(subnet, config.treasuryHotkey, contract)
    yield* unless(gone > 0n, "NothingRecycled")
    const recycled = gone + DUST < amount ? gone : amount
    const left = aged - recycled
    turn.subnet = subnet
    turn.state = { ...turn.state, aged: left > DUST ? left : 0n, recycled: turn.state.recycled + recycled }
    return recycled
  })

/** Fills bounties in order of registration, up to the number of issues that one harvest may visit. Returns the amount assigned. */
const fill = (turn: Turn): bigint => {
  let all = 0n
  for (let step = 0; step < turn.state.config.harvestStep && turn.state.nextToFund <= turn.state.issueCount; step++) {
    const issue = Option.getOrUndefined(HashMap.get(turn.state.issues, turn.state.nextToFund))
    if (issue !== undefined && issue.status._tag === "Funding") {
      const missing = issue.bounty - issue.funded
      const { aged, allocated, fresh } = turn.state
      const amount = least(missing, aged + fresh)
      if (amount === 0n) break
      const funded = issue.funded + amount
      const fromAged = least(amount, aged)
      turn.state = { ...turn.state, aged: aged - fromAged, fresh: fresh - (amount - fromAged), allocated: allocated + amount }
      putIssue(turn, { ...issue, funded, status: { _tag: funded === issue.bounty ? "Open" : "Funding" } })
      turn.events.push({ _tag: "BountyFunded", issue: issue.id, amount, funded, bounty: issue.bounty })
      all += amount
      if (funded < issue.bounty) break
    }
    turn.state = { ...turn.state, nextToFund: turn.state.nextToFund + 1 }
  }
  return all
}

export const payout = (turn: Turn, { issue: id }: MessageArguments<"payout">): Ruled<null> =>
  Either.gen(function* () {
    const { competition, issue, side } = yield* wonIssue(turn, id)
    const { hotkey } = side === 0 ? competition.a : competition.b
    const coldkey = payeeOf(turn.state, competition, side)
    const amount = issue.funded
    turn.state = { ...turn.state, allocated: turn.state.allocated - amount, paid: turn.state.paid + amount }
    yield* pay(turn, coldkey, amount)
    close(turn, issue)
    putIssue(turn, { ...issue, status: { _tag: "Paid" } })
    turn.events.push({ _tag: "BountyPaid", issue: id, competition: competition.id, hotkey, coldkey, amount })
    return null
  })
