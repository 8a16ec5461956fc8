/**
 * The contract's invariants, checked after every message from the chain's own stakes and the contract's cells and events, independently of the model.
 */

import { waitOf } from "../../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { COVER, DUST } from "../../../support/figures.ts"
import { amountOf, type Cells, listOf, recordOf } from "./cells.ts"
import { ballotEnds, deciding, decisionOf, type Event, said } from "./decisions.ts"
import type { Fork, Sent } from "./fork.ts"
import { type Looks, lookedAt, notedOf, weigh } from "./looks.ts"
import { type Stage, treasuryColdkeys, treasuryHotkeys } from "./stage.ts"

/** The money and the voters at one time. */
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
  /** Not allocated to an issue. */
  readonly free: bigint
  /** The stake behind the treasury's hotkey minus the booked amount; negative if the chain rounded some away. */
  readonly drift: bigint
  /** The winners' stake behind the treasury's hotkey. */
  readonly winnings: ReadonlyMap<string, bigint>
  readonly config: Event
  /** The whitelist with each validator's stake. */
  readonly stakes: ReadonlyMap<string, bigint>
}

export interface Message {
  readonly caller: AccountAddress
  readonly name: string
  readonly args: object
  readonly sent: Sent
  readonly block: number
  /** Whether the subnet has ended. */
  readonly ended: boolean
}

/** Whether a difference of stake may be the rounding of one message. */
const isDust = (rao: bigint): boolean => (rao < 0n ? -rao : rao) <= 2n * DUST

export class Invariants {
  private readonly paidIssues = new Set<unknown>()
  /** Each validator's last vote, by subject, and since when it stands. */
  private readonly votes = new Map<string, Map<string, Vote>>()
  private looks: Looks
  /** Amounts that became free, oldest first. */
  private readonly lots: Array<{ readonly at: number; amount: bigint }> = []
  /** Payees that competitors' coldkeys named, by competition and hotkey. */
  private readonly payees = new Map<string, unknown>()
  /** The validator that each change removes. For a new validator this is irrelevant: it is not whitelisted. */
  private readonly removals = new Map<unknown, unknown>()

