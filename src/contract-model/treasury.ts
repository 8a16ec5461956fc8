/** The treasury: collects emission, funds bounties, pays and recycles. */
import { Either, HashMap, Option } from "effect"
import type { Competitor, ContractError, Issue, MessageArguments } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { lose, loserOf, sumsBehind } from "./collateral.ts"
import { readStake, recycle, stakeOf, transferAsProxy, transferStake } from "./Subnet.ts"
import { bySubnet, competitionOf, forgetReference, issueOf, putIssue, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** The contract's own stake behind a hotkey: bounties, without miners' collateral. */
export const heldBehind = ({ state, subnet }: Turn, hotkey: AccountAddress): Ruled<bigint> =>
  Either.map(bySubnet(readStake(subnet, hotkey, state.contract)), (stake) => {
    const { deposited, slashed } = sumsBehind(state, hotkey)
    const own = stake - deposited - slashed
    return own > 0n ? own : 0n
  })

const held = (turn: Turn): Ruled<bigint> => heldBehind(turn, turn.state.config.treasuryHotkey)

/** Collects the stake of the treasury's coldkey. Returns the reason why that failed, or null. */
export const pull = (turn: Turn): Ruled<ContractError | null> =>
  Either.gen(function* () {
    const { treasuryColdkey, treasuryHotkey } = turn.state.config
    const pending = yield* bySubnet(readStake(turn.subnet, treasuryHotkey, treasuryColdkey))
    if (pending === 0n) return null
    const before = stakeOf(turn.subnet, treasuryHotkey, turn.state.contract)
    const moved = transferAsProxy(turn.subnet, treasuryHotkey, treasuryColdkey, turn.state.contract, pending)
    if (Option.isNone(moved)) return { _tag: "ProxyCallFailed" }
    turn.subnet = moved.value
    return stakeOf(turn.subnet, treasuryHotkey, turn.state.contract) > before ? null : { _tag: "TreasuryTransferFailed" }
  })

/** Recycles stake behind the treasury's hotkey; returns the amount that the chain recycled. */
const burn = (turn: Turn, amount: bigint): Ruled<bigint> =>
  Either.gen(function* () {
    const [subnet, recycled] = yield* bySubnet(recycle(turn.subnet, turn.state.config.treasuryHotkey, turn.state.contract, amount))
    yield* unless(recycled > 0n, "NothingRecycled")
    turn.subnet = subnet
    turn.state = { ...turn.state, recycled: turn.state.recycled + recycled }
    return recycled
  })

/** Recycles a cancelled issue's bounty; returns the amount. */
export const recycleOf = (turn: Turn, issue: Issue): Ruled<bigint> =>
  Either.gen(function* () {
    if (issue.funded === 0n) return 0n
    const recycled = yield* burn(turn, issue.funded)
    turn.state = { ...turn.state, allocated: turn.state.allocated - issue.funded }
    turn.events.push({ _tag: "AlphaRecycled", issue: issue.id, amount: recycled })
    return recycled
  })

export const harvest = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const refused = yield* pull(turn)
    const now = yield* held(turn)
    const booked = turn.state.allocated + turn.state.unallocated
    const received = now > booked ? now - booked : 0n
    turn.state = { ...turn.state, unallocated: turn.state.unallocated + received }

    const queued = turn.state.nextToFund
    const funded = fill(turn)
    let recycled = 0n
    if (turn.state.nextToFund > turn.state.issueCount && turn.state.unallocated > 0n) {
      recycled = yield* burn(turn, turn.state.unallocated)
      turn.state = { ...turn.state, unallocated: turn.state.unallocated - recycled }
      turn.events.push({ _tag: "AlphaRecycled", issue: null, amount: recycled })
    }
    // Skipping cancelled issues counts as progress; otherwise they could block the queue for good.
    const done = received > 0n || funded > 0n || recycled > 0n || turn.state.nextToFund > queued
    yield* unless(done, refused ?? "NothingToDo")
    turn.events.push({ _tag: "Harvested", received, funded, recycled, unallocated: turn.state.unallocated, refused })
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

export const payout = (turn: Turn, { issue: id }: MessageArguments<"payout">): Ruled<null> =>
  Either.gen(function* () {
    const issue = yield* issueOf(turn, id)
    yield* unless(issue.status._tag !== "Paid", "AlreadyPaid")
    if (issue.status._tag !== "Solved" || issue.payableAt === null || issue.competition === null) return yield* refuse("NotSolved")
    yield* unless(turn.subnet.block >= issue.payableAt, { _tag: "TooEarly", from: issue.payableAt })
    const competition = yield* competitionOf(turn, issue.competition)
    if (competition.status._tag !== "Won") return yield* refuse("NotSolved")
    const winner: Competitor = competition.status.winner === 0 ? competition.a : competition.b
    const amount = issue.funded
    const there = yield* held(turn)
    yield* unless(there >= amount, { _tag: "NotEnoughHeld", held: there })
    const { contract, config } = turn.state
    turn.subnet = yield* bySubnet(transferStake(turn.subnet, "transferStake", config.treasuryHotkey, contract, winner.coldkey, amount))
    turn.state = { ...turn.state, allocated: turn.state.allocated - amount, paid: turn.state.paid + amount }
    forgetReference(turn, issue)
    putIssue(turn, { ...issue, status: { _tag: "Paid" } })
    turn.events.push({
      _tag: "BountyPaid",
      issue: id,
      competition: competition.id,
      hotkey: winner.hotkey,
      coldkey: winner.coldkey,
      amount
    })
    lose(turn, competition, loserOf(competition, competition.status.winner))
    return null
  })

const least = (left: bigint, right: bigint): bigint => (left <= right ? left : right)
