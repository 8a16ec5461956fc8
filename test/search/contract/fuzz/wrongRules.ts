/** Rules that are wrong on purpose. The comparison must detect each of them. */
import { Either, HashMap } from "effect"
import { type Action, type Outcome, send, type World } from "../../../../lab/contract-model/ContractModel.ts"
import { lose } from "../../../../lab/contract-model/collateral.ts"
import type { State } from "../../../../lab/contract-model/State.ts"
import { stakeOf, withStake } from "../../../../lab/contract-model/Subnet.ts"
import type { Turn } from "../../../../lab/contract-model/Turn.ts"
import type { ContractConfig, ContractEvent, MessageArguments, MessageReturn } from "../../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"

type Rules = typeof send

/** The model decides these messages in another world; `restore` undoes the difference afterwards. */
const pretending =
  (
    decided: ReadonlyArray<Action>,
    pretend: (world: World, args: object, caller: AccountAddress) => World,
    restore: (after: World, before: World) => World
  ): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    if (!decided.includes(name)) return send(world, caller, name, args)
    const pretended = pretend(world, args, caller)
    const outcome = send(pretended, caller, name, args)
    return { ...outcome, world: outcome.world === pretended ? world : restore(outcome.world, world) }
  }

const withState = (world: World, state: Partial<State>): World => ({ ...world, state: { ...world.state, ...state } })

/** The model decides these messages with settings that differ from the contract's. */
const deciding = (decided: ReadonlyArray<Action>, settings: Partial<ContractConfig>): Rules =>
  pretending(
    decided,
    (world) => withState(world, { config: { ...world.state.config, ...settings } }),
    (after, { state: { config } }) => withState(after, { config })
  )

/** The model lets something happen one block early. */
const early =
  (hurried: Action): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const outcome = send(world, caller, name, args)
    if (name !== hurried || Either.isRight(outcome.answer) || outcome.answer.left._tag !== "TooEarly") return outcome
    const { block } = world.subnet
    const ahead = send({ ...world, subnet: { ...world.subnet, block: block + 1 } }, caller, name, args)
    return { ...ahead, world: { ...ahead.world, subnet: { ...ahead.world.subnet, block } } }
  }

/** The model does something else after these messages. The edit changes the turn, or refuses the message after all. */
const then =
  (messages: ReadonlyArray<Action>, edit: (turn: Turn, before: World) => "refused" | undefined): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>): Outcome<MessageReturn<Name>> => {
    const outcome = send(world, caller, name, args)
    if (!messages.includes(name) || Either.isLeft(outcome.answer)) return outcome
    const turn: Turn = { caller, state: outcome.world.state, subnet: outcome.world.subnet, events: [...outcome.events] }
    if (edit(turn, world) === "refused") return { answer: Either.left({ _tag: "NothingRecycled" }), events: [], world }
    return { answer: outcome.answer, events: turn.events, world: { state: turn.state, subnet: turn.subnet } }
  }

const eventOf = <Tag extends ContractEvent["_tag"]>({ events }: Turn, tag: Tag) =>
  events.find((event): event is Extract<ContractEvent, { readonly _tag: Tag }> => event._tag === tag)

const competitionOf = ({ state }: Turn, id: number) => HashMap.unsafeGet(state.competitions, id)

/** The model takes a setting of a treasury that it should refuse, by leaving it out. */
const believing: Rules = <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
  const outcome = send(world, caller, name, args)
  if (Either.isRight(outcome.answer) || !["TreasuryNotKeyless", "TreasuryHotkeyNotDerived"].includes(outcome.answer.left._tag))
    return outcome
  const settings = "settings" in args && Array.isArray(args.settings) ? args.settings.filter(({ _tag }) => _tag !== "Treasury") : []
  return send(world, caller, name, { ...args, settings: [...settings, { _tag: "SlashBps", value: world.state.config.slashBps }] })
}

