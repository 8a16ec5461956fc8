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

export const make = ({ perMinute, capacity }: BucketSettings): TokenBucket => {
  const perMillisecond = perMinute / 60_000
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take: (client, now) => {
      const found = buckets.get(client)
      const tokens = found === undefined ? perMinute : Math.min(perMinute, found.tokens + Math.max(0, now - found.at) * perMillisecond)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      // Deleted first, so that the map's order is by the last request.
      buckets.delete(client)
      if (buckets.size >= capacity) {
        const oldest = buckets.keys().next()
        if (!oldest.done) buckets.delete(oldest.value)
      }
      buckets.set(client, { tokens: left, at: now })
      return {
        allowed,
        remaining: Math.floor(left),
        wait: Math.ceil((allowed ? perMinute - left : 1 - left) / perMillisecond)
      }
    },
    size: () => buckets.size
  }
}
