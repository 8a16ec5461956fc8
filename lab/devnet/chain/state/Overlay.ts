import type { BareHex } from "../codec/hex.ts"
import { compact, concat, ScaleReader } from "../codec/scale.ts"
import { SortedKeys } from "./SortedKeys.ts"
import type { Change, StateView } from "./StateStore.ts"

/** A SCALE list that is being appended to (the block's events), kept in parts so that an append costs only its own bytes. */
class GrowingList {
  private buffer: Uint8Array
  private length: number

  constructor(
    private count: bigint,
    items: Uint8Array
  ) {
    this.buffer = new Uint8Array(Math.max(256, 2 * items.length))
    this.buffer.set(items)
    this.length = items.length
  }

  /** Appends an encoded item; returns a function that undoes it. */
  append(item: Uint8Array): () => void {
    const { count, length } = this
    if (length + item.length > this.buffer.length) {
      const larger = new Uint8Array(2 * (length + item.length))
      larger.set(this.buffer.subarray(0, length))
      this.buffer = larger
    }
    this.buffer.set(item, length)
    this.length = length + item.length
    this.count = count + 1n
    return () => {
      this.count = count
      this.length = length
    }
  }

  encode(): Uint8Array {
    return concat([compact(this.count), this.buffer.subarray(0, this.length)])
  }
}

type WrittenValue = Uint8Array | null | GrowingList

/** The writes to one trie. */
interface Writes {
  readonly values: Map<BareHex, WrittenValue>
  readonly index: SortedKeys
}

/** The result of a removal by prefix. */
export interface Removal {
  readonly removed: number
  readonly complete: boolean
}

/** Writes on top of a state, with nested transactions. */
export class Overlay implements StateView {
  private readonly tries = new Map<BareHex, Writes>()
  /** For each open transaction, functions that undo its writes. */
  private readonly undo: Array<Array<() => void>> = []

  constructor(private readonly base: StateView) {}

  private writes(child: BareHex): Writes {
    const found = this.tries.get(child)
    if (found !== undefined) return found
    const made: Writes = { values: new Map(), index: new SortedKeys() }
    this.tries.set(child, made)
    return made
  }

  get(child: BareHex, key: BareHex): Uint8Array | undefined {
    const written = this.tries.get(child)?.values.get(key)
    if (written === undefined) return this.base.get(child, key)
    if (written === null) return undefined
    return written instanceof GrowingList ? written.encode() : written
  }

  private put(child: BareHex, key: BareHex, value: WrittenValue): void {
    const { values, index } = this.writes(child)
    const before = values.get(key)
    if (before === undefined) index.add(key)
    values.set(key, value)
    this.undo.at(-1)?.push(() => {
      if (before !== undefined) {
        values.set(key, before)
        return
      }
      values.delete(key)
      index.delete(key)
    })
  }

  /** Writes a value, which the overlay may keep; null removes the key. */
  set(child: BareHex, key: BareHex, value: Uint8Array | null): void {
    this.put(child, key, value)
  }

  /** Appends an encoded item to the SCALE list at `key`. A value that is not a list is replaced by a list of this item. */
  append(key: BareHex, item: Uint8Array): void {
    const written = this.tries.get("")?.values.get(key)
    if (written instanceof GrowingList) {
      const takeBack = written.append(item)
      this.undo.at(-1)?.push(takeBack)
      return
    }
    const list = listOf(this.get("", key))
    list.append(item)
    this.put("", key, list)
  }

  nextKey(child: BareHex, key: BareHex): BareHex | undefined {
    for (const found of this.keys(child, "", key)) return found
    return undefined
  }

  /** The base's keys and the written keys, merged in order. */
  *keys(child: BareHex, prefix: BareHex, after?: BareHex): Generator<BareHex, void, undefined> {
    const exclusive = after !== undefined && after >= prefix
    const written = this.tries.get(child)
    const fromBase = this.base.keys(child, prefix, after)[Symbol.iterator]()
    const fromWrites = written?.index.from(exclusive ? after : prefix, exclusive)
    let base = fromBase.next()
    let own = fromWrites?.next()
    while (base.done !== true || (own !== undefined && own.done !== true)) {
      const ownKey = own === undefined || own.done === true ? undefined : own.value
      const baseKey = base.done === true ? undefined : base.value
      if (ownKey !== undefined && (baseKey === undefined || ownKey <= baseKey)) {
        if (ownKey === baseKey) base = fromBase.next()
        if (!ownKey.startsWith(prefix)) own = undefined
        else {
          if (written?.values.get(ownKey) !== null) yield ownKey
          own = fromWrites?.next()
        }
      } else if (baseKey !== undefined) {
        yield baseKey
        base = fromBase.next()
      }
    }
  }

  /** Removes the keys with `prefix`: all keys written in this overlay, and at most `limit` of the base's keys, as Substrate counts. */
  removePrefix(child: BareHex, prefix: BareHex, limit: number | undefined): Removal {
    const found = [...this.keys(child, prefix)]
    let removed = 0
    let fromBase = 0
    let complete = true
    for (const key of found) {
      if (this.base.get(child, key) !== undefined) {
        if (limit !== undefined && fromBase >= limit) {
          complete = false
          continue
        }
        fromBase++
      }
      this.put(child, key, null)
      removed++
    }
    return { removed, complete }
  }

  begin(): void {
    this.undo.push([])
  }

  /** Undoes the innermost transaction. False if none is open. */
  rollback(): boolean {
    const steps = this.undo.pop()
    if (steps === undefined) return false
    for (let index = steps.length - 1; index >= 0; index--) steps[index]?.()
    return true
  }

  /** Commits the innermost transaction. False if none is open. */
  commit(): boolean {
    const steps = this.undo.pop()
    if (steps === undefined) return false
    const outer = this.undo.at(-1)
    if (outer !== undefined) for (const step of steps) outer.push(step)
    return true
  }

  /** The number of open transactions. */
  get depth(): number {
    return this.undo.length
  }

  /** Rolls back until `depth` transactions are open, as needed after a trap in the middle of a call. */
  rollbackTo(depth: number): void {
    while (this.undo.length > depth) this.rollback()
  }

  /** All writes, in order of trie and key. */
  changes(): ReadonlyArray<Change> {
    const changes: Array<Change> = []
    for (const child of [...this.tries.keys()].sort()) {
      const trie = this.writes(child)
      for (const key of trie.index.from("", false)) {
        const value = trie.values.get(key)
        if (value !== undefined) changes.push({ child, key, value: value instanceof GrowingList ? value.encode() : value })
      }
    }
    return changes
  }
}

const listOf = (value: Uint8Array | undefined): GrowingList => {
  if (value === undefined) return new GrowingList(0n, new Uint8Array())
  try {
    const reader = new ScaleReader(value)
    const count = reader.compact()
    return new GrowingList(count, value.subarray(reader.position))
  } catch {
    return new GrowingList(0n, new Uint8Array())
  }
}
