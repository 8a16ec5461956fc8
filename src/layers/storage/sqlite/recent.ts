/** An in-memory LRU cache in front of a file. */
import { Effect } from "effect"
import type { LRUCache } from "lru-cache"
import type { KeptValues } from "./kept.ts"

/** Values written in one transaction, which costs more than a value. */
const VALUES_PER_TRANSACTION = 128

/** The cache in memory alone. */
export const recentOnly = <A extends object>(recent: LRUCache<string, A>): KeptValues<A> => ({
  find: (keys) =>
    Effect.sync(() => {
      const found = new Map<string, A>()
      for (const key of keys) {
        const value = recent.get(key)
        if (value !== undefined) found.set(key, value)
      }
      return found
    }),
  keep: (entries) =>
    Effect.sync(() => {
      for (const [key, value] of entries) recent.set(key, value)
    })
})

/** The caches in memory and in a file. The last values are written when the scope ends. */
export const recentAndKept = Effect.fn("recentAndKept")(function* <A extends object>(recent: LRUCache<string, A>, kept: KeptValues<A>) {
  const memory = recentOnly(recent)
  let waiting = new Map<string, A>()
  const write = Effect.suspend(() => {
    const written = waiting
    waiting = new Map()
    return kept.keep(written)
  })
  yield* Effect.addFinalizer(() => write)

  const find = Effect.fn("Recent.find")(function* (keys: ReadonlyArray<string>) {
    const found = yield* memory.find(keys)
    const others = keys.filter((key) => !found.has(key))
    if (others.length === 0) return found
    const read = yield* kept.find(others.filter((key) => !waiting.has(key)))
    const older = new Map(
      others.flatMap((key) => {
        const value = waiting.get(key) ?? read.get(key)
        return value === undefined ? [] : [[key, value] as const]
      })
    )
    yield* memory.keep(older)
    return new Map([...found, ...older])
  })
  const keep = Effect.fn("Recent.keep")(function* (entries: ReadonlyMap<string, A>) {
    yield* memory.keep(entries)
    for (const [key, value] of entries) waiting.set(key, value)
    if (waiting.size >= VALUES_PER_TRANSACTION) yield* write
  })
  return { find, keep } satisfies KeptValues<A>
})