export const wrongRules: Readonly<Record<string, Rules>> = {
  /** Half of the weight suffices. */
  "quorum of 5,000": deciding(["votePair", "voteOutcome"], { quorumBps: 5_000 }),
  /** A miner may be in one competition more. */
  "two matches a miner": deciding(["votePair"], { maxCompetitionsPerMiner: 2 }),
  /** Every validator has the same weight. */
  "votes by count": deciding(["votePair", "voteOutcome", "veto"], { weighting: { _tag: "ByCount" } }),
  /** Competitors need no collateral. */
  "no collateral": deciding(["votePair"], { collateralBps: 0 }),
  /** The bounty is paid one block before the challenge period ends. */
  "payment a block early": early("payout"),
  /** A competition expires while its solution may still be voted on. */
  "expiry a block early": early("expire"),
  /** A decision is carried out one block before its wait ends. */
  "an end a block early": early("finish"),
  /** A bounty is paid although a cancellation waits that was decided in its challenge period. */
  "payment in spite of a challenge": pretending(
    ["payout"],
    (world) => withState(world, { issues: HashMap.map(world.state.issues, (issue) => ({ ...issue, waiting: null })) }),
    (after, { state: { issues } }) =>
      withState(after, {
        issues: HashMap.map(after.state.issues, (issue, id) =>
          issue.status._tag === "Paid" ? issue : { ...issue, waiting: HashMap.unsafeGet(issues, id).waiting }
        )
      })
  ),
  /** A challenge that is taken back late lets the bounty be paid in that block. */
  "no other challenge period": then(["voteOutcome"], (turn, { state }) => {
    const back = eventOf(turn, "OutcomeTakenBack")
    if (back === undefined) return undefined
    const issue = HashMap.unsafeGet(turn.state.issues, back.issue)
    const { payableAt } = HashMap.unsafeGet(state.issues, back.issue)
    turn.state = { ...turn.state, issues: HashMap.set(turn.state.issues, issue.id, { ...issue, payableAt }) }
    return undefined
  }),
  /** A change applies one block before the owner's delay is over. */
  "change a block early": early("apply"),
  /** Any bounty may be registered. */
  "no maximum of a bounty": deciding(["registerIssue"], { maxBounty: 2n ** 64n - 1n }),
  /** Bounties are filled and competitions started while the contract is set up. */
  "filling in setup": deciding(["harvest", "votePair"], { ownerDelay: 1 }),
  /** A standing majority of vetoes does not keep a change from being applied. */
  "apply without a new tally": pretending(
    ["apply"],
    (world) => withState(world, { vetoes: HashMap.empty() }),
    (after, { state: { vetoes } }) => withState(after, { vetoes })
  ),
  /** A validator vetoes its own removal. */
  "veto of one's own removal": pretending(
    ["veto"],
    (world) =>
      withState(world, {
        waiting: world.state.waiting.map((change) => ({ ...change, what: { _tag: "Owner", owner: world.state.owner } }))
      }),
    (after, { state: { waiting } }) =>
      withState(after, { waiting: waiting.filter(({ id }) => after.state.waiting.some((still) => still.id === id)) })
  ),
  /** Ownership may be accepted at any time. */
  "an offer that stands for ever": pretending(
    ["acceptOwnership"],
    (world) => withState(world, { offer: world.state.offer === null ? null : { ...world.state.offer, until: Number.MAX_SAFE_INTEGER } }),
    (after) => after
  ),
  /** Code may be announced before it is uploaded. */
  "announced code that nobody can read": pretending(
    ["setCode"],
    (world, args) => ({
      ...world,
      subnet: { ...world.subnet, codes: new Set([...world.subnet.codes, ...Object.values(args).map(String)]) }
    }),
    (after, { subnet: { codes } }) => ({ ...after, subnet: { ...after.subnet, codes } })
  ),
  /** An ordinary key may be the treasury. */
  "a treasury with a key": believing,
  /** Silent validators cost both competitors their collateral. */
  "expiry that slashes": then(["expire"], (turn) => {
    const id = eventOf(turn, "CompetitionExpired")?.competition
    if (id === undefined) return undefined
    const competition = competitionOf(turn, id)
    // it is unlocked already
    for (const competitor of [competition.a, competition.b]) lose(turn, { ...competition, collateral: 0n }, competitor)
    return undefined
  }),
  /** A verdict that has to recycle fails when the chain refuses to. */
  "recycling inside a verdict": then(["voteOutcome", "finish"], (turn, { state }) => {
    if (turn.state.toRecycle === state.toRecycle) return undefined
    const recycled = send({ state: turn.state, subnet: turn.subnet }, turn.caller, "recycle", {})
    if (Either.isLeft(recycled.answer)) return "refused"
    Object.assign(turn, recycled.world)
    turn.events.push(...recycled.events)
    return undefined
  }),
  /** A bounty that nobody competed for is recycled at once. */
  "recycling of an open bounty": then(["cancelIssue", "voteOutcome"], (turn) => {
    const cancelled = eventOf(turn, "IssueCancelled")
    if (cancelled === undefined) return undefined
    const { returned } = cancelled
    const { toRecycle, unallocated } = turn.state
    turn.state = { ...turn.state, unallocated: unallocated - returned, toRecycle: toRecycle + returned }
    return undefined
  }),
  /** Another payee is paid without a challenge period. */
  "no challenge of another payee": then(["voteOutcome"], (turn) => {
    const named = eventOf(turn, "PayeeNamed")
    if (named === undefined) return undefined
    const issue = HashMap.unsafeGet(turn.state.issues, named.issue)
    turn.state = { ...turn.state, issues: HashMap.set(turn.state.issues, issue.id, { ...issue, payableAt: turn.subnet.block }) }
    return undefined
  }),
  /** A payable bounty cannot be cancelled any more. */
  "no cancelling of a payable bounty": then(["voteOutcome"], (turn, { state }) => {
    const decided = eventOf(turn, "OutcomeDecided")
    if (decided === undefined) return undefined
    const { payableAt } = HashMap.unsafeGet(state.issues, decided.issue)
    return payableAt !== null && turn.subnet.block >= payableAt ? "refused" : undefined
  }),
  /** The outcome votes of a closed issue are kept. */
  "ballots that stay": then(["voteOutcome"], (turn, { state }) => {
    const cancelled = eventOf(turn, "IssueCancelled")
    if (cancelled !== undefined) turn.state = { ...turn.state, outcomeBallots: state.outcomeBallots }
    return undefined
  }),
  /** Collateral stays behind the miner's hotkey. */
  "collateral behind the miner's hotkey": then(["depositCollateral"], (turn) => {
    const deposited = eventOf(turn, "CollateralDeposited")
    if (deposited === undefined) return undefined
    const { config, contract } = turn.state
    const move = (hotkey: AccountAddress, by: bigint) => {
      turn.subnet = withStake(turn.subnet, hotkey, contract, stakeOf(turn.subnet, hotkey, contract) + by)
    }
    move(config.treasuryHotkey, -deposited.amount)
    move(deposited.hotkey, deposited.amount)
    return undefined
  }),
  /** Nothing is fetched while the chain does not tell what is locked. */
  "no harvest without function 36": pretending(
    ["harvest"],
    (world) =>
      world.subnet.faults.stakeAvailability === undefined ? world : { ...world, subnet: { ...world.subnet, runtimeCallsRefused: true } },
    (after, { subnet: { runtimeCallsRefused } }) => ({ ...after, subnet: { ...after.subnet, runtimeCallsRefused } })
  )
}
