/** The monotonic clock, for durations. The wall clock jumps when it is synchronised, and after the machine has slept. */
import { Clock, Effect } from "effect"

/** Milliseconds of the monotonic clock, for differences only. It stops while the machine sleeps. */
export const elapsedMillis: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanoseconds) =>
  Math.round(Number(nanoseconds) / 1e6)
)
