/** Remembers used nonces. Bounded: stale nonces are dropped, and a full store refuses new ones instead of forgetting a live one. */

export interface NonceLimits {
  /** Nanoseconds after which a nonce is too old to be accepted. */
  readonly lifetime: bigint
  readonly capacity: number
}

export interface NonceStore {
  /** Whether the nonce is newer than all recorded under its key. */
  readonly isFresh: (key: string, nonce: bigint) => boolean
  /** Records it; false if the store is full of live nonces. */
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
