/** Keeps the memory of a long-running command near what it uses. */
import { Effect } from "effect"

/** So much garbage is collected at once, in bytes. */
const GROWTH = 32_000_000

/**
 * Collects garbage for ever: when 32 MB may have become garbage, looked at twice a second, and at least once a minute. What one block needed is garbage at the
 * next, but the engine alone lets it grow to several times what is in use; it even counts the embedded database's memory as a reason to wait. One collection
 * takes about a tenth of a second.
 */
export const tidyMemory: Effect.Effect<never> = Effect.gen(function* () {
  let after = process.memoryUsage().heapUsed
  const grown = Effect.sync(() => {
    const { heapUsed } = process.memoryUsage()
    // The engine has collected by itself.
    after = Math.min(after, heapUsed)
    return heapUsed - after > GROWTH
  })
  const untilGrown = grown.pipe(
    Effect.delay("500 millis"),
    Effect.repeat({ until: (hasGrown) => hasGrown }),
    Effect.timeoutOption("1 minute")
  )
  const collect = Effect.sync(() => {
    Bun.gc(true)
    after = process.memoryUsage().heapUsed
  })
  return yield* Effect.forever(Effect.zipRight(untilGrown, collect))
})
