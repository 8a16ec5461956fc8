/** Deliberately wrong rules. The comparison must detect each of them. */
import { Either, HashMap, Option } from "effect"
import { type Action, type Outcome, send, type World } from "../../../../lab/contract-model/ContractModel.ts"
import { vetoesOf } from "../../../../lab/contract-model/changes.ts"
import { free, lock } from "../../../../lab/contract-model/collateral.ts"
import { least } from "../../../../lab/contract-model/pool.ts"
import type { State, Validator } from "../../../../lab/contract-model/State.ts"
import { stakeOf, withStake } from "../../../../lab/contract-model/Subnet.ts"
import type { Turn } from "../../../../lab/contract-model/Turn.ts"
import type {
  ContractConfig,
  ContractEvent,
  MessageArguments,
  MessageReturn,
  Noted,
  OutcomeVote
} from "../../../../src/contract-client/generated.ts"
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

/** The model allows a message one block early. */
const early =
  (hurried: Action): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const outcome = send(world, caller, name, args)
    if (name !== hurried || Either.isRight(outcome.answer) || outcome.answer.left._tag !== "TooEarly") return outcome
    const { block } = world.subnet
    const ahead = send({ ...world, subnet: { ...world.subnet, block: block + 1 } }, caller, name, args)
    return { ...ahead, world: { ...ahead.world, subnet: { ...ahead.world.subnet, block } } }
  }

/** Messages that weigh votes. */
const weighs: ReadonlyArray<Action> = ["settle", "expire", "votePair", "veto", "apply"]

/** The model weighs votes in another world, but notes stake in its own. */
const weighing =
  (pretend: (world: World) => World): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    if (!weighs.includes(name)) return send(world, caller, name, args)
    const pretended = pretend(world)
    const { answer, events, world: after } = send(pretended, caller, name, args)
    if (after === pretended) return { answer, events, world }
    const vetoed = "change" in args && vetoesOf(world.state, args.change).length > 0
    const looks = name === "apply" ? vetoed : name === "votePair" ? events.some(({ _tag }) => _tag === "CompetitionStarted") : true
    const noted = looks ? send(world, caller, "noteWeights", {}) : { events: [], world }
    const others = events.filter(({ _tag }) => _tag !== "WeightsNoted")
    const first = name === "votePair" ? 1 : 0
    return {
      answer,
      events: [...others.slice(0, first), ...noted.events, ...others.slice(first)],
      world: {
        state: { ...after.state, ...notesAfter(after.state, noted.world.state) },
        subnet: { ...after.subnet, pools: world.subnet.pools }
      }
    }
  }

/** A whitelist with the notes of another state. */
const notesAfter = ({ validators }: State, { turnedAt, validators: known }: State): Pick<State, "turnedAt" | "validators"> => ({
  turnedAt,
  validators: validators.map((one) => ({ ...one, noted: known.find(({ hotkey }) => hotkey === one.hotkey)?.noted ?? one.noted }))
})

const stakeOfAll = ({ subnet }: World, { coldkeys, hotkey }: Pick<Validator, "coldkeys" | "hotkey">): bigint =>
  coldkeys.reduce((sum, coldkey) => sum + stakeOf(subnet, hotkey, coldkey), 0n)

/** The model weighs votes by other notes, derived from this message's snapshot. */
const noting = (edit: (seen: { readonly noted: Noted; readonly stake: bigint }) => Noted): Rules =>
  weighing((world) => {
    const { turnedAt, validators } = send(world, world.state.owner, "noteWeights", {}).world.state
    const edited = validators.map((one) => ({ ...one, noted: edit({ noted: one.noted, stake: stakeOfAll(world, one) }) }))
    return withState(world, { turnedAt, validators: edited })
  })

/** The model settles with changed votes. */
const ballots = (edit: (vote: OutcomeVote) => OutcomeVote): Rules =>
  pretending(
    ["settle"],
    (world) => withState(world, { outcomeBallots: HashMap.map(world.state.outcomeBallots, (votes) => votes.map(edit)) }),
    (after, { state: { outcomeBallots } }) =>
      withState(after, { outcomeBallots: HashMap.filter(outcomeBallots, (_, id) => HashMap.has(after.state.outcomeBallots, id)) })
  )

/** The model does something else after these messages: the edit changes the turn. */
const then =
  (messages: ReadonlyArray<Action>, edit: (turn: Turn, before: World) => void): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>): Outcome<MessageReturn<Name>> => {
    const outcome = send(world, caller, name, args)
    if (!messages.includes(name) || Either.isLeft(outcome.answer)) return outcome
    const turn: Turn = { caller, state: outcome.world.state, subnet: outcome.world.subnet, events: [...outcome.events] }
    edit(turn, world)
    return { answer: outcome.answer, events: turn.events, world: { state: turn.state, subnet: turn.subnet } }
  }

