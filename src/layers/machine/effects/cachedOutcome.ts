/** Caches that survive interruption. `Effect.cached` and `Cache` pass one caller's interruption to every other caller as the outcome. */
import { Cause, Duration, Effect, Exit } from "effect"
import { elapsedMillis } from "./elapsed.ts"

/**
 * Runs the effect once and gives every caller its outcome, success or failure, for `lifetime` (default: for ever). An interruption is not cached: the
 * next caller in line runs the effect again.
 */
export const cachedOutcome = <A, E, R>(
  work: Effect.Effect<A, E, R>,
  lifetime: Duration.DurationInput = Duration.infinity
): Effect.Effect<Effect.Effect<A, E, R>> =>
  Effect.sync(() => {
    const oneAtATime = Effect.unsafeMakeSemaphore(1)
    const milliseconds = Duration.toMillis(lifetime)
    let outcome: { readonly exit: Exit.Exit<A, E>; readonly until: number } | undefined
    const known = Effect.map(elapsedMillis, (now) => (outcome !== undefined && now < outcome.until ? outcome.exit : undefined))
    const run = Effect.gen(function* () {
      const begun = yield* elapsedMillis
      return yield* Effect.onExit(work, (exit) =>
        Effect.sync(() => {
          if (!Exit.isInterrupted(exit)) outcome = { exit, until: begun + milliseconds }
        })
      )
    })
    const knownOr = (otherwise: Effect.Effect<A, E, R>) => Effect.flatMap(known, (exit) => exit ?? otherwise)
    return knownOr(oneAtATime.withPermits(1)(knownOr(run)))
  })

/** A `Cache` lookup that is repeated if another caller, which had started it, was interrupted. This caller's own interruption still ends it. */
export const uninterruptedByOthers = <A, E, R>(lookup: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchAllCause(lookup, (cause) => (Cause.isInterruptedOnly(cause) ? uninterruptedByOthers(lookup) : Effect.failCause(cause)))
