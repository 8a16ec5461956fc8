/** The treasury: one pool of stake behind the treasury's hotkey, from which bounties and collateral are paid and the rest is recycled. */
import { Either, HashMap, Option } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { Competitor, ContractError, MessageArguments } from "../../src/contract-client/generated.ts"
import { RAO_PER_ALPHA } from "../../src/domain/Amount.ts"
import { COVER, DUST } from "../../src/domain/Collateral.ts"
import { lose, loserOf } from "./collateral.ts"
import { wonIssue } from "./ending.ts"
import { heldOf, least, most, pay } from "./pool.ts"
import { isSettingUp, type State } from "./State.ts"
import { alphaPrice, availableStake, readStake, recycle as recycleStake, type Subnet, stakeOf, transferAsProxy } from "./Subnet.ts"
import { bySubnet, close, putIssue, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** What a movement of stake must be worth at least, in rao of TAO. */
const LEAST_WORTH = 2_000_000n

/** Whether the chain moves so little. When it does not tell the price, it may. */
const isMovable = (subnet: Subnet, amount: bigint): boolean =>
  Either.match(alphaPrice(subnet), { onLeft: () => true, onRight: (price) => amount * price >= LEAST_WORTH * RAO_PER_ALPHA })

/** The stake of the treasury's coldkey, and how much of it can be fetched. When the chain does not tell, all of it may be. */
export const pendingOf = ({ config }: State, subnet: Subnet): Ruled<{ readonly pending: bigint; readonly available: bigint }> =>
  Either.map(bySubnet(readStake(subnet, config.treasuryHotkey, config.treasuryColdkey)), (pending) => {
    const free = Either.match(availableStake(subnet, config.treasuryColdkey), {
      onLeft: () => pending,
      onRight: (available) => least(pending, available)
    })
    return { pending, available: isMovable(subnet, free) ? free : 0n }
  })

/** Fetches the stake of the treasury's coldkey. Returns the reason why that failed, or null. */
export const fetch = (turn: Turn): Ruled<ContractError | null> =>
  Either.gen(function* () {
    const { treasuryColdkey, treasuryHotkey } = turn.state.config
    const { available } = yield* pendingOf(turn.state, turn.subnet)
    if (available === 0n) return null
    const before = stakeOf(turn.subnet, treasuryHotkey, turn.state.contract)
    const moved = transferAsProxy(turn.subnet, treasuryHotkey, treasuryColdkey, turn.state.contract, available)
    if (Option.isNone(moved)) return { _tag: "ProxyCallFailed" }
    turn.subnet = moved.value
    return stakeOf(turn.subnet, treasuryHotkey, turn.state.contract) > before ? null : { _tag: "TreasuryTransferFailed" }
  })

/** Recycles what waits for it, as far as everybody else's money leaves. Returns the amount that the chain recycled. */
const tryRecycle = (turn: Turn): Ruled<bigint> =>
  Either.gen(function* () {
    const held = yield* heldOf(turn)
    const { config, contract, toRecycle } = turn.state
    const owed = bookedOf(turn.state) - toRecycle
    const amount = least(toRecycle, most(held - owed - COVER, 0n))
    const refusal: ContractError =
      toRecycle <= DUST ? { _tag: "NothingToRecycle" } : { _tag: "NotEnoughHeld", held, needed: bookedOf(turn.state) }
    yield* unless(amount > 0n, refusal)
    const [subnet] = yield* bySubnet(recycleStake(turn.subnet, config.treasuryHotkey, contract, amount))
    const gone = held - stakeOf(subnet, config.treasuryHotkey, contract)
    yield* unless(gone > 0n, "NothingRecycled")
    const recycled = gone + DUST < amount ? gone : amount
    const left = toRecycle - recycled
    turn.subnet = subnet
    turn.state = { ...turn.state, toRecycle: left > DUST ? left : 0n, recycled: turn.state.recycled + recycled }
    turn.events.push({ _tag: "AlphaRecycled", amount: recycled, toRecycle: turn.state.toRecycle })
    return recycled
  })

export const recycle = (turn: Turn): Ruled<null> =>
  turn.state.toRecycle === 0n ? refuse("NothingToRecycle") : Either.map(tryRecycle(turn), () => null)

export const harvest = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const heldBefore = yield* heldOf(turn)
    const fetchRefused = yield* fetch(turn)
    const held = yield* heldOf(turn)
    const booked = bookedOf(turn.state)
    const received = most(held - booked - COVER, 0n)
    turn.state = { ...turn.state, unallocated: turn.state.unallocated + received }

    const queued = turn.state.nextToFund
    const funded = isSettingUp(turn.state) ? 0n : fill(turn)
    const released = isSettingUp(turn.state) ? 0n : release(turn)
    const recycling = turn.state.toRecycle > 0n ? tryRecycle(turn) : Either.right(0n)
    const recycled = Either.getOrElse(recycling, () => 0n)
    const recyclingRefused = Option.getOrNull(Option.filter(Either.getLeft(recycling), ({ _tag }) => _tag !== "NothingToRecycle"))
    // Skipping closed issues counts as progress; otherwise they could block the queue for good.
    const advanced = turn.state.nextToFund > queued
    const done = held > heldBefore || received > 0n || funded > 0n || released > 0n || recycled > 0n || advanced
    yield* unless(done, fetchRefused ?? recyclingRefused ?? "NothingToDo")
    const { toRecycle, unallocated } = turn.state
    turn.events.push({ _tag: "Harvested", received, funded, released, recycled, unallocated, toRecycle, fetchRefused, recyclingRefused })
    return null
  })

