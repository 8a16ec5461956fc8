/**
 * An in-memory store for @effect/experimental's RateLimiter with a bounded number of keys. The library's own store never drops a key, and ours are
 * network addresses and hotkeys that anybody can invent. When full, it evicts the oldest key.
 */
import { RateLimiterStore } from "@effect/experimental/RateLimiter"
import { Duration, Effect } from "effect"
import { elapsedMillis } from "../effects/elapsed.ts"

/** Sets a key as the newest, and evicts the oldest when full. */
const put = <A>(entries: Map<string, A>, capacity: number, key: string, value: A): void => {
  entries.delete(key)
  const oldest = entries.keys().next()
  if (entries.size >= capacity && !oldest.done) entries.delete(oldest.value)
  entries.set(key, value)
}

/** `size`: the number of keys. A window begins with a key's first request. A request of 0 tokens reads a count without a change. */
export const make = (capacity: number) => {
  const windows = new Map<string, { readonly count: number; readonly expiresAt: number }>()
  const buckets = new Map<string, { readonly tokens: number; readonly refilledAt: number }>()
  const service = RateLimiterStore.of({
    fixedWindow: ({ key, tokens, refillRate, limit }) =>
      Effect.map(elapsedMillis, (now) => {
        const known = windows.get(key)
        const open = known !== undefined && known.expiresAt > now ? known : undefined
        const count = (open?.count ?? 0) + tokens
        const refill = Duration.toMillis(refillRate)
        // Without a limit callers are delayed, and each token extends the wait.
        const expiresAt = limit === undefined ? (open?.expiresAt ?? now) + refill * tokens : (open?.expiresAt ?? now + refill * limit)
        const isTaken = tokens > 0 && (limit === undefined || count <= limit)
        if (isTaken && open === undefined) put(windows, capacity, key, { count, expiresAt })
        else if (isTaken) windows.set(key, { count, expiresAt })
        return [count, (isTaken ? expiresAt : (open?.expiresAt ?? now)) - now] as const
      }),
    tokenBucket: ({ key, tokens, limit, refillRate, allowOverflow }) =>
      Effect.map(elapsedMillis, (now) => {
        const refill = Duration.toMillis(refillRate)
        const known = buckets.get(key) ?? { tokens: limit, refilledAt: now }
        const added = Math.max(0, Math.floor((now - known.refilledAt) / refill))
        const held = Math.min(limit, known.tokens + added)
        const left = held - tokens
        const isTaken = allowOverflow || left >= 0
        put(buckets, capacity, key, { tokens: isTaken ? left : held, refilledAt: known.refilledAt + added * refill })
        return left
      })
  })
  return { service, size: () => windows.size + buckets.size }
}
