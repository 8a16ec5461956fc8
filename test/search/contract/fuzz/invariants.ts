/**
 * The contract's invariants, checked after every message from the chain's own stakes and the contract's cells and events, independently of the model.
 */
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { COVER, DUST } from "../../../../src/domain/Collateral.ts"
import { amountOf, listOf, recordOf } from "./cells.ts"
import type { Sent } from "./fork.ts"
import { type Stage, treasuryColdkeys, treasuryHotkeys } from "./stage.ts"
import type { Books, Stakes } from "./wrongContracts.ts"

/** The money, and who decides, at one moment. */
export interface Moment {
  /** The contract's stake behind each hotkey. */
  readonly behind: ReadonlyMap<AccountAddress, bigint>
  /** The treasury's hotkey. */
  readonly treasury: AccountAddress
  /** The stake of all coldkeys that the treasury may have. */
  readonly pending: bigint
  readonly paid: bigint
  readonly recycled: bigint
  readonly slashed: bigint
  readonly toRecycle: bigint
  /** The stake behind the treasury's hotkey minus the booked amount; negative if the chain rounded some away. */
  readonly drift: bigint
  /** The winners' stake behind the treasury's hotkey. */
  readonly winnings: ReadonlyMap<string, bigint>
  readonly config: Event
  /** The whitelist with each validator's weight. */
  readonly weights: ReadonlyMap<string, bigint>
}

export interface Message {
  readonly caller: AccountAddress
  readonly name: string
  readonly args: object
  readonly sent: Sent
}

/** The share that a veto needs, whatever the quorum of other ballots. */
const VETO_BPS = 5_001n

type Event = Readonly<Record<string, unknown>>

/** Whether a difference of stake may be the rounding of one message. */
const isDust = (rao: bigint): boolean => (rao < 0n ? -rao : rao) <= 2n * DUST

export class Invariants {
  private readonly paidIssues = new Set<unknown>()
  /** Each validator's last vote, by subject. */
  private readonly votes = new Map<string, Map<string, string>>()
  /** What was decided on an issue and has not taken effect. */
  private readonly waiting = new Map<unknown, string>()
  /** The validator that each change removes. For a new validator it makes no difference: it is not on the whitelist. */
  private readonly removals = new Map<unknown, unknown>()

  constructor(
    private readonly stage: Stage,
    private readonly fork: Stakes,
    private readonly cells: Books
  ) {}

  private config(): Event {
    return recordOf(this.cells.one("config"))
  }

  before(): Moment {
    const { contract } = this.stage
    const config = this.config()
    const treasury = String(config.treasuryHotkey) as AccountAddress // a decoded account
    const hotkeys = [...this.stage.actors.miners.map(({ hotkey }) => hotkey), ...treasuryHotkeys(this.stage)]
    const behind = new Map(hotkeys.map((hotkey) => [hotkey, this.fork.stake(hotkey, contract)]))
    const coldkeys = treasuryColdkeys(this.stage)
    return {
      behind,
      treasury,
      pending: hotkeys.reduce((sum, hotkey) => coldkeys.reduce((all, coldkey) => all + this.fork.stake(hotkey, coldkey), sum), 0n),
      paid: this.amount("paid"),
      recycled: this.amount("recycled"),
      slashed: this.amount("slashed"),
      toRecycle: this.amount("toRecycle"),
      drift: (behind.get(treasury) ?? 0n) - this.booked(),
      winnings: new Map(this.stage.actors.miners.map((miner) => [miner.coldkey, this.fork.stake(treasury, miner.coldkey)])),
      config,
      weights: this.weights(config)
    }
  }

  private amount(name: string): bigint {
    return amountOf(this.cells.one(name))
  }

  private booked(): bigint {
    return this.amount("allocated") + this.amount("unallocated") + this.amount("collateral") + this.amount("toRecycle")
  }

  /** Returns what a view got wrong about the money, or undefined. */
  lie(view: string, answer: unknown): string | undefined {
    const { _tag, value } = recordOf(answer)
    if (_tag !== "Ok") return undefined
    const { treasuryColdkey, treasuryHotkey } = this.config()
    const stakeOf = (coldkey: unknown) => this.fork.stake(String(treasuryHotkey) as AccountAddress, String(coldkey) as AccountAddress) // decoded accounts
    const held = stakeOf(this.stage.contract)
    if (view === "solvent" && value !== held >= this.booked()) return `solvent is ${String(value)} with ${held} of ${this.booked()}`
    if (view !== "treasury") return undefined
    const shown = recordOf(value)
    const pending = stakeOf(treasuryColdkey)
    if (shown.held !== held) return `the treasury shows ${String(shown.held)} held, the chain has ${held}`
    if (shown.pending !== pending) return `the treasury shows ${String(shown.pending)} pending, the chain has ${pending}`
    if (amountOf(shown.pendingAvailable) > pending) return `the treasury shows more available than the ${pending} pending`
    return undefined
  }

