import type { BareHex } from "../codec/hex.ts"
import { VersionedTrie } from "./VersionedTrie.ts"

/** One key's new value; null removes it. `child` is the child trie's identifier, empty for the main trie. */
export interface Change {
  readonly child: BareHex
  readonly key: BareHex
  readonly value: Uint8Array | null
}

/** The state after one block. */
export interface StateView {
  readonly get: (child: BareHex, key: BareHex) => Uint8Array | undefined
  /** The first key after `key` in its trie. */
  readonly nextKey: (child: BareHex, key: BareHex) => BareHex | undefined
  /** Keys with `prefix` after `after`, in order. */
  readonly keys: (child: BareHex, prefix: BareHex, after?: BareHex) => Iterable<BareHex>
}

export const emptyState: StateView = { get: () => undefined, nextKey: () => undefined, keys: () => [] }

/** The default number of retained states: about 5.5 hours of 1 s blocks. */
export const defaultRetention = 20_000

/** The main trie and the child tries at every retained block. */
export class StateStore {
  private readonly tries = new Map<BareHex, VersionedTrie>()
  private readonly changedAt = new Map<number, ReadonlyArray<Change>>()
  private oldest = 0

  /** @param retention how many blocks' states stay readable */
  constructor(readonly retention: number = defaultRetention) {}

  /** The oldest block whose state can be read. */
  get floor(): number {
    return this.oldest
  }

  /** The number of keys in all tries. */
  get size(): number {
    let size = 0
    for (const trie of this.tries.values()) size += trie.size
    return size
  }

  private trie(child: BareHex): VersionedTrie {
    const found = this.tries.get(child)
    if (found !== undefined) return found
    const made = new VersionedTrie()
    this.tries.set(child, made)
    return made
  }

  /** The floor after block `at` has been written. */
  floorAt(at: number): number {
    return Math.max(this.oldest, at - this.retention)
  }

  /** Stores the changes of block `at`. Blocks must come in order. */
  write(at: number, changes: ReadonlyArray<Change>): void {
    const kept = changes.map(({ child, key, value }) => ({ child, key: this.trie(child).set(key, value, at), value }))
    this.changedAt.set(at, kept)
    const floor = this.floorAt(at)
    while (this.oldest < floor) this.raiseFloor(this.oldest + 1)
  }

  /** Starts at `floor` instead of block 0, for a state restored from a database. */
  restoreFloor(floor: number): void {
    this.oldest = floor
  }

  private raiseFloor(floor: number): void {
    this.oldest = floor
    for (const { child, key } of this.changedAt.get(floor) ?? []) {
      const trie = this.tries.get(child)
      if (trie === undefined) continue
      trie.prune(key, floor)
      if (trie.size === 0) this.tries.delete(child)
    }
    this.changedAt.delete(floor)
  }

  /** The changes of block `at`, while its state is retained. */
  changesOf(at: number): ReadonlyArray<Change> {
    return this.changedAt.get(at) ?? []
  }

  /** The state after block `at`, which must not be below the floor. */
  at(at: number): StateView {
    return {
      get: (child, key) => this.tries.get(child)?.get(key, at),
      nextKey: (child, key) => this.tries.get(child)?.nextKey(key, at),
      keys: (child, prefix, after) => this.tries.get(child)?.keys(prefix, after, at) ?? []
    }
  }
}
