import type { BareHex } from "../codec/hex.ts"

/** Chunks larger than this are split in two. */
const chunkLimit = 512

/** Index of the first element that is not below `key`. */
const lowerBound = (keys: ReadonlyArray<BareHex>, key: BareHex): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? "") < key) low = middle + 1
    else high = middle
  }
  return low
}

/** A sorted set of keys in chunks, so that an insertion moves a few hundred keys at most. */
export class SortedKeys {
  private readonly chunks: Array<Array<BareHex>> = []

  /** Index of the chunk for `key`: the last one whose first key is not above it. */
  private chunkOf(key: BareHex): number {
    let low = 0
    let high = this.chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.chunks[middle]?.[0] ?? "") <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  add(key: BareHex): void {
    const at = this.chunkOf(key)
    const chunk = this.chunks[at]
    if (chunk === undefined) {
      this.chunks.push([key])
      return
    }
    const index = lowerBound(chunk, key)
    if (chunk[index] === key) return
    chunk.splice(index, 0, key)
    if (chunk.length > chunkLimit) this.chunks.splice(at + 1, 0, chunk.splice(chunkLimit / 2))
  }

  delete(key: BareHex): void {
    const at = this.chunkOf(key)
    const chunk = this.chunks[at]
    if (chunk === undefined) return
    const index = lowerBound(chunk, key)
    if (chunk[index] !== key) return
    chunk.splice(index, 1)
    if (chunk.length === 0) this.chunks.splice(at, 1)
  }

  /** The keys from `key` on (without it if `exclusive`), in order. The set must not change meanwhile. */
  *from(key: BareHex, exclusive: boolean): Generator<BareHex, void, undefined> {
    let at = this.chunkOf(key)
    let index = lowerBound(this.chunks[at] ?? [], key)
    for (; at < this.chunks.length; at++, index = 0) {
      const chunk = this.chunks[at] ?? []
      for (; index < chunk.length; index++) {
        const found = chunk[index] ?? ""
        if (!(exclusive && found === key)) yield found
      }
    }
  }
}
