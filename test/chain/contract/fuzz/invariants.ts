/**
 * The contract's invariants, checked after every message from the chain's own stakes and the contract's cells and events, independently of the model.
 */
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { amountOf, type Cells, listOf, recordOf } from "./cells.ts"
import type { Fork, Sent } from "./fork.ts"
import { type Stage, treasuryColdkeys, treasuryHotkeys } from "./stage.ts"

/** The money at one moment. */
interface Money {
  /** The contract's stake behind all hotkeys. */
  readonly held: bigint
  /** The stake of all coldkeys that the treasury may have. */
  readonly pending: bigint
  readonly paid: bigint
  readonly recycled: bigint
  /** Slashed collateral that was recycled. */
  readonly slashedRecycled: bigint
  /** The stake behind the treasury's hotkey minus the booked amount; negative if the chain rounded some away. */
  readonly drift: bigint
  /** The winners' stake behind the treasury's hotkey. */
  readonly winnings: ReadonlyMap<string, bigint>
}

interface Message {
  readonly caller: AccountAddress
  readonly name: string
  readonly args: object
  readonly sent: Sent
}

/** The share that a veto needs, whatever the quorum of other ballots. */
const VETO_BPS = 5_001n

type Event = Readonly<Record<string, unknown>>

export class Invariants {
  private readonly paidIssues = new Set<unknown>()
  /** Each validator's last vote, by subject. */
  private readonly votes = new Map<string, Map<string, string>>()

  constructor(
    private readonly stage: Stage,
    private readonly fork: Fork,
    private readonly cells: Cells
  ) {}

  private config(): Event {
    return recordOf(this.cells.one("config"))
  }

  before(): Money {
    const { contract } = this.stage
    const treasury = String(this.config().treasuryHotkey) as AccountAddress // a decoded account
    const hotkeys = [...new Set([...this.stage.actors.miners.map(({ hotkey }) => hotkey), ...treasuryHotkeys(this.stage)])]
    const coldkeys = treasuryColdkeys(this.stage).filter((coldkey) => coldkey !== contract)
    const here = this.fork.stake(treasury, contract)
    const collateral = recordOf(this.cells.field("collateralSums").get(treasury))
    const books = amountOf(this.cells.one("allocated")) + amountOf(this.cells.one("unallocated"))
    return {
      held: hotkeys.reduce((sum, hotkey) => sum + this.fork.stake(hotkey, contract), 0n),
      pending: hotkeys.reduce((sum, hotkey) => coldkeys.reduce((all, coldkey) => all + this.fork.stake(hotkey, coldkey), sum), 0n),
      paid: amountOf(this.cells.one("paid")),
      recycled: amountOf(this.cells.one("recycled")),
      slashedRecycled: amountOf(this.cells.one("slashedRecycled")),
      drift: here - books - amountOf(collateral.deposited) - amountOf(collateral.slashed),
      winnings: new Map(this.stage.actors.miners.map((miner) => [miner.coldkey, this.fork.stake(treasury, miner.coldkey)]))
    }
  }

  /** Returns the invariant that a message broke, or undefined. The cells are those after the message. */
  after(before: Money, message: Message): string | undefined {
    const events = message.sent.events.map(recordOf)
    const now = this.before()
    return (
      this.conserved(before, now, events) ??
      this.drifted(before, now, message, events) ??
      this.payments(before, now, events) ??
      this.issuesAddUp() ??
      this.collateralAddsUp() ??
      this.started(events) ??
      this.decided(message, events)
    )
  }

  private conserved(before: Money, now: Money, events: ReadonlyArray<Event>): string | undefined {
    const sum = (tag: string) => events.filter(({ _tag }) => _tag === tag).reduce((all, { amount }) => all + amountOf(amount), 0n)
    const all = (money: Money) => money.held + money.pending + money.paid + money.recycled + money.slashedRecycled
    const came = sum("CollateralDeposited") - sum("CollateralWithdrawn")
    return all(now) === all(before) + came ? undefined : `money appeared or vanished: ${all(before)} and ${came} became ${all(now)}`
  }

