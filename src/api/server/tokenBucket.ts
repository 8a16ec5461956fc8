/**
 * A bucket of tokens a client: each request takes one, time puts them back. Bounded: the client that has asked for nothing the longest is forgotten first,
 * and whoever is forgotten begins with a full bucket.
 */

export interface BucketSettings {
  /** Tokens that come back in a minute, and that a full bucket holds. */
  readonly perMinute: number
  /** Clients remembered at a time. */
  readonly capacity: number
}

export interface Taken {
  readonly allowed: boolean
  /** Whole tokens left. */
  readonly remaining: number
  /** Milliseconds until the next token, where there is none; else until the bucket is full. */
  readonly wait: number
}

export interface TokenBucket {
  /** `now`: milliseconds that never go back. */
  readonly take: (client: string, now: number) => Taken
  readonly size: () => number
}

/** Counted in parts of a token, of which each millisecond brings `perMinute`: whole numbers, so that a wait is over when it was said to be. */
const TOKEN = 60_000

export const make = ({ perMinute, capacity }: BucketSettings): TokenBucket => {
  const full = perMinute * TOKEN
  const buckets = new Map<string, { parts: number; at: number }>()
  return {
    take: (client, now) => {
      const found = buckets.get(client)
      const parts = found === undefined ? full : Math.min(full, found.parts + Math.max(0, now - found.at) * perMinute)
      const allowed = parts >= TOKEN
      const left = allowed ? parts - TOKEN : parts
      // Deleted first, so that the map's order is by the last request.
      buckets.delete(client)
      if (buckets.size >= capacity) {
        const oldest = buckets.keys().next()
        if (!oldest.done) buckets.delete(oldest.value)
      }
      buckets.set(client, { parts: left, at: now })
      return {
        allowed,
        remaining: Math.floor(left / TOKEN),
        wait: Math.ceil((allowed ? full - left : TOKEN - left) / perMinute)
      }
    },
    size: () => buckets.size
  }
}
