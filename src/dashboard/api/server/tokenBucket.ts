/**
 * A token bucket per client, with bounded memory: the client that was idle for longest is evicted first and restarts with a full bucket. Own code, because
 * the memory store of @effect/experimental's RateLimiter grows without bound and rounds retry-after up to a whole token.
 */
import { LRUCache } from "lru-cache"

export interface TokenBucketOptions {
  /** Tokens refilled per minute, and the capacity of a bucket. */
  readonly perMinute: number
  /** Clients remembered at a time. */
  readonly capacity: number
}

export interface Taken {
  readonly allowed: boolean
  /** Whole tokens left. */
  readonly remaining: number
  /** Milliseconds until the next token if rejected, else until the bucket is full. */
  readonly wait: number
}

export interface TokenBucket {
  /** Takes a token. `now` is a monotonic time in milliseconds. */
  readonly take: (client: string, now: number) => Taken
  readonly size: () => number
}

/** Sub-tokens per token: each millisecond refills `perMinute` sub-tokens, so all arithmetic is exact and a wait ends exactly as announced. */
const TOKEN = 60_000

export const make = ({ perMinute, capacity }: TokenBucketOptions): TokenBucket => {
  const full = perMinute * TOKEN
  const buckets = new LRUCache<string, { readonly parts: number; readonly at: number }>({ max: capacity })
  return {
    take: (client, now) => {
      const found = buckets.peek(client)
      const parts = found === undefined ? full : Math.min(full, found.parts + Math.max(0, now - found.at) * perMinute)
      const allowed = parts >= TOKEN
      const left = allowed ? parts - TOKEN : parts
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
