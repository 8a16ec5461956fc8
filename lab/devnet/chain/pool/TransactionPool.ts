import type { BareHex } from "../codec/hex.ts"
import type { ValidTransaction } from "../codec/validity.ts"
import { AlreadyImported, type PoolError, PoolFull, PriorityTooLow, TemporarilyBanned } from "./PoolError.ts"

/** The events of a watched transaction. Block hashes are digits without 0x. */
export type TransactionStatus =
  | { readonly kind: "future" | "ready" | "dropped" | "invalid" }
  | { readonly kind: "inBlock" | "finalized" | "usurped"; readonly hash: BareHex }

export type Watcher = (status: TransactionStatus) => void

/** A transaction in the pool. */
export interface PooledTransaction {
  readonly hash: BareHex
  /** With its length prefix. */
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
}

/** Substrate's own limits. */
const limits = { ready: { count: 8192, bytes: 20 * 1024 * 1024 }, future: { count: 512, bytes: 1024 * 1024 } }

/** How many milliseconds an invalid transaction is banned, and how many bans are remembered. */
const banTime = 30 * 60 * 1000
const bansRemembered = 2048

/**
 * Transactions that wait for a block. The runtime's tags (an account's nonces) define their order: a transaction with a missing requirement waits
 * as "future" and is not lost.
 */
export class TransactionPool {
  private readonly entries = new Map<BareHex, Entry>()
  private readonly providers = new Map<BareHex, Entry>()
  private readonly banned = new Map<BareHex, number>()

  /** Transactions that could be in the next block, after their requirements and otherwise by arrival. */
  candidates(): ReadonlyArray<PooledTransaction> {
    const ordered = new Set<Entry>()
    for (const start of this.entries.values()) {
      // An account's chain of nonces can be thousands long, so use an explicit stack instead of recursion.
      const stack = start.ready ? [start] : []
      for (let entry = stack.at(-1); entry !== undefined; entry = stack.at(-1)) {
        const missing = [...entry.requires]
          .map((tag) => this.providers.get(tag))
          .find((provider) => provider !== undefined && !ordered.has(provider))
        if (missing !== undefined && !stack.includes(missing)) stack.push(missing)
        else {
          ordered.add(entry)
          stack.pop()
        }
      }
    }
    return [...ordered]
  }

  /** All ready transactions, by arrival. */
  get pending(): ReadonlyArray<PooledTransaction> {
    return [...this.entries.values()].filter((entry) => entry.ready)
  }

  /** Whether a ready transaction provides `tag`. */
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
      validUntil: Number(valid.longevity > 0xffff_ffffn ? 0xffff_ffffn : valid.longevity) + at,
      watchers: watcher === undefined ? [] : [watcher],
      ready: false
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

  /** Removes the transactions of a block. Transactions that required them no longer wait for them. */
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

  /** Removes transactions at a client's request; returns those that were in the pool. */
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
