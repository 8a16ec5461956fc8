import type { BareHex } from "../codec/hex.ts"
import { SortedKeys } from "./SortedKeys.ts"

/** A key's values by the block that wrote them, oldest first; null where the key was removed. */
interface Versions {
  /** The one shared copy of the key's text. */
  readonly key: BareHex
  readonly blocks: Array<number>
  readonly values: Array<Uint8Array | null>
}

/** Index of the newest version visible at block `at`, or -1. */
const visibleVersion = ({ blocks }: Versions, at: number): number => {
  const last = blocks.length - 1
  if (last < 0 || (blocks[last] ?? 0) <= at) return last
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((blocks[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * A trie's keys and values at every retained block. A read takes logarithmic time in the number of a key's versions, regardless of the chain's
 * length.
 */
export class VersionedTrie {
  private readonly versions = new Map<BareHex, Versions>()
  private readonly index = new SortedKeys()

  /** The number of keys with a version, removed ones included. */
  get size(): number {
    return this.versions.size
  }

  get(key: BareHex, at: number): Uint8Array | undefined {
    const found = this.versions.get(key)
    if (found === undefined) return undefined
    return found.values[visibleVersion(found, at)] ?? undefined
  }

  /**
   * Records a write of block `at`; null removes the key. Blocks must come in order; a block may write a key twice. Returns the shared copy of the
   * key.
   */
  set(key: BareHex, value: Uint8Array | null, at: number): BareHex {
    const found = this.versions.get(key)
    if (found === undefined) {
      if (value === null) return key
      this.versions.set(key, { key, blocks: [at], values: [value] })
      this.index.add(key)
      return key
    }
    const last = found.blocks.length - 1
    if (found.blocks[last] === at) found.values[last] = value
    else {
      found.blocks.push(at)
      found.values.push(value)
    }
    return found.key
  }

  /** The keys with `prefix` that exist at block `at`, in order, after `after` if given. */
  *keys(prefix: BareHex, after: BareHex | undefined, at: number): Generator<BareHex, void, undefined> {
    const exclusive = after !== undefined && after >= prefix
    for (const key of this.index.from(exclusive ? after : prefix, exclusive)) {
      if (!key.startsWith(prefix)) return
      if (this.get(key, at) !== undefined) yield key
    }
  }

  /** The first key after `key` that exists at block `at`. */
  nextKey(key: BareHex, at: number): BareHex | undefined {
    for (const found of this.index.from(key, true)) if (this.get(found, at) !== undefined) return found
    return undefined
  }

  /** Deletes versions of `key` that are invisible to all blocks from `floor` on. */
  prune(key: BareHex, floor: number): void {
    const found = this.versions.get(key)
    if (found === undefined) return
    let unseen = Math.max(0, visibleVersion(found, floor))
    if ((found.blocks[unseen] ?? 0) <= floor && found.values[unseen] === null) unseen++
    found.blocks.splice(0, unseen)
    found.values.splice(0, unseen)
    if (found.blocks.length === 0) {
      this.versions.delete(key)
      this.index.delete(key)
    }
  }
}
