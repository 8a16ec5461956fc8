/** Property C: a history's money, derived from the contract's events alone. */
import type { Action } from "../../../lab/contract-model/ContractModel.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import type { ContractEvent } from "../../../src/contract-client/generated.ts"
import { DUST } from "../figures.ts"
import { type Chain, RECYCLE_AFTER } from "./chain.ts"

export class Money {
  /** Free amounts that are not allocated to an issue, oldest first. */
  private lots: ReadonlyArray<{ readonly at: number; readonly amount: bigint }> = []
  /** Settled, unpaid winners by issue. */
  private readonly winners = new Map<number, { readonly competition: number; readonly hotkey: string }>()
  private readonly named = new Map<string, string>()
  recycled = 0n
  paid = 0

  constructor(private readonly chain: Chain) {}

  /** Checks a message's events. Returns the error; undefined: none. */
  after(name: Action, caller: string, events: ReadonlyArray<ContractEvent>): string | undefined {
    for (const event of events) {
      const wrong = this.read(name, caller, event)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }

  private read(name: Action, caller: string, event: ContractEvent): string | undefined {
    const block = this.chain.block()
    switch (event._tag) {
      case "IssueCancelled":
      case "IssueEdited":
        return this.free(block, event.freed)
      case "CollateralSlashed":
        return this.free(block, event.amount)
      case "Harvested": {
        this.free(block, event.received)
        this.take(event.funded)
        this.recycled += event.recycled
        const youngest = this.take(event.recycled)
        return youngest > block - RECYCLE_AFTER ? `what came free in block ${youngest} was recycled in block ${block}` : undefined
      }
      case "CompetitionWon":
        this.winners.set(event.issue, event)
        return name === "settle" ? undefined : `${name} made a winner`
      case "PayeeNamed": {
        this.named.set(`${event.competition} ${event.hotkey}`, event.coldkey)
        return this.coldkeyOf(event.hotkey) === caller ? undefined : `${caller} named a payee for ${event.hotkey}`
      }
      case "BountyPaid": {
        const winner = this.winners.get(event.issue)
        this.winners.delete(event.issue)
        this.paid++
        const right = this.named.get(`${event.competition} ${event.hotkey}`) ?? this.coldkeyOf(event.hotkey)
        const fine = winner?.hotkey === event.hotkey && winner.competition === event.competition && event.coldkey === right
        return fine ? undefined : `issue ${event.issue} was paid to ${event.coldkey}`
      }
      default:
        return undefined
    }
  }

  private coldkeyOf(miner: string): string | undefined {
    return this.chain.cast.miners.find(({ hotkey }) => hotkey === miner)?.coldkey
  }

  private free(at: number, amount: bigint): undefined {
    if (amount > 0n) this.lots = [...this.lots, { at, amount }]
  }

  /** Takes the oldest free money. Returns the block in which the newest of it became free. */
  private take(amount: bigint): number {
    let [left, youngest] = [amount, 0]
    while (left > 0n) {
      const [lot, ...others] = this.lots
      if (lot === undefined) return youngest
      youngest = lot.at
      this.lots = lot.amount > left ? [{ at: lot.at, amount: lot.amount - left }, ...others] : others
      left -= lot.amount
    }
    return youngest
  }

  /** Whether the contract holds less than it has booked, and whether the books match the events, up to dust. Returns the error. */
  audit(): string | undefined {
    const treasury = this.chain.ask("treasury", {})
    if (treasury.held < bookedOf(treasury)) return "held less than booked"
    const { aged, fresh } = treasury
    const free = this.lots.reduce((sum, { amount }) => sum + amount, 0n)
    const off = free - fresh - aged
    return off >= 0n && off <= 10n * DUST ? undefined : `${fresh + aged} free by the books, ${free} by the events`
  }
}
