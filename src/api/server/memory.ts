/**
 * What requests leave behind is collected while it is young: left alone, the engine waits until it is several times what is in use. A collection of the young
 * takes some milliseconds; of everything, a hundred, so that it is done once a minute at most, and only in a process that has grown.
 */
import { edenGC, heapSize } from "bun:jsc"
import { Effect } from "effect"

/** Bytes of new objects that are worth it. */
const MUCH = 4_000_000

/** Bytes that the process may hold before everything is collected. */
const GROWN = 160_000_000
/** Seconds between two collections of everything. */
const SELDOM = 60

/** For ever, once a second. */
export const tidyMemory = Effect.suspend(() => {
  let left = heapSize()
  let waited = SELDOM
  return Effect.sync(() => {
    waited += 1
    if (waited > SELDOM && process.memoryUsage.rss() > GROWN) {
      Bun.gc(true)
      waited = 0
    } else if (heapSize() - left < MUCH) return
    else edenGC()
    left = heapSize()
  }).pipe(Effect.delay("1 second"), Effect.forever)
})