  /** Returns the invariant that a message broke, or undefined. The cells are those after the message. */
  after(before: Moment, message: Message): string | undefined {
    const events = message.sent.events.map(recordOf)
    const now = this.before()
    return (
      this.conserved(before, now, events) ??
      this.solvent(before, now, message, events) ??
      this.stranded(before, now) ??
      this.pot(before, now, events) ??
      this.verdicts(before, events) ??
      this.payments(before, now, events) ??
      this.issuesAddUp() ??
      this.collateralAddsUp() ??
      this.started(events) ??
      this.decided(before, message, events)
    )
  }

  private conserved(before: Moment, now: Moment, events: ReadonlyArray<Event>): string | undefined {
    const held = ({ behind }: Moment) => [...behind.values()].reduce((sum, stake) => sum + stake, 0n)
    const all = (moment: Moment) => held(moment) + moment.pending + moment.paid + moment.recycled
    const came = sumOf(events, "CollateralDeposited") - sumOf(events, "CollateralWithdrawn")
    return isDust(all(now) - all(before) - came) ? undefined : `money appeared or vanished: ${all(before)} and ${came} became ${all(now)}`
  }

  /** The books never get ahead of the stake: only what happens to the chain makes them, and then no message makes it worse. */
  private solvent(before: Moment, now: Moment, { name, sent }: Message, events: ReadonlyArray<Event>): string | undefined {
    if (!sent.accepted) return undefined
    // Gifts may wait behind the new hotkey, and stay behind the old one.
    const moved = events.some(({ _tag }) => _tag === "TreasuryMoved")
    const least = before.drift < 0n ? before.drift : 0n
    // A harvest books all but the cover.
    const most = (name === "harvest" || before.drift < COVER ? COVER : before.drift) + DUST
    const fine = now.drift >= least && (moved || now.drift <= most)
    return fine ? undefined : `the books were off by ${before.drift} and are by ${now.drift}`
  }

  /** No message leaves stake of the contract where the books do not look; a stranger's gift may lie there. */
  private stranded(before: Moment, now: Moment): string | undefined {
    for (const [hotkey, stake] of now.behind) {
      if (hotkey === now.treasury) continue
      const gift = hotkey === before.treasury ? before.drift : (before.behind.get(hotkey) ?? 0n)
      if (stake > (gift > 0n ? gift : 0n) + DUST) return `${stake} of the contract is stranded behind ${hotkey}`
    }
    return undefined
  }

  /** What has to be recycled waits in one pot, and only a harvest or a try to recycle takes from it. */
  private pot(before: Moment, now: Moment, events: ReadonlyArray<Event>): string | undefined {
    const slashed = sumOf(events, "CollateralSlashed")
    const recycled = sumOf(events, "AlphaRecycled")
    const came = slashed + sumOf(events, "IssueCancelled", "toRecycle") + sumOf(events, "Harvested", "released")
    const forgiven = before.toRecycle + came - recycled - now.toRecycle
    if (forgiven < 0n || forgiven > (recycled > 0n ? DUST : 0n))
      return `${before.toRecycle} + ${came} − ${recycled} to recycle became ${now.toRecycle}`
    if (now.recycled !== before.recycled + recycled) return `${recycled} were recycled, the books say ${now.recycled - before.recycled}`
    return now.slashed === before.slashed + slashed ? undefined : `${slashed} were slashed, the books say ${now.slashed - before.slashed}`
  }

  /** Silence costs nobody anything, a bounty that nobody competed for stays with the issues, and nothing starts during the setup. */
  private verdicts({ config }: Moment, events: ReadonlyArray<Event>): string | undefined {
    const has = (tag: string) => events.find(({ _tag }) => _tag === tag)
    const lost = has("BountyPaid") !== undefined || has("CompetitionExpired")?.unsolved === true
    if (has("CollateralSlashed") !== undefined && !lost) return "a miner was slashed without a verdict against it"
    const cancelled = has("IssueCancelled")
    const kept = has("CompetitionVoided") === undefined ? "toRecycle" : "returned"
    if (cancelled !== undefined && amountOf(cancelled[kept]) > 0n) return `a cancelled bounty went to ${kept}`
    if (config.ownerDelay === 0 && (has("BountyFunded") ?? has("CompetitionStarted")) !== undefined)
      return "something began during the setup"
    return undefined
  }