const eventOf = <Tag extends ContractEvent["_tag"]>({ events }: Turn, tag: Tag) =>
  events.find((event): event is Extract<ContractEvent, { readonly _tag: Tag }> => event._tag === tag)

const competitionOf = ({ state }: Turn, id: number) => HashMap.unsafeGet(state.competitions, id)

/** The model accepts a treasury setting that it should refuse, by leaving the setting out. */
const believing: Rules = <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
  const outcome = send(world, caller, name, args)
  if (Either.isRight(outcome.answer) || !["TreasuryNotKeyless", "TreasuryHotkeyNotDerived"].includes(outcome.answer.left._tag))
    return outcome
  const settings = "settings" in args && Array.isArray(args.settings) ? args.settings.filter(({ _tag }) => _tag !== "Treasury") : []
  return send(world, caller, name, { ...args, settings: [...settings, { _tag: "SlashBps", value: world.state.config.slashBps }] })
}

export const wrongRules: Readonly<Record<string, Rules>> = {
  /** Half of the weight suffices. */
  "quorum of 5,000": deciding(["votePair", "settle", "expire"], { quorumBps: 5_000 }),
  /** A miner may be in one competition more. */
  "two matches a miner": deciding(["votePair"], { maxCompetitionsPerMiner: 2 }),
  /** Competitors need no collateral. */
  "no collateral": deciding(["votePair"], { collateralBps: 0 }),
  /** A competition expires one block before its date. */
  "expiry a block early": early("expire"),
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
    if (id === undefined) return
    const competition = competitionOf(turn, id)
    for (const competitor of [competition.a, competition.b]) {
      lock(turn, competitor, competition.collateral)
      free(turn, competition, competitor, competition.slash)
    }
  }),
  /** A vote weighs the stake of its block, so a loan decides. */
  "weight of live stake": noting(({ stake }) => ({ before: stake, day: stake, since: stake })),
  /** A vote weighs the noted stake, whatever the present stake is. */
  "weight without a look": weighing((world) => {
    const subnet = world.state.validators.reduce(
      (chain, { coldkeys: [coldkey], hotkey, noted }) => (coldkey === undefined ? chain : withStake(chain, hotkey, coldkey, noted.since)),
      world.subnet
    )
    return { state: { ...world.state, turnedAt: subnet.block }, subnet }
  }),
  /** A vote weighs the least stake since the day turned, so stake of an hour counts. */
  "weight of the day that is not over": noting(({ noted }) => ({ ...noted, day: noted.since })),
  /** All validators weigh the same. */
  "weight of one each": noting(() => ({ before: 1n, day: 1n, since: 1n })),
  /** The total grows with live stake, so that a loan stops every decision. */
  "total of live stake": noting(({ noted, stake }) => ({ ...noted, before: stake })),
  /** The total is the sum of the votes' weights, so a validator that moves its stake away lowers the bar. */
  "total of the minima": noting(({ noted: { day, since } }) => ({ before: 0n, day: least(day, since), since })),
  /** The total is the last day's alone. */
  "total without the day before": noting(({ noted }) => ({ ...noted, before: 0n })),
  /** A validator weighs from the block in which it joins. */
  "a newcomer with weight": then(["addValidator", "apply"], (turn) => {
    const joined = eventOf(turn, "ValidatorAdded")
    if (joined === undefined) return
    const stake = stakeOfAll(turn, joined)
    const noted = { before: stake, day: stake, since: stake }
    const validators = turn.state.validators.map((one) => (one.hotkey === joined.hotkey ? { ...one, noted } : one))
    turn.state = { ...turn.state, validators }
  }),
  /** Votes are settled at any age. */
  "settling without a wait": ballots((vote) => ({ ...vote, since: 0 })),
  /** Votes are settled one block too early. */
  "settling a block early": ballots((vote) => ({ ...vote, since: vote.since - 1 })),
  /** Repeating a vote resets its age, so others can be made to repeat theirs. */
  "a vote again begins anew": then(["voteOutcome"], (turn) => {
    const voted = eventOf(turn, "OutcomeVoted")
    if (voted === undefined) return
    const { issue, validator } = voted
    const votes = HashMap.unsafeGet(turn.state.outcomeBallots, issue)
    const young = votes.map((vote) => (vote.validator === validator ? { ...vote, since: turn.subnet.block } : vote))
    turn.state = { ...turn.state, outcomeBallots: HashMap.set(turn.state.outcomeBallots, issue, young) }
  }),
  /** Another choice keeps the age of the one before. */
  "a new choice as old as the last": then(["voteOutcome"], (turn, { state }) => {
    const voted = eventOf(turn, "OutcomeVoted")
    if (voted === undefined) return
    const { issue, validator } = voted
    const old = Option.getOrElse(HashMap.get(state.outcomeBallots, issue), () => []).find((vote) => vote.validator === validator)
    const votes = HashMap.unsafeGet(turn.state.outcomeBallots, issue)
    const aged = votes.map((vote) => (vote.validator === validator ? { ...vote, since: old?.since ?? vote.since } : vote))
    turn.state = { ...turn.state, outcomeBallots: HashMap.set(turn.state.outcomeBallots, issue, aged) }
  }),
  /** A competition may expire although its outcome can be settled. */
  "expiry of what is decided": pretending(
    ["expire"],
    (world) => withState(world, { outcomeBallots: HashMap.empty() }),
    (after, { state: { outcomeBallots } }) => withState(after, { outcomeBallots })
  ),
  /** The owner cancels a funded issue at once. */
  "cancelling without delay": deciding(["cancelIssue"], { ownerDelay: 0 }),
  /** The owner edits a funded issue at once. */
  "editing without delay": deciding(["editIssue"], { ownerDelay: 0 }),
  /** The ballots of an issue survive its edit. */
  "votes for another issue": then(["editIssue", "apply"], (turn, { state }) => {
    if (eventOf(turn, "IssueEdited") !== undefined) turn.state = { ...turn.state, outcomeBallots: state.outcomeBallots }
  }),
  /** A raised bounty is no longer filled. */
  "an edited issue that nobody fills": then(["editIssue", "apply"], (turn, { state }) => {
    if (eventOf(turn, "IssueEdited") !== undefined) turn.state = { ...turn.state, nextToFund: state.nextToFund }
  }),
  /** A change that was vetoed at its application stays pending. */
  "a vetoed change that waits": then(["apply"], (turn, { state: { vetoes, waiting } }) => {
    if (eventOf(turn, "ChangeVetoed") !== undefined) turn.state = { ...turn.state, waiting, vetoes }
  }),
  /** Anybody may name a payee. */
  "a payee by anybody": (world, caller, name, args) => {
    const named = name === "payTo" && "competition" in args ? HashMap.get(world.state.competitions, args.competition) : Option.none()
    return send(world, Option.match(named, { onNone: () => caller, onSome: ({ a }) => a.coldkey }), name, args)
  },
  /** A payee cannot be changed. */
  "a payee for ever": then(["payTo"], (turn, { state }) => {
    turn.state = { ...turn.state, payees: HashMap.union(turn.state.payees, state.payees) }
  }),
  /** Free money is recycled one block too early. */
  "recycling a block early": pretending(
    ["harvest"],
    (world) => withState(world, { config: { ...world.state.config, recycleAfter: world.state.config.recycleAfter - 1 } }),
    (after, { state: { config } }) => withState(after, { config })
  ),
  /** Freed and slashed money counts as aged, and is recycled with it. */
  "freed money that is aged": then(["settle", "cancelIssue", "editIssue", "apply"], (turn, { state }) => {
    const freed = turn.state.fresh - state.fresh
    turn.state = { ...turn.state, fresh: turn.state.fresh - freed, aged: turn.state.aged + freed }
  }),
  /** Bounties take the newest money first. */
  "fresh money first": pretending(
    ["harvest"],
    ({ state, subnet }) => ({ subnet, state: { ...state, fresh: state.aged, aged: state.fresh } }),
    ({ state, subnet }) => ({ subnet, state: { ...state, fresh: state.aged, aged: state.fresh } })
  ),
  /** Collateral stays behind the miner's hotkey. */
  "collateral behind the miner's hotkey": then(["depositCollateral"], (turn) => {
    const deposited = eventOf(turn, "CollateralDeposited")
    if (deposited === undefined) return
    const { config, contract } = turn.state
    const move = (hotkey: AccountAddress, by: bigint) => {
      turn.subnet = withStake(turn.subnet, hotkey, contract, stakeOf(turn.subnet, hotkey, contract) + by)
    }
    move(config.treasuryHotkey, -deposited.amount)
    move(deposited.hotkey, deposited.amount)
  }),
  /** Nothing is collected while the chain does not answer the available stake. */
  "no harvest without function 36": pretending(
    ["harvest"],
    (world) =>
      world.subnet.faults.stakeAvailability === undefined ? world : { ...world, subnet: { ...world.subnet, runtimeCallsRefused: true } },
    (after, { subnet: { runtimeCallsRefused } }) => ({ ...after, subnet: { ...after.subnet, runtimeCallsRefused } })
  )
}
