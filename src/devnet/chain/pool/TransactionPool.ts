import type { BareHex } from "../codec/hex.ts"
import type { ValidTransaction } from "../codec/validity.ts"
import { AlreadyImported, type PoolError, PoolFull, PriorityTooLow, TemporarilyBanned } from "./PoolError.ts"

/** What a watcher of a transaction is told; the block hashes are bare digits. */
export type TransactionStatus =
  | { readonly kind: "future" | "ready" | "dropped" | "invalid" }
  | { readonly kind: "inBlock" | "finalized" | "usurped"; readonly hash: BareHex }

export type Watcher = (status: TransactionStatus) => void

/** A transaction in the pool. */
export interface PooledTransaction {
  readonly hash: BareHex
  /** With its length in front. */
  readonly bytes: Uint8Array
  readonly provides: ReadonlyArray<BareHex>
  readonly priority: bigint
  /** The last block it may be part of. */
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

/** For how long a transaction that proved invalid may not come back, in milliseconds, and how many of them are remembered. */
const banTime = 30 * 60 * 1000
const bansRemembered = 2048

/**
 * Transactions that wait for a block. Order comes from the tags the runtime gives (an account's nonces): a transaction
 * whose requirement is missing waits as "future" and is never lost because of it.
 */
export class TransactionPool {
  private readonly entries = new Map<BareHex, Entry>()
  private readonly providers = new Map<BareHex, Entry>()
  private readonly banned = new Map<BareHex, number>()

  /** Which transactions could be in the next block, in an order that satisfies each one's requirements; else by arrival. */
  candidates(): ReadonlyArray<PooledTransaction> {
    const ordered = new Set<Entry>()
    for (const start of this.entries.values()) {
      // an account's chain of nonces can be thousands long: an explicit stack, not recursion
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

  /** Everything in the pool that is ready, by arrival. */
  get pending(): ReadonlyArray<PooledTransaction> {
    return [...this.entries.values()].filter((entry) => entry.ready)
  }

  /** Whether a ready transaction provides `tag`. */
  provides(tag: BareHex): boolean {
    return this.providers.get(tag)?.ready === true
  }

  /** Why a transaction of this hash would be refused before it is even looked at. */
  refusal(hash: BareHex, now: number): TemporarilyBanned | AlreadyImported | undefined {
    const until = this.banned.get(hash)
    if (until !== undefined && until > now) return new TemporarilyBanned()
    return this.entries.has(hash) ? new AlreadyImported({ hash: `0x${hash}` }) : undefined
  }

  /** Takes in a transaction that the runtime found valid on block `at`. */
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
      tell(rival, { kind: "usurped", hash })
    }
    this.entries.set(hash, entry)
    for (const tag of entry.provides) this.providers.set(tag, entry)
    if (ready) this.promote(entry)
    else tell(entry, { kind: "future" })
    for (const rival of rivals) this.demoteDependents(rival)
    return undefined
  }

  /** Takes out what a block included. What required it need not wait for it any more. */
  included(transactions: ReadonlyArray<PooledTransaction>): void {
    const tags = new Set(transactions.flatMap(({ provides }) => provides))
    for (const { hash } of transactions) {
      const entry = this.entries.get(hash)
      if (entry !== undefined) this.forget(entry)
    }
    for (const other of this.entries.values()) for (const tag of other.requires) if (tags.has(tag)) other.requires.delete(tag)
  }

  /** Takes out a transaction that cannot be applied and keeps it away for a while. What required it waits again. */
  invalid(hash: BareHex, now: number): void {
    const entry = this.entries.get(hash)
    if (entry === undefined) return
    this.forget(entry)
    for (const [old, until] of this.banned) if (until <= now || this.banned.size >= bansRemembered) this.banned.delete(old)
    this.banned.set(hash, now + banTime)
    tell(entry, { kind: "invalid" })
    this.demoteDependents(entry)
  }

  /** Takes out what may not be part of blocks after `at` any more. */
  expire(at: number): void {
    for (const entry of [...this.entries.values()]) {
      if (entry.validUntil >= at) continue
      this.forget(entry)
      tell(entry, { kind: "dropped" })
      this.demoteDependents(entry)
    }
  }

  /** Takes transactions out at a client's wish and answers which were there. */
  remove(hashes: ReadonlyArray<BareHex>): ReadonlyArray<BareHex> {
    return hashes.filter((hash) => {
      const entry = this.entries.get(hash)
      if (entry === undefined) return false
      this.forget(entry)
      tell(entry, { kind: "dropped" })
      this.demoteDependents(entry)
      return true
    })
  }

  /** A client no longer wants to hear of a transaction. */
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
      tell(entry, { kind: "ready" })
      queue.push(...this.dependents(entry).filter((other) => !other.ready && this.satisfied(other)))
    }
  }

  private demoteDependents(gone: Entry): void {
    const queue = this.dependents(gone).filter((entry) => entry.ready && !this.satisfied(entry))
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      entry.ready = false
      tell(entry, { kind: "future" })
      queue.push(...this.dependents(entry).filter((other) => other.ready && !this.satisfied(other)))
    }
  }

  private dependents(entry: Entry): Array<Entry> {
    return [...this.entries.values()].filter((other) => entry.provides.some((tag) => other.requires.has(tag)))
  }
}

const tell = (entry: Entry, status: TransactionStatus): void => {
  for (const watcher of [...entry.watchers]) watcher(status)
}
