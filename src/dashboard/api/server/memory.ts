/**
 * Triggers garbage collection early. By itself, the engine waits until the heap is several times the memory in use. An eden collection takes a few
 * milliseconds; a full one about a hundred, so it runs at most once a minute and only in a large process.
 */
import { edenGC, heapSize } from "bun:jsc"
import { Effect } from "effect"
import { OwnsProcess } from "../../../layers/machine/telemetry/memory.ts"

/** Bytes of new objects that trigger an eden collection. */
const WORTH_COLLECTING = 4_000_000

/** Resident bytes above which full collections run. */
const LARGE_PROCESS = 160_000_000
/** Seconds between two full collections. */
const FULL_INTERVAL = 60

/** Checks once a second, for ever. Does nothing in a process that is not the server's own. */
export const collectGarbage = Effect.flatMap(OwnsProcess, (ownsProcess) => {
  if (!ownsProcess) return Effect.never
  let left = heapSize()
  let waited = FULL_INTERVAL
  return Effect.sync(() => {
    waited += 1
    if (waited > FULL_INTERVAL && process.memoryUsage.rss() > LARGE_PROCESS) {
      Bun.gc(true)
      waited = 0
    } else if (heapSize() - left < WORTH_COLLECTING) return
    else edenGC()
    left = heapSize()
  }).pipe(Effect.delay("1 second"), Effect.forever)
})
