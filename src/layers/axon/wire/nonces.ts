/**
 * Which nonces have been used. Bounded: a nonce that is stale by its own time needs no memory, and a full store refuses.
 */

export interface NonceLimits {
  /** Nanoseconds after which a nonce is stale anyway. */
  readonly lifetime: bigint
  readonly capacity: number
}

export interface NonceStore {
  /** Whether this nonce is newer than every one seen under its key. */
  readonly isFresh: (key: string, nonce: bigint) => boolean
  /** Remembers it; false when the store is full of nonces that still matter. */
  readonly record: (key: string, nonce: bigint, now: bigint) => boolean
  readonly size: () => number
}

export const make = (limits: NonceLimits): NonceStore => {
  const last = new Map<string, bigint>()
  const forgetStale = (now: bigint): void => {
    for (const [key, nonce] of last) if (nonce < now - limits.lifetime) last.delete(key)
  }
  return {
    isFresh: (key, nonce) => nonce > (last.get(key) ?? -1n),
    record: (key, nonce, now) => {
      if (!last.has(key) && last.size >= limits.capacity) {
        forgetStale(now)
        if (last.size >= limits.capacity) return false
      }
      last.set(key, nonce)
      return true
    },
    size: () => last.size
  }
}
