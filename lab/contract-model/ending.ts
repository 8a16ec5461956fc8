/** The end of the subnet: operations stop, and each creditor in the books gets its share of the TAO that replaced the alpha. */
import { Either, HashMap, Option } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { Claim, Competition, ContractConfig, MessageArguments } from "../../src/contract-client/generated.ts"
import { waitOf } from "../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { most } from "../../src/domain/Amount.ts"
import { collateralOf } from "./collateral.ts"
import { payeeKey, type State } from "./State.ts"
import { readStake, type Subnet, spend, stakeKey, subnetState } from "./Subnet.ts"
import { bySubnet, competitionOf, issueOf, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** Whether the subnet that the contract was created on is gone. */
export const hasEnded = (state: State, subnet: Subnet): Ruled<boolean> =>
  state.woundUpAt !== null ? Either.right(true) : isOver(state, subnet)

const isOver = ({ registration }: State, subnet: Subnet): Ruled<boolean> =>
  Either.map(bySubnet(subnetState(subnet)), ({ exists, registrations }) => !exists || registrations !== registration)

/** Asks this many of the chain's functions: none, the subnet's state, or a stake before it. Null: the chain refused. */
export const askChain = (state: State, subnet: Subnet, functions: number): boolean | null => {
  const stake = functions > 1 ? bySubnet(readStake(subnet, state.config.treasuryHotkey, state.contract)) : Either.right(0n)
  return Either.getOrNull(Either.flatMap(stake, () => (functions > 0 ? isOver(state, subnet) : Either.right(false))))
}

/** Refuses when the subnet has ended. */
export const unlessEnded = ({ state, subnet }: Turn): Ruled<void> =>
  Either.flatMap(hasEnded(state, subnet), (ended) => unless(!ended, "SubnetEnded"))

/** The same for what is owed, and for new code: a chain that does not tell does not keep them, unless it first showed the end in the last `believed` blocks. */
export const unlessShownEnded = ({ state, subnet }: Turn, believed = Number.POSITIVE_INFINITY): Ruled<void> => {
  const wasShown = state.endShown !== null && subnet.block - state.endShown < believed
  return unless(state.woundUpAt === null && !(askChain(state, subnet, 1) ?? wasShown), "SubnetEnded")
}

/** The longest that votes on any end must stand: a match may have started with a longer wait than today's. */
export const longestWait = (config: ContractConfig): number => waitOf({ challengePeriod: 14 * config.day }, config)

/** The block in which the end was written; refused until it is. */
export const writtenAt = ({ state, subnet }: Turn): Ruled<number> =>
  state.woundUpAt !== null
    ? Either.right(state.woundUpAt)
    : Either.flatMap(hasEnded(state, subnet), (ended) => refuse(ended ? "EndNotWritten" : "SubnetGoesOn"))

/** Forgets that the end was shown. Returns whether it was. */
export const forgetEnd = (turn: Turn): boolean => {
  if (turn.state.endShown === null) return false
  turn.state = { ...turn.state, endShown: null }
  turn.events.push({ _tag: "EndForgotten" })
  return true
}

/** Total of the bounties that are won and not paid. */
export const wonOf = ({ issues }: State): bigint =>
  HashMap.reduce(issues, 0n, (sum, { funded, status }) => (status._tag === "Solved" ? sum + funded : sum))

const claimableOf = (state: State): bigint => state.collateral + wonOf(state)

/** All TAO that replaced the booked alpha. */
const potOf = ({ claimed, collected }: State, { tao }: Subnet): bigint => most(tao.contract + claimed - collected, 0n)

const shareOf = ({ state, subnet }: Turn, alpha: bigint): bigint => {
  const booked = bookedOf(state)
  return booked === 0n ? 0n : (potOf(state, subnet) * alpha) / booked
}

/** Asks the chain. The end is written when two calls a day apart showed it, and none in between denied it. */
export const windUp = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const { state, subnet } = turn
    yield* unless(state.woundUpAt === null, "NothingToDo")
    if (!(yield* hasEnded(state, subnet))) {
      yield* unless(forgetEnd(turn), "SubnetGoesOn")
      return null
    }
    if (state.endShown === null) {
      turn.state = { ...state, endShown: subnet.block }
      turn.events.push({ _tag: "EndShown", from: subnet.block + state.config.day })
      return null
    }
    const from = state.endShown + state.config.day
    yield* unless(subnet.block >= from, { _tag: "TooEarly", from })
    turn.state = { ...state, woundUpAt: subnet.block }
    turn.events.push({ _tag: "WoundUp", tao: potOf(state, subnet), booked: bookedOf(state), claims: claimableOf(state) })
    return null
  })

interface Due {
  readonly to: AccountAddress
  /** Including what was paid already. */
  readonly all: bigint
}

const dueOf = (turn: Turn, claim: Claim): Ruled<Due> =>
  Either.gen(function* () {
    const { state, subnet } = turn
    if (claim._tag === "Collateral") return { to: claim.coldkey, all: shareOf(turn, collateralOf(state, claim).deposited) }
    if (claim._tag === "Rest") {
      if (state.restTo === null) return yield* refuse("RestUnassigned")
      return { to: state.restTo, all: potOf(state, subnet) - shareOf(turn, claimableOf(state)) + state.collected }
    }
    const { competition, issue, side } = yield* wonIssue(turn, claim.issue)
    return { to: payeeOf(state, competition, side), all: shareOf(turn, issue.funded) }
  })

/** The payee if this competitor wins: its own coldkey, or the account that the coldkey named. */
export const payeeOf = ({ payees }: State, { a, b, id }: Competition, side: number): AccountAddress =>
  Option.getOrElse(HashMap.get(payees, payeeKey(id, side)), () => (side === 0 ? a : b).coldkey)

/** A solved, unpaid issue, and which competitor won. */
export const wonIssue = (turn: Turn, id: number) =>
  Either.gen(function* () {
    const issue = yield* issueOf(turn, id)
    yield* unless(issue.status._tag !== "Paid", { _tag: "AlreadyPaid", issue: id })
    if (issue.status._tag !== "Solved" || issue.competition === null) return yield* refuse({ _tag: "NotSolved", issue: id })
    const competition = yield* competitionOf(turn, issue.competition)
    if (competition.status._tag !== "Won") return yield* refuse({ _tag: "NotSolved", issue: id })
    return { issue, competition, side: competition.status.winner }
  })

export const keyOfClaim = (claim: Claim): string =>
  claim._tag === "Collateral" ? stakeKey(claim.hotkey, claim.coldkey) : claim._tag === "Bounty" ? String(claim.issue) : "rest"

/** The TAO (rao) paid for a claim. */
export const paidTo = ({ claims }: State, claim: Claim): bigint => Option.getOrElse(HashMap.get(claims, keyOfClaim(claim)), () => 0n)

export const claim = (turn: Turn, { claim: what }: MessageArguments<"claim">): Ruled<null> =>
  Either.gen(function* () {
    yield* writtenAt(turn)
    const { all, to } = yield* dueOf(turn, what)
    const amount = most(all - paidTo(turn.state, what), 0n)
    yield* unless(amount > 0n, "NothingToClaim")
    const claims = HashMap.set(turn.state.claims, keyOfClaim(what), all)
    turn.state = { ...turn.state, claims, claimed: turn.state.claimed + amount }
    turn.events.push({ _tag: "ClaimPaid", claim: what, to, amount })
    turn.subnet = spend(turn.subnet, amount)
    return null
  })
