/**
 * A random history generated from the contract's model: blocks as the indexer reads them, and the model's state. The same seed gives the same
 * history.
 */
import { Either, HashMap, Option } from "effect"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { outcomeVotesOf } from "../../../lab/contract-model/outcomes.ts"
import { newState, type State } from "../../../lab/contract-model/State.ts"
import { emptySubnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import { roundAt } from "../../../lab/contract-model/Turn.ts"
import { bitmapBytes, bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import {
  type CancelReason,
  CODE_HASH,
  type Competition,
  type ContractConfig,
  type Issue,
  type MessageArguments,
  messages,
  type OutcomeChoice
} from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import type {
  BlockContents,
  IndexedCall,
  IndexedCast,
  IndexedCommitment,
  IndexedEvent,
  IndexedRegistration,
  IndexedWeights
} from "../../../src/dashboard/indexer/blockContents.ts"
import { toJson } from "../../../src/dashboard/indexer/json.ts"
import { type AccountAddress, fromPublicKey, toPublicKeyHex } from "../../../src/domain/Account.ts"
import { endedAt, type Competition as PureCompetition } from "../../../src/domain/Competition.ts"
import { computeRatings, type RatingInput, type Ratings } from "../../../src/elo/ratings.ts"
import { presentHotkey, type Seat, withPresentHotkeys } from "../../../src/elo/seats.ts"
import { VoteBook } from "./voteBook.ts"

export const ALPHA = 1_000_000_000n
const account = (group: number, number: number): AccountAddress => fromPublicKey(new Uint8Array(32).fill(number, 0, 31).fill(group, 31))

export const owner = account(1, 1)
const contract = account(1, 2)
const treasury = treasuryOf({ spawner: owner, block: 1, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })
export const { treasuryHotkey, treasuryColdkey } = treasury
const validators = [1, 2, 3, 4].map((number) => ({ hotkey: account(2, number), coldkey: account(3, number) }))
export const minerOf = (number: number) => ({ uid: 4 + number, hotkey: account(4, number), coldkey: account(5, number) })
const MINERS = [1, 2, 3, 4, 5, 6].map(minerOf)

const DAY = 4

const config: ContractConfig = {
  netuid: 74,
  devChain: true,
  ...treasury,
  minBounty: 10n * ALPHA,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 0,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: 12,
  day: DAY,
  roundLength: 20,
  attestBlocks: 8,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 3,
  collateralBps: 0,
  slashBps: 5_000,
  harvestStep: 3,
  recycleAfter: 7 * DAY,
  ownerDelay: 0,
  rosterSigner: owner,
  rosterSignerSince: 1
}

interface Draft {
  readonly calls: Array<IndexedCall>
  readonly events: Array<IndexedEvent>
  readonly registrations: Array<IndexedRegistration>
  readonly commitments: Array<IndexedCommitment>
  readonly weights: Array<IndexedWeights>
}

/** A block by its number. */
export const blockOf = (number: number, said: Partial<Draft & Pick<BlockContents, "casts">> = {}, salt = 0): BlockContents => ({
  number,
  hash: `0x${number.toString(16).padStart(60, "0")}${salt.toString(16).padStart(4, "0")}`,
  parentHash: `0x${(number - 1).toString(16).padStart(60, "0")}${salt.toString(16).padStart(4, "0")}`,
  time: Date.UTC(2026, 0, 1) + number * 12_000,
  calls: [],
  events: [],
  registrations: [],
  commitments: [],
  weights: [],
  casts: [],
  hasNewCode: false,
  ...said
})

const pure = ({ a, b, enrolled, id, issue, skipped, startedAt, status }: Competition): PureCompetition => ({
  id,
  issue,
  a,
  b,
  enrolled: bitmapBytes(enrolled),
  skipped: bitmapBytes(skipped),
  startedAt,
  status: status._tag === "Won" ? { ...status, winner: status.winner === 0 ? 0 : 1 } : status
})

/** What happens next, as often as it is named. */
const ACTS = ["fund", "fund", "match", "match", "judge", "judge", "judge", "judge", "settle", "settle", "configure", "wait"] as const

export class Story {
  readonly blocks: Array<BlockContents> = []
  world: World
  /** By block: the input from which validators would compute ratings after it. */
  readonly seen = new Map<number, Pick<RatingInput, "at" | "competitions"> & { readonly miners: ReadonlyArray<Seat> }>()
  /** The first block of the round in which each competition's pair was drawn. */
  readonly drawnAt = new Map<number, number>()
  readonly book: VoteBook
  /** The blocks at which ratings are computed. */
  readonly rated: Array<number> = []
  private readonly registered = new Map<number, Seat>()
  private draft: Draft = { calls: [], events: [], registrations: [], commitments: [], weights: [] }
  private state: number
  private extrinsic = 0

  constructor(seed: number) {
    this.state = seed
    const start = 100
    const subnet = {
      ...emptySubnet(start),
      hotkeys: new Set([treasuryHotkey, ...validators.map(({ hotkey }) => hotkey), ...MINERS.map(({ hotkey }) => hotkey)]),
      codes: new Set([CODE_HASH]),
      proxyOf: new Set([treasuryColdkey])
    }
    this.world = { state: newState(contract, owner, config), subnet }
    this.book = new VoteBook(this.world.state)
    for (const [index, { coldkey, hotkey }] of validators.entries()) this.stake(hotkey, coldkey, BigInt(50 - 10 * index) * 1_000n * ALPHA)
    for (const { coldkey, hotkey } of MINERS) this.stake(hotkey, coldkey, 100_000n * ALPHA)
    for (const miner of MINERS.slice(0, 5)) this.register(miner, 40)
    this.draft.calls.push(this.callFact(owner, "new", toJson({ config }), null))
    this.draft.events.push(this.eventFact({ _tag: "ContractCreated", owner, config }, this.extrinsic, 0))
    for (const { coldkey, hotkey } of validators.slice(0, 3)) this.send(owner, "addValidator", { hotkey, coldkeys: [coldkey] })
    this.send(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DAY }] })
    // After two days of the contract, their votes have weight.
    for (const _ of [1, 2]) {
      this.next(this.block + DAY)
      this.send(owner, "noteWeights", {})
    }
  }

  /** Announces a change, and applies it as soon as possible. */
  private change<Name extends Extract<Action, "setConfig" | "addValidator" | "removeValidator" | "cancelIssue" | "editIssue">>(
    name: Name,
    args: MessageArguments<Name>
  ): void {
    if (!this.send(owner, name, args)) return
    const announced = this.world.state.waiting.find(({ id }) => id === this.world.state.changeCount)
    if (announced === undefined) return
    this.reach(announced.appliesFrom)
    this.send(owner, "apply", { change: announced.id })
  }

  /** A random number below `limit`. */
  random(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  pick<A>(values: ReadonlyArray<A>): A | undefined {
    return values[this.random(Math.max(1, values.length))]
  }

  get block(): number {
    return this.world.subnet.block
  }

  get issues(): ReadonlyArray<Issue> {
    return [...HashMap.values(this.world.state.issues)].toSorted((left, right) => left.id - right.id)
  }

  get competitions(): ReadonlyArray<Competition> {
    return [...HashMap.values(this.world.state.competitions)].toSorted((left, right) => left.id - right.id)
  }

  competition(id: number | null): Competition | undefined {
    return id === null ? undefined : Option.getOrUndefined(HashMap.get(this.world.state.competitions, id))
  }

  private stake(hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): void {
    this.world = { ...this.world, subnet: withStake(this.world.subnet, hotkey, coldkey, amount) }
  }

  private callFact(signer: AccountAddress, message: string, args: IndexedCall["arguments"], error: string | null): IndexedCall {
    const extrinsicHash = `0x${this.block.toString(16)}-${++this.extrinsic}`
    return { extrinsic: this.extrinsic, position: 0, extrinsicHash, signer, message, arguments: args, error, fee: 1_000n }
  }

  private eventFact(event: IndexedEvent["event"], extrinsic: number, callPosition: number): IndexedEvent {
    return { index: 3 * this.draft.events.length + 1, event, extrinsic, callPosition }
  }

  send<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): boolean {
    const { answer, events, world } = send(this.world, caller, name, args)
    const before = this.world.state
    this.world = world
    const error = Either.isLeft(answer) ? "Contracts.ContractReverted" : null
    const call = this.callFact(caller, messages[name].label, toJson(args), error)
    this.draft.calls.push(call)
    for (const event of events) {
      if (event._tag === "CompetitionStarted") this.drawnAt.set(event.competition, roundAt(this.world.state, this.block).from)
      this.draft.events.push(this.eventFact(event, call.extrinsic, 0))
    }
    if (error === null) this.recordInBook(caller, name, args, before, this.draft.events.length - events.length)
    return error === null
  }

  /** Records a message and its result in the vote book. */
  private recordInBook<Name extends Action>(
    caller: AccountAddress,
    name: Name,
    args: MessageArguments<Name>,
    before: State,
    first: number
  ): void {
    const { book, block, world } = this
    const rounds = [roundAt(before, block), roundAt(world.state, block)] as const
    if (rounds[0].number !== rounds[1].number || rounds[0].from !== rounds[1].from) book.newRound(block)
    const is = <Other extends Action>(_: MessageArguments<Action>, other: Other): _ is MessageArguments<Other> => String(name) === other
    const issueAt = (state: State, id: number) => Option.getOrUndefined(HashMap.get(state.issues, id))
    const acceptedMessage = (id: number) => {
      const event = this.draft.events[first]?.index ?? 0
      return { block, caller, name, event, before: issueAt(before, id), after: issueAt(world.state, id), state: world.state }
    }
    const lapseIfChanged = (id: number) => {
      if (issueAt(before, id) !== issueAt(world.state, id)) book.lapse(block, id)
    }
    const given: MessageArguments<Action> = args
    if (is(given, "votePair")) {
      const sorted = toPublicKeyHex(given.a.hotkey) <= toPublicKeyHex(given.b.hotkey)
      book.votedPair(acceptedMessage(given.issue), given, sorted)
    } else if (is(given, "voteOutcome")) book.votedOutcome(acceptedMessage(given.issue), given)
    else if (is(given, "withdrawOutcomeVote")) book.withdrawn(acceptedMessage(given.issue), given.issue)
    else if (is(given, "settle")) {
      const accepted = acceptedMessage(given.issue)
      book.settled(accepted, given.issue, this.competition(accepted.before?.competition ?? null))
    } else if (is(given, "cancelIssue") || is(given, "editIssue")) lapseIfChanged(given.id)
    else if (is(given, "apply")) {
      const what = before.waiting.find(({ id }) => id === given.change)?.what
      if (what?._tag === "CancelIssue" || what?._tag === "EditIssue") lapseIfChanged(what.issue)
    } else if (is(given, "payout")) book.lapse(block, given.issue)
    else if (is(given, "expire")) {
      book.noted(world.state)
      const competition = Option.getOrUndefined(HashMap.get(before.competitions, given.competition))
      book.lapse(block, competition?.issue ?? 0, "outcome")
    }
    const hotkeysIn = ({ validators }: State) => validators.map(({ hotkey }) => hotkey)
    book.listed(
      block,
      hotkeysIn(world.state).filter((hotkey) => !hotkeysIn(before).includes(hotkey))
    )
    book.noted(world.state)
  }

  register({ coldkey, hotkey, uid }: ReturnType<typeof minerOf>, registeredAt: number, swapped = false): void {
    this.registered.set(uid, { uid, hotkey, registeredAt })
    this.draft.registrations.push({ uid, hotkey, coldkey: swapped ? null : coldkey, registeredAt })
    this.world = { ...this.world, subnet: { ...this.world.subnet, hotkeys: new Set([...this.world.subnet.hotkeys, hotkey]) } }
  }

  say(said: Partial<Pick<Draft, "commitments" | "weights">>): void {
    this.draft.commitments.push(...(said.commitments ?? []))
    this.draft.weights.push(...(said.weights ?? []))
  }

  private seenAt(block: number) {
    return this.seen.get([...this.seen.keys()].findLast((number) => number <= block) ?? 0)
  }

  /** A competitor's hotkey at a block. */
  presentHotkey({ uid, hotkey }: PureCompetition["a"], startedAt: number, block: number): string {
    return presentHotkey(
      { uid, hotkey },
      startedAt,
      this.seenAt(block)?.miners.find((seat) => seat.uid === uid)
    )
  }

  /** The validators' ratings at a block, with the reasons. */
  ratingsAt(block: number): Ratings {
    const input = this.seenAt(block)
    if (input === undefined) return new Map()
    return computeRatings({ ...input, at: block, competitions: withPresentHotkeys(input.competitions, input.miners), explain: "all" })
  }

  /** What the votes that stand on ends weighed when they were cast. */
  private casts(): ReadonlyArray<IndexedCast> {
    const { state } = this.world
    return [...HashMap.keys(state.outcomeBallots)].flatMap((issue) =>
      outcomeVotesOf(state, issue).flatMap(({ cast, since, validator }) =>
        cast === null ? [] : [{ issue, validator, since, weight: cast }]
      )
    )
  }

  /** Closes the current block. The next events belong to `block`. */
  next(block = this.block + 1): void {
    const competitions = this.competitions.map(pure)
    this.seen.set(this.block, { at: this.block, competitions, miners: [...this.registered.values()] })
    const isFirst = roundAt(this.world.state, this.block).from === this.block
    if (isFirst || competitions.some((competition) => endedAt(competition) === this.block)) this.rated.push(this.block)
    const casts = this.casts()
    this.book.closed(this.block, (vote) =>
      casts.some(({ issue, since, validator }) => issue === vote.issue && since === vote.since && validator === vote.validator)
    )
    this.blocks.push(blockOf(this.block, { ...this.draft, casts }))
    this.draft = { calls: [], events: [], registrations: [], commitments: [], weights: [] }
    this.extrinsic = 0
    const [old, round] = [roundAt(this.world.state, this.block), roundAt(this.world.state, block)]
    this.world = { ...this.world, subnet: { ...this.world.subnet, block } }
    if (old.from !== round.from) this.book.newRound(block)
  }

  /** Advances to a block unless it has been reached. */
  reach(block: number): void {
    if (block > this.block) this.next(block)
  }

  /** Advances to the first block of the next round. */
  nextRound(): void {
    const { roundLength } = this.world.state.config
    this.next((Math.floor(this.block / roundLength) + 1) * roundLength)
  }

  fund(): void {
    const bounty = BigInt(this.pick([10, 25, 100]) ?? 10) * ALPHA
    this.send(owner, "registerIssue", { repository: "acme/widgets", number: 1 + this.random(200), bounty })
    this.feed(bounty - (this.random(3) === 0 ? ALPHA : 0n))
  }

  feed(amount: bigint): void {
    this.stake(treasuryHotkey, treasuryColdkey, stakeOf(this.world.subnet, treasuryHotkey, treasuryColdkey) + amount)
    if (this.random(4) > 0) this.send(owner, "harvest", {})
  }

  /** A round in which validators attest and cast pair ballots for open issues. */
  match(): void {
    this.nextRound()
    const open = this.issues.filter(({ status }) => status._tag === "Open").slice(0, 3)
    const uids = MINERS.filter(() => this.random(4) > 0).map(({ uid }) => uid)
    const skipped = MINERS.filter(() => this.random(6) === 0).map(({ uid }) => uid)
    const round = roundAt(this.world.state, this.block)
    for (const { id } of open) {
      for (const { hotkey } of validators.filter(() => this.random(8) > 0)) {
        const words = { issue: id, round: round.number, enrolled: bitmapOfUids(uids), skipped: bitmapOfUids(skipped) }
        this.send(hotkey, "attestEnrolled", words)
        if (this.random(5) === 0) this.send(hotkey, "attestEnrolled", words)
      }
    }
    this.reach(round.from + this.world.state.config.attestBlocks)
    for (const { bounty, id } of open) {
      for (const { hotkey } of validators) {
        const [a, b] = this.random(4) > 0 ? [MINERS[id % 6], MINERS[(id + 1) % 6]] : [this.pick(MINERS), this.pick(MINERS)]
        if (a === undefined || b === undefined || this.random(5) === 0) continue
        for (const miner of [a, b]) {
          if (this.random(3) > 0) this.send(miner.coldkey, "depositCollateral", { hotkey: miner.hotkey, amount: bounty / 2n })
        }
        this.send(hotkey, "votePair", { issue: id, round: round.number, a, b })
        if (this.random(4) === 0) this.next()
      }
    }
  }

  private outcome(issue: Issue): OutcomeChoice {
    const competition = this.competition(issue.competition)
    const reasons: ReadonlyArray<CancelReason> = [
      { _tag: "NotPlanned" },
      { _tag: "Refused" },
      { _tag: "SubmittedTooEarly", hotkey: competition?.a.hotkey ?? owner },
      { _tag: "SubmittedTooEarly", hotkey: competition?.b.hotkey ?? owner }
    ]
    if (competition !== undefined && this.block < competition.submissionsFrom && this.random(3) === 0) return { _tag: "Dissolved" }
    if (competition === undefined || issue.status._tag !== "Competing" || this.random(4) === 0)
      return { _tag: "Cancelled", reason: this.pick(reasons) ?? { _tag: "NotPlanned" } }
    const { hotkey } = this.random(2) === 0 ? competition.a : competition.b
    return { _tag: "Solved", hotkey, pullRequest: 57 + this.random(2) }
  }

  /** Validators cast outcome ballots for an issue, most of them alike. */
  judge(): void {
    const open = this.issues.filter(({ status }) => status._tag !== "Paid" && status._tag !== "Cancelled")
    const bound = open.filter(({ status }) => status._tag === "Competing")
    const issue = this.pick(this.random(5) === 0 ? open : bound)
    if (issue === undefined) return
    const choice = this.outcome(issue)
    for (const { hotkey } of validators.filter(() => this.random(8) > 0)) {
      this.send(hotkey, "voteOutcome", { issue: issue.id, choice: this.random(6) === 0 ? this.outcome(issue) : choice })
      if (this.random(8) === 0) this.send(hotkey, "withdrawOutcomeVote", { issue: issue.id })
      if (this.random(4) === 0) this.next()
    }
    if (this.random(issue.status._tag === "Open" ? 2 : 6) === 0)
      this.change("cancelIssue", { id: issue.id, reason: { _tag: "NotPlanned" } })
    const { bounty, id, number, repository } = issue
    if (this.random(4) === 0)
      this.change("editIssue", {
        id,
        repository,
        number: number + this.random(2),
        bounty: this.pick([bounty, 10n * ALPHA, bounty + ALPHA]) ?? bounty
      })
  }

  /** Lets the votes on an issue age, and settles the choice that they agree on. */
  private settleIssue(id: number): void {
    const votes = Option.getOrElse(HashMap.get(this.world.state.outcomeBallots, id), () => [])
    const issue = Option.getOrUndefined(HashMap.get(this.world.state.issues, id))
    const wait = this.competition(issue?.competition ?? null)?.challengePeriod ?? this.world.state.config.challengePeriod
    if (this.random(4) > 0) this.reach(Math.max(0, ...votes.map(({ since }) => since)) + wait)
    this.send(owner, "settle", { issue: id })
  }

  settle(): void {
    const voted = this.pick([...HashMap.entries(this.world.state.outcomeBallots)].filter(([, votes]) => votes.length > 0))
    if (voted !== undefined) this.settleIssue(voted[0])
    const running = this.competitions.filter(({ status }) => status._tag === "Running")
    const competition = this.pick(running)
    if (competition !== undefined) {
      const { a, challengePeriod, deadline, id, issue, outcomeUntil } = competition
      if (this.random(2) === 0) this.send(a.coldkey, "payTo", { competition: id, coldkey: minerOf(11).coldkey })
      const fate = this.random(6)
      if (fate === 0) {
        this.reach(deadline + 1)
        const choice = { _tag: "Unsolved" as const, slashA: true, slashB: this.random(2) === 0 }
        for (const { hotkey } of validators) this.send(hotkey, "voteOutcome", { issue, choice })
        this.settleIssue(issue)
      } else if (fate === 1) {
        this.reach(outcomeUntil + 3 * challengePeriod + 1)
        this.send(owner, "expire", { competition: id })
      }
    }
    const won = this.pick(this.issues.filter(({ status }) => status._tag === "Solved"))
    if (won !== undefined) this.send(owner, "payout", { issue: won.id })
  }

  configure(): void {
    if (this.world.state.paused) this.send(owner, "unpause", {})
    const away = validators.find(({ hotkey }) => !this.world.state.validators.some((known) => known.hotkey === hotkey))
    if (away !== undefined && this.random(2) === 0) this.change("addValidator", { hotkey: away.hotkey, coldkeys: [away.coldkey] })
    const { hotkey, coldkey } = this.pick(validators) ?? { hotkey: owner, coldkey: owner }
    switch (this.random(7)) {
      case 0:
        this.change("setConfig", { settings: [{ _tag: "RoundLength", value: this.pick([20, 30, 50]) ?? 20 }] })
        break
      case 1:
        this.change("setConfig", { settings: [{ _tag: "CollateralBps", value: this.pick([0, 1_000, 5_000]) ?? 0 }] })
        break
      case 2:
        this.change("removeValidator", { hotkey })
        break
      case 3:
        this.change("addValidator", { hotkey, coldkeys: [coldkey] })
        break
      case 4:
        this.send(owner, "pause", {})
        break
      case 5: {
        const miner = this.pick(MINERS)
        if (miner !== undefined) this.send(miner.coldkey, "withdrawCollateral", { hotkey: miner.hotkey, amount: ALPHA })
        break
      }
      case 6: {
        // another miner takes over a UID, or a hotkey is swapped
        const number = 7 + this.random(4)
        const uid = 5 + this.random(6)
        if ([...this.registered.values()].some(({ hotkey }) => hotkey === minerOf(number).hotkey)) break
        const before = this.registered.get(uid)
        const isSwap = before !== undefined && this.random(2) === 0
        this.register({ ...minerOf(number), uid }, isSwap ? before.registeredAt : this.block, isSwap)
      }
    }
  }

  /** Lets time pass: usually a little, sometimes weeks. Stake rises and falls meanwhile. */
  wait(): void {
    const { coldkey, hotkey } = this.pick(validators) ?? { hotkey: owner, coldkey: owner }
    this.stake(hotkey, coldkey, BigInt(10 + this.random(40)) * 1_000n * ALPHA)
    if (this.random(2) === 0) this.send(owner, "noteWeights", {})
    this.next(this.block + (this.pick([1, 1, 1, 3, 3, 20, 20, 3_000, 60_000]) ?? 1))
  }

  /** Plays this many random steps. */
  play(steps: number): this {
    for (let step = 0; step < steps; step++) {
      const act = ACTS[this.random(ACTS.length)]
      if (act !== undefined) this[act]()
    }
    this.nextRound()
    this.next()
    return this
  }
}
