/**
 * What requests leave behind is collected while it is young: left alone, the engine waits until it is several times what is in use. A collection of the young
 * takes some milliseconds; of everything, a hundred.
 */
import { edenGC, heapSize } from "bun:jsc"
import { Effect } from "effect"

/** Bytes of new objects that are worth it. */
const MUCH = 4_000_000

/** For ever, once a second. */
export const tidyMemory = Effect.suspend(() => {
  let left = heapSize()
  return Effect.sync(() => {
    if (heapSize() - left < MUCH) return
    edenGC()
    left = heapSize()
  }).pipe(Effect.delay("1 second"), Effect.forever)
})
