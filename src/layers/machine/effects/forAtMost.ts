import { type Duration, Effect } from "effect"

/**
 * Waits for an effect for at most this long, and says nothing of how it ended. For finalizers too: they can't be interrupted, so that a plain
 * `Effect.timeout` waits in them for as long as the effect takes.
 */
export const forAtMost =
  (duration: Duration.DurationInput) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<void, never, R> =>
    effect.pipe(Effect.interruptible, Effect.timeout(duration), Effect.ignore)