  constructor(
    private readonly stage: Stage,
    private readonly fork: Fork,
    private readonly cells: Cells
  ) {
    this.looks = { turnedAt: Number(this.cells.one("turnedAt")), days: 0, seen: new Map() }
  }

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
      free: this.amount("fresh") + this.amount("aged"),
      drift: (behind.get(treasury) ?? 0n) - this.booked(),
      winnings: new Map(this.stage.actors.miners.map((miner) => [miner.coldkey, this.fork.stake(treasury, miner.coldkey)])),
      config,
      stakes: this.stakes()
    }
  }

  private amount(name: string): bigint {
    return amountOf(this.cells.one(name))
  }

  private booked(): bigint {
    return this.amount("allocated") + this.amount("fresh") + this.amount("aged") + this.amount("collateral")
  }

  /** Returns a view's error about the money, or undefined. */
  lie(view: string, answer: unknown): string | undefined {
    const { _tag, value } = recordOf(answer)
    if (_tag !== "Ok") return undefined
    const { treasuryColdkey, treasuryHotkey } = this.config()
    const stakeOf = (coldkey: unknown) => this.fork.stake(String(treasuryHotkey) as AccountAddress, String(coldkey) as AccountAddress) // decoded accounts
    const held = stakeOf(this.stage.contract)
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
      this.freeMoney(before, now, message, events) ??
      this.verdicts(before, message, events) ??
      this.payments(before, now, message, events) ??
      this.issuesAddUp() ??
      this.collateralAddsUp() ??
      this.started(events) ??
      this.decided(before, message, events) ??
      this.noted()
    )
  }

  private conserved(before: Moment, now: Moment, events: ReadonlyArray<Event>): string | undefined {
    const held = ({ behind }: Moment) => [...behind.values()].reduce((sum, stake) => sum + stake, 0n)
    const all = (moment: Moment) => held(moment) + moment.pending + moment.paid + moment.recycled
    const came = sumOf(events, "CollateralDeposited") - sumOf(events, "CollateralWithdrawn")
    return isDust(all(now) - all(before) - came) ? undefined : `money appeared or vanished: ${all(before)} and ${came} became ${all(now)}`
  }

  /** The books never exceed the stake, except after losses on the chain; then no message increases the difference. */
  private solvent(before: Moment, now: Moment, { name, sent }: Message, events: ReadonlyArray<Event>): string | undefined {
    if (!sent.accepted) return undefined
    // Gifts may be behind the new hotkey before the move, and stay behind the old one.
    const moved = events.some(({ _tag }) => _tag === "TreasuryMoved")
    const least = before.drift < 0n ? before.drift : 0n
    // A harvest books everything except the cover.
    const most = (name === "harvest" || before.drift < COVER ? COVER : before.drift) + DUST
    const fine = now.drift >= least && (moved || now.drift <= most)
    return fine ? undefined : `the books were off by ${before.drift} and are by ${now.drift}`
  }

  /** No message leaves the contract's stake behind a hotkey outside of the books, except for a stranger's gift. */
  private stranded(before: Moment, now: Moment): string | undefined {
    for (const [hotkey, stake] of now.behind) {
      if (hotkey === now.treasury) continue
      const gift = hotkey === before.treasury ? before.drift : (before.behind.get(hotkey) ?? 0n)
      if (stake > (gift > 0n ? gift : 0n) + DUST) return `${stake} of the contract is stranded behind ${hotkey}`
    }
    return undefined
  }

  /** Free money is allocated oldest first, and recycled after the settings' period at the earliest. */
  private freeMoney(before: Moment, now: Moment, { block }: Message, events: ReadonlyArray<Event>): string | undefined {
    const slashed = sumOf(events, "CollateralSlashed")
    const [harvest] = events.filter(({ _tag }) => _tag === "Harvested")
    const { funded, received, recycled } = harvest ?? {}
    const came = slashed + amountOf(received) + sumOf(events, "IssueCancelled", "freed") + sumOf(events, "IssueEdited", "freed")
    const forgiven = before.free + came - amountOf(funded) - amountOf(recycled) - now.free
    if (forgiven < 0n || forgiven > (amountOf(recycled) > 0n ? DUST : 0n))
      return `free money: ${before.free} + ${came} − ${amountOf(funded)} − ${amountOf(recycled)} became ${now.free}`
    if (came > 0n) this.lots.push({ at: block, amount: came })
    this.take(amountOf(funded))
    const youngest = this.take(amountOf(recycled) + forgiven)
    if (youngest !== undefined && block - youngest < Number(before.config.recycleAfter))
      return `what came free in block ${youngest} was recycled in block ${block}`
    if (now.recycled - before.recycled !== amountOf(recycled))
      return `recycled: ${amountOf(recycled)}, the books say ${now.recycled - before.recycled}`
    return now.slashed === before.slashed + slashed ? undefined : `${slashed} were slashed, the books say ${now.slashed - before.slashed}`
  }

  /** Takes the oldest free money. Returns the block in which the newest part of it became free. */
  private take(amount: bigint): number | undefined {
    let [left, youngest]: [bigint, number | undefined] = [amount, undefined]
    while (left > 0n) {
      const [lot] = this.lots
      if (lot === undefined) return youngest
      const part = lot.amount < left ? lot.amount : left
      youngest = lot.at
      lot.amount -= part
      left -= part
      if (lot.amount === 0n) this.lots.shift()
    }
    return youngest
  }

  /** Without votes nothing is slashed, the owner takes no money from an issue at once, and nothing starts during the set-up. */
  private verdicts({ config }: Moment, { name }: Message, events: ReadonlyArray<Event>): string | undefined {
    const has = (tag: string) => events.find(({ _tag }) => _tag === tag)
    const { slashA, slashB } = has("CompetitionUnsolved") ?? {}
    const costs = has("CompetitionWon") === undefined ? [slashA, slashB].filter((slash) => slash === true).length : 1
    if (events.filter(({ _tag }) => _tag === "CollateralSlashed").length > costs) return "a miner was slashed without a verdict against it"
    const setup = config.ownerDelay === 0
    const freed = (has("IssueCancelled") ?? has("IssueEdited"))?.freed
    if (!setup && ["cancelIssue", "editIssue"].includes(name) && amountOf(freed) > 0n) return `the owner freed ${amountOf(freed)} at once`
    if (setup && (has("BountyFunded") ?? has("CompetitionStarted")) !== undefined) return "something began during the setup"
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

  /** Collateral is locked for running competitions. */
  private locksAddUp(): string | undefined {
    const due = new Map<string, bigint>()
    for (const { a, b, collateral, status } of this.cells.records("competitions")) {
      if (recordOf(status)._tag !== "Running") continue
      for (const { coldkey, hotkey } of [a, b].map(recordOf)) {
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

  private payments(before: Moment, now: Moment, { caller }: Message, events: ReadonlyArray<Event>): string | undefined {
    for (const { _tag, amount, coldkey, competition, hotkey, issue } of events) {
      const { a, b } = recordOf(this.cells.field("competitions").get(String(competition)))
      const own = [a, b].map(recordOf).find((one) => one.hotkey === hotkey)?.coldkey
      if (_tag === "PayeeNamed") {
        if (own !== caller) return `${caller} named the payee of ${String(own)}`
        this.payees.set(`${String(competition)} ${String(hotkey)}`, coldkey)
      }
      if (_tag !== "BountyPaid") continue
      if (coldkey !== (this.payees.get(`${String(competition)} ${String(hotkey)}`) ?? own))
        return `issue ${issue} was paid to ${String(coldkey)}`
      const paid = recordOf(this.cells.field("issues").get(String(issue)))
      if (this.paidIssues.has(issue)) return `issue ${issue} is paid twice`
      this.paidIssues.add(issue)
      if (amount !== paid.bounty || amount !== paid.funded) return `issue ${issue} of ${paid.bounty} was paid ${amount}`
      const got = (now.winnings.get(String(coldkey)) ?? 0n) - (before.winnings.get(String(coldkey)) ?? 0n)
      const lost = amountOf(amount) - got
      // A pool with a shortfall pays less by the missing dust.
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

  /** Records votes and stake snapshots. Checks that each decision had old enough votes of a quorum, and that no majority vetoed it. */
  private decided(before: Moment, message: Message, events: ReadonlyArray<Event>): string | undefined {
    const { args, block, caller, ended, name, sent } = message
    if (!sent.accepted) return undefined
    const { change, choice, issue, round, a, b } = recordOf(args)
    const has = (tag: string) => events.find(({ _tag }) => _tag === tag)
    const cast = (about: string, what: string): void => {
      const votes = this.votes.get(about) ?? new Map<string, Vote>()
      const known = votes.get(caller)
      this.votes.set(about, votes.set(caller, known?.what === what ? known : { what, since: block }))
    }
    const voters = (about: string, what: string, wait: number): ReadonlyArray<string> =>
      [...(this.votes.get(about) ?? [])].filter(([, vote]) => vote.what === what && block - vote.since >= wait).map(([voter]) => voter)
    const pair = [a, b]
      .map((one) => JSON.stringify(one))
      .sort()
      .join()
    if (name === "votePair") cast(`pair ${issue} ${round}`, pair)
    if (name === "voteOutcome") cast(`outcome ${issue}`, said(choice))
    if (name === "withdrawOutcomeVote") this.votes.get(`outcome ${issue}`)?.delete(caller)
    if (name === "veto") cast(`veto ${change}`, "veto")
    if (name === "withdrawVeto") this.votes.get(`veto ${change}`)?.delete(caller)
    const vetoers = voters(`veto ${change}`, "veto", 0)
    const looks = name === "apply" ? vetoers.length > 0 : name === "votePair" ? has("CompetitionStarted") : deciding.includes(name)
    // Where the chain does not answer, what was noted weighs on both sides.
    const unseen = ended || has("StakesUnknown") !== undefined
    if (looks && !unseen) this.looks = lookedAt(this.looks, before.stakes, block, Number(before.config.day))
    for (const { _tag, change, what } of events) if (_tag === "ChangeAnnounced") this.removals.set(change, recordOf(what).hotkey)
    const weighed = (by: ReadonlyArray<string>) => weigh(this.looks, before.stakes.keys(), by, ended, this.removals.get(change))
    if (name === "apply" || name === "drop") {
      const having = [...before.stakes.keys()].filter((hotkey) => hotkey !== this.removals.get(change))
      const weightOf = (hotkey: string) => weighed([hotkey]).weight
      const sum = (amounts: ReadonlyArray<bigint>) => amounts.reduce((all, amount) => all + amount, 0n)
      const [against, others] = [having.filter((one) => vetoers.includes(one)), having.filter((one) => !vetoers.includes(one))]
      const protects = sum(against.map((hotkey) => (unseen ? weightOf(hotkey) : (before.stakes.get(hotkey) ?? 0n))))
      const [weight, rest] = [sum(against.map(weightOf)), sum(others.map(weightOf))]
      if (name === "apply" ? protects > rest : weight <= rest)
        return `${name} of change ${change}: ${protects} and ${weight} against ${rest}`
    }
    const { quorumBps } = before.config
    const done = has("CompetitionStarted") ?? decisionOf(events)
    if (done !== undefined && !["apply", "cancelIssue"].includes(name)) {
      const { challengePeriod = 0 } = recordOf(this.cells.field("competitions").get(String(done.competition)))
      const { challengePeriod: set, day, ownerDelay } = before.config
      const wait = waitOf(
        { challengePeriod: Number(challengePeriod) },
        { challengePeriod: Number(set), day: Number(day), ownerDelay: Number(ownerDelay) }
      )
      const by = name === "votePair" ? voters(`pair ${issue} ${round}`, pair, 0) : voters(`outcome ${issue}`, said(done.choice), wait)
      const leaving = listOf(this.cells.one("changes"))
        .map(recordOf)
        .flatMap(({ appliesFrom, appliesUntil, what }) => {
          const isDue = Number(appliesFrom) <= block && block <= Number(appliesUntil)
          return isDue && recordOf(what)._tag === "RemoveValidator" ? [recordOf(what).hotkey] : []
        })
      const { total, weight } = weighed(by.filter((hotkey) => !leaving.includes(hotkey)))
      if (!isShare(weight, total, amountOf(quorumBps))) return `${String(done._tag)} by ${weight} of ${total}`
    }
    // An outcome vote applies to the issue's present state.
    const turned = events.find(({ _tag }) => ballotEnds.includes(String(_tag)))
    if (turned !== undefined) this.votes.delete(`outcome ${String(turned.issue)}`)
    this.whitelist(events)
    return undefined
  }

  /** A new validator has no snapshots. */
  private whitelist(events: ReadonlyArray<Event>): void {
    for (const { _tag, hotkey } of events) {
      if (_tag !== "ValidatorAdded" && _tag !== "ValidatorRemoved") continue
      const seen = new Map(this.looks.seen)
      seen.delete(String(hotkey))
      this.looks = { ...this.looks, seen }
    }
  }

  private noted(): string | undefined {
    const wrong = listOf(this.cells.one("validators"))
      .map(recordOf)
      .find(({ hotkey, noted }) => !Bun.deepEquals(noted, notedOf(this.looks, String(hotkey))))
    return wrong === undefined ? undefined : `of ${String(wrong.hotkey)} is noted what no look saw`
  }

  /** Each validator's stake, from the chain. */
  private stakes(): ReadonlyMap<string, bigint> {
    return new Map(
      listOf(this.cells.one("validators")).map((validator) => {
        const { coldkeys, hotkey } = recordOf(validator)
        const own = String(hotkey) as AccountAddress // a decoded account
        return [own, listOf(coldkeys).reduce<bigint>((sum, coldkey) => sum + this.fork.stake(own, String(coldkey) as AccountAddress), 0n)]
      })
    )
  }
}

interface Vote {
  readonly what: string
  readonly since: number
}

const sumOf = (events: ReadonlyArray<Event>, tag: string, field = "amount"): bigint =>
  events.filter(({ _tag }) => _tag === tag).reduce((all, event) => all + amountOf(event[field]), 0n)

const isShare = (weight: bigint, total: bigint, basisPoints: bigint): boolean => total > 0n && weight * 10_000n >= basisPoints * total
