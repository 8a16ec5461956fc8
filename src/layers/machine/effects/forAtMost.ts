import { type Duration, Effect } from "effect"

/**
 * Waits for an effect for at most this long, and ignores its outcome. Works in finalizers too: they can't be interrupted, so a plain `Effect.timeout`
 * waits in them until the effect ends.
 */
export const forAtMost =
  (duration: Duration.DurationInput) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<void, never, R> =>
    effect.pipe(Effect.interruptible, Effect.timeout(duration), Effect.ignore)
