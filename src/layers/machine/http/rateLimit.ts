/**
 * Limits how often clients may do something: a token bucket per key, with bounded memory. Keys are addresses and hotkeys that anybody can invent, so the key
 * that was idle for longest is forgotten first, and starts again with a full bucket. (@effect/experimental's RateLimiter keeps every key in memory.)
 */
import { LRUCache } from "lru-cache"
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

export interface Rate {
  readonly perMinute: number
  /** The most at once. Default: those of a minute. */
  readonly burst?: number
  /** Tokens come back one by one, or the whole bucket a minute after its first token was taken. */
  readonly refill: "steady" | "by the minute"
  /** Keys remembered at a time. */
  readonly keys: number
}

export interface RateLimit<Key> {
  /** Takes a token. Returns the milliseconds until it may be used; undefined, without taking it, if that is more than `longest` (default 0). */
  readonly reserve: (key: Key, now: number, longest?: number) => number | undefined
  /** Whole tokens left, and the milliseconds until the next one and until the bucket is full. `now`: milliseconds of a monotonic clock, as above. */
  readonly stateOf: (key: Key, now: number) => { readonly left: number; readonly next: number; readonly full: number }
}

const MINUTE = 60_000
/** Parts of a token. Each millisecond brings back `perMinute` parts, so arithmetic is exact and a wait ends exactly as announced. */
const TOKEN = MINUTE

interface Bucket {
  readonly parts: number
  readonly at: number
}

export const make = ({ perMinute, burst = perMinute, refill, keys }: Rate): RateLimit<string> => {
  const most = burst * TOKEN
  const buckets = new LRUCache<string, Bucket>({ max: keys })
  const bucketOf = (key: string, now: number): Bucket => {
    const found = buckets.get(key)
    if (found === undefined) return { parts: most, at: now }
    const passed = Math.max(0, now - found.at)
    if (refill === "steady") return { parts: Math.min(most, found.parts + passed * perMinute), at: now }
    return passed < MINUTE ? found : { parts: most, at: now }
  }
  const until = (wanted: number, { parts, at }: Bucket, now: number) =>
    parts >= wanted ? 0 : refill === "steady" ? Math.ceil((wanted - parts) / perMinute) : at + MINUTE - now
  return {
    stateOf: (key, now) => {
      const bucket = bucketOf(key, now)
      return { left: Math.max(0, Math.floor(bucket.parts / TOKEN)), next: until(TOKEN, bucket, now), full: until(most, bucket, now) }
    },
    reserve: (key, now, longest = 0) => {
      const bucket = bucketOf(key, now)
      const next = until(TOKEN, bucket, now)
      if (next > longest) return undefined
      buckets.set(key, { ...bucket, parts: bucket.parts - TOKEN })
      return next
    }
  }
}

/** Limits clients, and their networks to as much as 32 clients. Both must have a token. */
export const makeShared = (rate: Rate): RateLimit<Sharer> => {
  const { perMinute, burst = perMinute } = rate
  const clients = make(rate)
  const networks = make({ ...rate, perMinute: perMinute * CLIENTS_OF_A_NETWORK, burst: burst * CLIENTS_OF_A_NETWORK })
  const stateOf = ({ client, network }: Sharer, now: number) => {
    const [own, shared] = [clients.stateOf(client, now), networks.stateOf(network, now)]
    return { left: Math.min(own.left, shared.left), next: Math.max(own.next, shared.next), full: Math.max(own.full, shared.full) }
  }
  return {
    stateOf,
    reserve: (sharer, now, longest = 0) => {
      const { next } = stateOf(sharer, now)
      if (next > longest) return undefined
      clients.reserve(sharer.client, now, longest)
      networks.reserve(sharer.network, now, longest)
      return next
    }
  }
}
