/** Time that nobody sets, for how long something takes or lasts. The wall clock steps when it is synchronised, and after the machine has slept. */
import { Clock, Effect } from "effect"

/** Milliseconds of the monotonic clock: only differences mean something. It stands still while the machine sleeps. */
export const elapsedMillis: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanoseconds) =>
  Math.round(Number(nanoseconds) / 1e6)
)