  private issuesAddUp(): string | undefined {
    let unpaid = 0n
    for (const { bounty, funded, id, status } of this.cells.records("issues")) {
      const tag = recordOf(status)._tag
      if (amountOf(funded) > amountOf(bounty)) return `issue ${id} has more than its bounty`
      if (tag !== "Paid") unpaid += amountOf(funded)
      if (["Open", "Competing", "Solved", "Paid"].includes(String(tag)) && funded !== bounty)
        return `issue ${id} is ${tag} without its bounty`
      if ((tag === "Paid") !== this.paidIssues.has(id)) return `issue ${id} is ${tag}, which its payments do not say`
    }
    const allocated = amountOf(this.cells.one("allocated"))
    return unpaid === allocated ? undefined : `unpaid issues have ${unpaid}, the books say ${allocated}`
  }

  private collateralAddsUp(): string | undefined {
    let all = 0n
    for (const [key, value] of this.cells.field("collaterals")) {
      const { deposited, locked } = recordOf(value)
      if (amountOf(locked) > amountOf(deposited)) return `${key} has more locked than deposited`
      all += amountOf(deposited)
    }
    return (
      this.locksAddUp() ??
      (this.amount("collateral") === all ? undefined : `all miners have ${all}, the sum says ${this.amount("collateral")}`)
    )
  }

  /** Collateral is locked for running competitions, and for the losers of those that are not paid yet. */
  private locksAddUp(): string | undefined {
    const due = new Map<string, bigint>()
    const unpaid = new Set(
      this.cells.records("issues").flatMap(({ competition, status }) => (recordOf(status)._tag === "Solved" ? [competition] : []))
    )
    for (const { a, b, collateral, id, status } of this.cells.records("competitions")) {
      const { _tag, winner } = recordOf(status)
      const bound = _tag === "Running" ? [a, b] : _tag === "Won" && unpaid.has(id) ? [winner === 0 ? b : a] : []
      for (const { coldkey, hotkey } of bound.map(recordOf)) {
        const key = `${String(hotkey)}/${String(coldkey)}`
        due.set(key, (due.get(key) ?? 0n) + amountOf(collateral))
      }
    }
    for (const [key, value] of this.cells.field("collaterals")) {
      const locked = amountOf(recordOf(value).locked)
      if (locked !== (due.get(key) ?? 0n)) return `${key} has ${locked} locked instead of ${due.get(key) ?? 0n}`
      due.delete(key)
    }
    const missing = [...due].find(([, amount]) => amount > 0n)
    return missing === undefined ? undefined : `${missing[0]} has nothing locked instead of ${missing[1]}`
  }

  private payments(before: Moment, now: Moment, events: ReadonlyArray<Event>): string | undefined {
    for (const { _tag, amount, coldkey, issue } of events) {
      if (_tag !== "BountyPaid") continue
      const paid = recordOf(this.cells.field("issues").get(String(issue)))
      if (this.paidIssues.has(issue)) return `issue ${issue} is paid twice`
      this.paidIssues.add(issue)
      if (amount !== paid.bounty || amount !== paid.funded) return `issue ${issue} of ${paid.bounty} was paid ${amount}`
      const got = (now.winnings.get(String(coldkey)) ?? 0n) - (before.winnings.get(String(coldkey)) ?? 0n)
      const lost = amountOf(amount) - got
      // A pool that is short itself gives what dust it can.
      if (now.winnings.has(String(coldkey)) && (lost < 0n || lost > DUST + (before.drift < 0n ? 1n : 0n)))
        return `the winner of issue ${issue} got ${got} of ${amount}`
      if (now.paid - before.paid !== amount) return `the books say that ${now.paid - before.paid} was paid, not ${amount}`
    }
    return undefined
  }

  private started(events: ReadonlyArray<Event>): string | undefined {
    for (const { _tag, a, b } of events) {
      if (_tag !== "CompetitionStarted") continue
      const [left, right] = [recordOf(a), recordOf(b)]
      if (left.hotkey === right.hotkey || left.coldkey === right.coldkey) return "a miner competes with itself"
      for (const { hotkey } of [left, right]) {
        const running = this.cells
          .records("competitions")
          .filter(({ a, b, status }) => recordOf(status)._tag === "Running" && [recordOf(a).hotkey, recordOf(b).hotkey].includes(hotkey))
        if (running.length > Number(this.config().maxCompetitionsPerMiner)) return `${String(hotkey)} is in ${running.length} matches`
      }
    }
    return undefined
  }

