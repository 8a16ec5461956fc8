/** What is found out once for all who ask. */
import { Cause, Clock, Duration, Effect, Exit } from "effect"

/**
 * The outcome of the first who asks, for all who ask after it; with `lifetime`, for so long. Whoever is interrupted while it finds out leaves nothing behind:
 * the next in line begins anew. (`Effect.cached` keeps the interruption, for ever, as everybody's outcome.)
 */
export const remembered = <A, E, R>(
  work: Effect.Effect<A, E, R>,
  lifetime: Duration.DurationInput = Duration.infinity
): Effect.Effect<Effect.Effect<A, E, R>> =>
  Effect.sync(() => {
    const turn = Effect.unsafeMakeSemaphore(1)
    const milliseconds = Duration.toMillis(lifetime)
    let outcome: { readonly exit: Exit.Exit<A, E>; readonly until: number } | undefined
    const known = Effect.map(Clock.currentTimeMillis, (now) => (outcome !== undefined && now < outcome.until ? outcome.exit : undefined))
    const findOut = Effect.gen(function* () {
      const begun = yield* Clock.currentTimeMillis
      return yield* Effect.onExit(work, (exit) =>
        Effect.sync(() => {
          if (!Exit.isInterrupted(exit)) outcome = { exit, until: begun + milliseconds }
        })
      )
    })
    const orElse = (otherwise: Effect.Effect<A, E, R>) => Effect.flatMap(known, (exit) => exit ?? otherwise)
    return orElse(turn.withPermits(1)(orElse(findOut)))
  })

/**
 * What a `Cache` is asked for. Whoever waits for what another one had begun to look up is answered with that one's interruption: then it asks again itself.
 * Who is interrupted itself stays so.
 */
export const despiteOthers = <A, E, R>(asked: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchAllCause(asked, (cause) => (Cause.isInterruptedOnly(cause) ? despiteOthers(asked) : Effect.failCause(cause)))
