import type { BareHex } from "../codec/hex.ts"
import type { ValidTransaction } from "../codec/validity.ts"
import { AlreadyImported, type PoolError, PoolFull, PriorityTooLow, TemporarilyBanned } from "./PoolError.ts"

/** The events of a watched transaction. Block hashes are digits without 0x. */
export type TransactionStatus =
  | { readonly kind: "future" | "ready" | "dropped" | "invalid" }
  | { readonly kind: "inBlock" | "finalized" | "usurped"; readonly hash: BareHex }

export type Watcher = (status: TransactionStatus) => void

export interface PooledTransaction {
  readonly hash: BareHex
  /** The encoded transaction, with its length prefix. */
  readonly bytes: Uint8Array
  readonly provides: ReadonlyArray<BareHex>
  readonly priority: bigint
  /** The last block that may include it. */
  readonly validUntil: number
  readonly watchers: ReadonlyArray<Watcher>
}

interface Entry extends PooledTransaction {
  readonly requires: Set<BareHex>
  readonly watchers: Array<Watcher>
  ready: boolean
  /** Its position among all transactions that became ready, from 1. */
  arrival: number
}

/** Substrate's own limits. */
const limits = { ready: { count: 8192, bytes: 20 * 1024 * 1024 }, future: { count: 512, bytes: 1024 * 1024 } }

/** How many milliseconds an invalid transaction is banned, and how many bans are remembered. */
const banTime = 30 * 60 * 1000
const bansRemembered = 2048

/**
 * The worst first. As in Substrate, the best transaction has the highest priority, then the fewest blocks left, then the longest wait: `Ord` of
 * `TransactionRef`,
 * https://github.com/paritytech/polkadot-sdk/blob/1395a6fabf45bbac8d1f51617352d3e8d2194b36/substrate/client/transaction-pool/src/graph/ready.rs
 */
const byRank = (a: Entry, b: Entry): number =>
  a.priority === b.priority ? b.validUntil - a.validUntil || b.arrival - a.arrival : a.priority < b.priority ? -1 : 1

const insert = (ranked: Array<Entry>, entry: Entry): void => {
  let [low, high] = [0, ranked.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = ranked[middle]
    if (other !== undefined && byRank(other, entry) < 0) low = middle + 1
    else high = middle
  }
  ranked.splice(low, 0, entry)
}

/**
 * Transactions that wait for a block. The runtime's tags (an account's nonces) define their order: a transaction with a missing requirement waits
 * as "future" and is not lost.
 */
export class TransactionPool {
  private readonly entries = new Map<BareHex, Entry>()
  private readonly providers = new Map<BareHex, Entry>()
  private readonly banned = new Map<BareHex, number>()
  private arrivals = 0