/** Fills bounties in order of registration, up to the number of issues that one harvest may visit. Returns the amount assigned. */
const fill = (turn: Turn): bigint => {
  let all = 0n
  for (let step = 0; step < turn.state.config.harvestStep && turn.state.nextToFund <= turn.state.issueCount; step++) {
    const issue = Option.getOrUndefined(HashMap.get(turn.state.issues, turn.state.nextToFund))
    if (issue !== undefined && issue.status._tag === "Funding") {
      const missing = issue.bounty - issue.funded
      const amount = least(missing, turn.state.unallocated)
      if (amount === 0n) break
      const funded = issue.funded + amount
      turn.state = { ...turn.state, unallocated: turn.state.unallocated - amount, allocated: turn.state.allocated + amount }
      putIssue(turn, { ...issue, funded, status: { _tag: funded === issue.bounty ? "Open" : "Funding" } })
      turn.events.push({ _tag: "BountyFunded", issue: issue.id, amount, funded, bounty: issue.bounty })
      all += amount
      if (funded < issue.bounty) break
    }
    turn.state = { ...turn.state, nextToFund: turn.state.nextToFund + 1 }
  }
  return all
}

/** Gives up what no issue needs: it waits to be recycled. Returns the amount. */
const release = (turn: Turn): bigint => {
  const { issueCount, nextToFund, toRecycle, unallocated } = turn.state
  if (nextToFund <= issueCount) return 0n
  turn.state = { ...turn.state, unallocated: 0n, toRecycle: toRecycle + unallocated }
  return unallocated
}

export const payout = (turn: Turn, { issue: id }: MessageArguments<"payout">): Ruled<null> =>
  Either.gen(function* () {
    const { competition, issue, winner: side } = yield* wonIssue(turn, id)
    const { payableAt } = issue
    if (payableAt === null) return yield* refuse({ _tag: "NotSolved", issue: id })
    yield* unless(turn.subnet.block >= payableAt, { _tag: "TooEarly", from: payableAt })
    const winner: Competitor = side === 0 ? competition.a : competition.b
    const amount = issue.funded
    const coldkey = issue.payTo ?? winner.coldkey
    turn.state = { ...turn.state, allocated: turn.state.allocated - amount, paid: turn.state.paid + amount }
    yield* pay(turn, coldkey, amount)
    close(turn, issue)
    putIssue(turn, { ...issue, status: { _tag: "Paid" }, waiting: null })
    turn.events.push({ _tag: "BountyPaid", issue: id, competition: competition.id, hotkey: winner.hotkey, coldkey, amount })
    lose(turn, competition, loserOf(competition, side))
    return null
  })