  private drifted(before: Money, now: Money, { name, sent }: Message, events: ReadonlyArray<Event>): string | undefined {
    if (!sent.accepted) return undefined
    // another treasury starts with what is there
    if (events.some(({ _tag }) => _tag === "TreasuryMoved")) return undefined
    const takesIn = name === "harvest" || events.some(({ _tag }) => _tag === "AlphaRecycled")
    const fine =
      now.drift === before.drift ||
      (takesIn && (before.drift < 0n ? now.drift >= before.drift && now.drift <= 0n : now.drift >= 0n && now.drift <= before.drift))
    return fine ? undefined : `the books were off by ${before.drift} and are by ${now.drift}`
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
    const sums = new Map<string, bigint>()
    for (const [key, value] of this.cells.field("collaterals")) {
      const [hotkey = ""] = key.split("/")
      const { deposited, locked } = recordOf(value)
      if (amountOf(locked) > amountOf(deposited)) return `${key} has more locked than deposited`
      sums.set(hotkey, (sums.get(hotkey) ?? 0n) + amountOf(deposited))
    }
    let all = 0n
    for (const [hotkey, sum] of sums) {
      all += sum
      const booked = amountOf(recordOf(this.cells.field("collateralSums").get(hotkey)).deposited)
      if (booked !== sum) return `behind ${hotkey} miners have ${sum}, the sum says ${booked}`
    }
    const total = amountOf(this.cells.one("collateral"))
    return total === all ? undefined : `all miners have ${all}, the sum says ${total}`
  }

  private payments(before: Money, now: Money, events: ReadonlyArray<Event>): string | undefined {
    for (const { _tag, amount, coldkey, issue } of events) {
      if (_tag !== "BountyPaid") continue
      const paid = recordOf(this.cells.field("issues").get(String(issue)))
      if (this.paidIssues.has(issue)) return `issue ${issue} is paid twice`
      this.paidIssues.add(issue)
      if (amount !== paid.bounty || amount !== paid.funded) return `issue ${issue} of ${paid.bounty} was paid ${amount}`
      const got = (now.winnings.get(String(coldkey)) ?? 0n) - (before.winnings.get(String(coldkey)) ?? 0n)
      if (now.winnings.has(String(coldkey)) && got !== amount) return `the winner of issue ${issue} got ${got} of ${amount}`
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
        if (running.length > Number(this.config().maxCompetitionsPerMiner)) return `${String(hotkey)} is in ${running.length} competitions`
      }
    }
    return undefined
  }

  /** Records the validators' votes, and checks that each decision had a quorum. */
  private decided({ args, caller, name, sent }: Message, events: ReadonlyArray<Event>): string | undefined {
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
    const decisions = [
      "CompetitionStarted",
      "CompetitionWon",
      "CompetitionVoided",
      "ChangeVetoed",
      ...(name === "cancelIssue" ? [] : ["IssueCancelled"])
    ]
    const decision = events.find(({ _tag }) => decisions.includes(String(_tag)))
    // an outcome vote concerns the issue's current state
    const turned = events.find(({ _tag }) => ["CompetitionStarted", "CompetitionWon", "CompetitionExpired"].includes(String(_tag)))
    if (turned !== undefined) this.votes.delete(`outcome ${String(turned.issue)}`)
    if (decision === undefined) return undefined
    const { total, weight } = this.weigh(voters)
    const quorum = decision._tag === "ChangeVetoed" ? VETO_BPS : amountOf(this.config().quorumBps)
    return total > 0n && weight * 10_000n >= quorum * total ? undefined : `${String(decision._tag)} by ${weight} of ${total}`
  }

  private weigh(voters: ReadonlyArray<string>): { readonly weight: bigint; readonly total: bigint } {
    let [weight, total] = [0n, 0n]
    const byCount = recordOf(this.config().weighting)._tag === "ByCount"
    for (const validator of listOf(this.cells.one("validators"))) {
      const { coldkeys, hotkey } = recordOf(validator)
      const own = byCount
        ? 1n
        : listOf(coldkeys).reduce<bigint>(
            (sum, coldkey) => sum + this.fork.stake(String(hotkey) as AccountAddress, String(coldkey) as AccountAddress),
            0n
          ) // decoded accounts
      total += own
      if (voters.includes(String(hotkey))) weight += own
    }
    return { weight, total }
  }
}
