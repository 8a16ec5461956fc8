/** Work of commands that run until they are stopped. */
import { Effect, Schedule } from "effect"
import { isTemporary } from "../../../domain/causes.ts"
import * as RareLines from "./rareLines.ts"

interface Failure {
  readonly _tag: string
  readonly message: string
}

const RETRY = Schedule.exponential("1 second", 2).pipe(Schedule.union(Schedule.spaced("30 seconds")), Schedule.jittered)

/** Tries again while an error is temporary, and tells `tell` each time. */
export const retried =
  (tell: (error: Failure) => Effect.Effect<void>) =>
  <A, E extends Failure, R>(effect: Effect.Effect<A, E, R>, isRetried: (error: E) => boolean = isTemporary): Effect.Effect<A, E, R> =>
    effect.pipe(
      Effect.tapError((error) => (isRetried(error) ? tell(error) : Effect.void)),
      Effect.retry({ while: isRetried, schedule: RETRY })
    )

/** The same before a command works, said in the log. */
export const retriedAtStart = <A, E extends Failure, R>(
  effect: Effect.Effect<A, E, R>,
  isRetried?: (error: E) => boolean
): Effect.Effect<A, E, R> =>
  Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    retried(({ message }) => lines.warn("starting", `it can't start yet, and tries again: ${message}`))(effect, isRetried)
  )