  /** Records the validators' votes, and checks that each decision had a quorum, and that a majority's veto stood. */
  private decided(before: Moment, { args, caller, name, sent }: Message, events: ReadonlyArray<Event>): string | undefined {
    if (!sent.accepted) return undefined
    const { a, b, change, choice, issue, round } = recordOf(args)
    const heard = (about: string, what: string): ReadonlyArray<string> => {
      const votes = this.votes.get(about) ?? new Map<string, string>()
      this.votes.set(about, votes.set(caller, what))
      return [...votes].filter(([, said]) => said === what).map(([voter]) => voter)
    }
    const text = (value: unknown) => JSON.stringify(value)
    let voters: ReadonlyArray<string> = []
    if (name === "votePair") voters = heard(`pair ${issue} ${round}`, [text(a), text(b)].sort().join())
    if (name === "voteOutcome") voters = heard(`outcome ${issue}`, text(choice))
    if (name === "withdrawOutcomeVote") this.votes.get(`outcome ${issue}`)?.delete(caller)
    if (name === "veto") voters = heard(`veto ${change}`, "veto")
    for (const { _tag, change, what } of events) if (_tag === "ChangeAnnounced") this.removals.set(change, recordOf(what).hotkey)
    if (name === "apply") {
      const { total, weight } = weigh(before, [...(this.votes.get(`veto ${change}`)?.keys() ?? [])], this.removals.get(change))
      if (isShare(weight, total, VETO_BPS)) return `change ${change} applied against ${weight} of ${total}`
    }
    const waited = name === "finish" ? this.carriedOut(issue, events) : undefined
    for (const { _tag, choice, issue } of events) {
      if (_tag === "OutcomeDecided") this.waiting.set(issue, text(choice))
      else if (ballotEnds.includes(String(_tag))) this.waiting.delete(issue)
    }
    if (waited !== undefined) return waited
    const decisions = [
      "OutcomeDecided",
      "OutcomeTakenBack",
      "CompetitionStarted",
      "CompetitionWon",
      "CompetitionVoided",
      "ChangeVetoed",
      "PayeeNamed",
      ...(name === "cancelIssue" ? [] : ["IssueCancelled"])
    ]
    const decision = events.find(
      ({ _tag, unsolved }) => decisions.includes(String(_tag)) || (_tag === "CompetitionExpired" && unsolved === true)
    )
    // an outcome vote concerns the issue's current state
    const turned = events.find(({ _tag }) => ballotEnds.includes(String(_tag)))
    if (turned !== undefined) this.votes.delete(`outcome ${String(turned.issue)}`)
    if (decision === undefined || name === "finish") return undefined
    const removed = decision._tag === "ChangeVetoed" ? this.removals.get(decision.change) : undefined
    const { total, weight } = weigh(before, voters, removed)
    const quorum = decision._tag === "ChangeVetoed" ? VETO_BPS : amountOf(before.config.quorumBps)
    return isShare(weight, total, quorum) ? undefined : `${String(decision._tag)} by ${weight} of ${total}`
  }

  /** Only what the quorum decided takes effect after its wait. */
  private carriedOut(issue: unknown, events: ReadonlyArray<Event>): string | undefined {
    const decided = this.waiting.get(issue)
    const cancelled = events.find(({ _tag }) => _tag === "IssueCancelled")
    const done = JSON.stringify(cancelled === undefined ? { _tag: "Unsolved" } : { _tag: "Cancelled", reason: cancelled.reason })
    return decided === done ? undefined : `issue ${String(issue)} ended by ${done}, but ${decided ?? "nothing"} was decided`
  }

  /** Each validator's weight, from the chain. */
  private weights({ weighting }: Event): ReadonlyMap<string, bigint> {
    const { _tag } = recordOf(weighting)
    return new Map(
      listOf(this.cells.one("validators")).map((validator) => {
        const { coldkeys, hotkey } = recordOf(validator)
        const own = String(hotkey) as AccountAddress // a decoded account
        const staked = () =>
          listOf(coldkeys).reduce<bigint>((sum, coldkey) => sum + this.fork.stake(own, String(coldkey) as AccountAddress), 0n)
        return [own, _tag === "ByCount" ? 1n : staked()]
      })
    )
  }
}

/** After these events, an outcome vote is about something else. */
const ballotEnds = [
  "CompetitionStarted",
  "CompetitionWon",
  "CompetitionExpired",
  "CompetitionVoided",
  "OutcomeDecided",
  "OutcomeTakenBack",
  "PayeeNamed"
]

const sumOf = (events: ReadonlyArray<Event>, tag: string, field = "amount"): bigint =>
  events.filter(({ _tag }) => _tag === tag).reduce((all, event) => all + amountOf(event[field]), 0n)

const isShare = (weight: bigint, total: bigint, basisPoints: bigint): boolean => total > 0n && weight * 10_000n >= basisPoints * total

/** The voters' weight and that of the whole whitelist, without a validator that the decision removes. */
const weigh = ({ weights }: Moment, voters: ReadonlyArray<string>, removed: unknown) => {
  let [weight, total] = [0n, 0n]
  for (const [hotkey, own] of weights) {
    if (hotkey === removed) continue
    total += own
    if (voters.includes(hotkey)) weight += own
  }
  return { weight, total }
}