  /** All ready transactions in the order of inclusion: each after its requirements, and otherwise the best first. */
  candidates(): ReadonlyArray<PooledTransaction> {
    const ready = [...this.entries.values()].filter((entry) => entry.ready)
    const missing = new Map<Entry, number>()
    const unlocks = new Map<Entry, Array<Entry>>()
    for (const entry of ready) {
      const required = [...entry.requires].flatMap((tag) => this.providers.get(tag) ?? [])
      missing.set(entry, required.length)
      for (const other of required) unlocks.set(other, [...(unlocks.get(other) ?? []), entry])
    }
    const next = ready.filter((entry) => missing.get(entry) === 0).sort(byRank)
    const ordered: Array<Entry> = []
    for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
      ordered.push(entry)
      for (const unlocked of unlocks.get(entry) ?? []) {
        const left = (missing.get(unlocked) ?? 0) - 1
        missing.set(unlocked, left)
        if (left === 0) insert(next, unlocked)
      }
    }
    return ordered
  }

  provides(tag: BareHex): boolean {
    return this.providers.get(tag)?.ready === true
  }

  /** Why a transaction with this hash is refused without validation. */
  refusal(hash: BareHex, now: number): TemporarilyBanned | AlreadyImported | undefined {
    const until = this.banned.get(hash)
    if (until !== undefined && until > now) return new TemporarilyBanned()
    return this.entries.has(hash) ? new AlreadyImported({ hash: `0x${hash}` }) : undefined
  }

  /** Adds a transaction that the runtime found valid on block `at`. */
  add(hash: BareHex, bytes: Uint8Array, valid: ValidTransaction, at: number, watcher?: Watcher): PoolError | undefined {
    const rivals = new Set(valid.provides.flatMap((tag) => this.providers.get(tag) ?? []))
    for (const rival of rivals) {
      if (rival.priority >= valid.priority) return new PriorityTooLow({ present: rival.priority, offered: valid.priority })
    }
    const entry: Entry = {
      hash,
      bytes,
      provides: valid.provides,
      requires: new Set(valid.requires),
      priority: valid.priority,
      validUntil: Number(valid.longevity) + at,
      watchers: watcher === undefined ? [] : [watcher],
      ready: false,
      arrival: 0
    }
    const ready = this.satisfied(entry)
    if (this.isFull(ready, bytes.length)) return new PoolFull()
    for (const rival of rivals) {
      this.forget(rival)
      notify(rival, { kind: "usurped", hash })
    }
    this.entries.set(hash, entry)
    for (const tag of entry.provides) this.providers.set(tag, entry)
    if (ready) this.promote(entry)
    else notify(entry, { kind: "future" })
    for (const rival of rivals) this.demoteDependents(rival)
    return undefined
  }

  /** Removes the transactions of a block, and satisfies the requirements that they provide. */
  included(transactions: ReadonlyArray<PooledTransaction>): void {
    const tags = new Set(transactions.flatMap(({ provides }) => provides))
    for (const { hash } of transactions) {
      const entry = this.entries.get(hash)
      if (entry !== undefined) this.forget(entry)
    }
    for (const other of this.entries.values()) for (const tag of other.requires) if (tags.has(tag)) other.requires.delete(tag)
  }

  /** Removes an invalid transaction and bans it for a while. Transactions that required it wait again. */
  invalid(hash: BareHex, now: number): void {
    const entry = this.entries.get(hash)
    if (entry === undefined) return
    this.forget(entry)
    for (const [old, until] of this.banned) if (until <= now || this.banned.size >= bansRemembered) this.banned.delete(old)
    this.banned.set(hash, now + banTime)
    notify(entry, { kind: "invalid" })
    this.demoteDependents(entry)
  }

  /** Removes transactions that blocks after `at` may not include. */
  expire(at: number): void {
    for (const entry of [...this.entries.values()]) {
      if (entry.validUntil >= at) continue
      this.forget(entry)
      notify(entry, { kind: "dropped" })
      this.demoteDependents(entry)
    }
  }

  /** Removes transactions; returns those that were in the pool. */
  remove(hashes: ReadonlyArray<BareHex>): ReadonlyArray<BareHex> {
    return hashes.filter((hash) => {
      const entry = this.entries.get(hash)
      if (entry === undefined) return false
      this.forget(entry)
      notify(entry, { kind: "dropped" })
      this.demoteDependents(entry)
      return true
    })
  }

  /** Stops notifying a client of a transaction. */
  unwatch(hash: BareHex, watcher: Watcher): void {
    const watchers = this.entries.get(hash)?.watchers
    const index = watchers?.indexOf(watcher) ?? -1
    if (index >= 0) watchers?.splice(index, 1)
  }

  private isFull(ready: boolean, size: number): boolean {
    const limit = ready ? limits.ready : limits.future
    let count = 1
    let bytes = size
    for (const entry of this.entries.values()) {
      if (entry.ready !== ready) continue
      count++
      bytes += entry.bytes.length
    }
    return count > limit.count || bytes > limit.bytes
  }

  private satisfied(entry: Entry): boolean {
    return [...entry.requires].every((tag) => this.provides(tag))
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry.hash)
    for (const tag of entry.provides) if (this.providers.get(tag) === entry) this.providers.delete(tag)
  }

  private promote(first: Entry): void {
    const queue = [first]
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      if (entry.ready) continue
      entry.ready = true
      entry.arrival = ++this.arrivals
      notify(entry, { kind: "ready" })
      queue.push(...this.dependents(entry).filter((other) => !other.ready && this.satisfied(other)))
    }
  }

  private demoteDependents(gone: Entry): void {
    const queue = this.dependents(gone).filter((entry) => entry.ready && !this.satisfied(entry))
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      entry.ready = false
      notify(entry, { kind: "future" })
      queue.push(...this.dependents(entry).filter((other) => other.ready && !this.satisfied(other)))
    }
  }

  private dependents(entry: Entry): Array<Entry> {
    return [...this.entries.values()].filter((other) => entry.provides.some((tag) => other.requires.has(tag)))
  }
}

const notify = (entry: Entry, status: TransactionStatus): void => {
  for (const watcher of [...entry.watchers]) watcher(status)
}
