/** Loops that keep going: what fails is logged, counted and started again with a growing pause; no loop can stop another. */
import { Cause, Effect, Metric, Schedule } from "effect"

const failures = Metric.counter("gittensor_loop_failures_total", { description: "Steps of a loop that failed", incremental: true })
const steps = Metric.counter("gittensor_loop_steps_total", { description: "Steps of a loop that ended well", incremental: true })

/** From half a second to half a minute. */
const pause = Schedule.exponential("500 millis", 2).pipe(Schedule.union(Schedule.spaced("30 seconds")), Schedule.jittered)

/**
 * One step of the loop `name`: its failure, defects included, becomes a warning and a count, and the answer says whether it went well.
 * Interruption passes through.
 */
export const attempted = <E, R>(name: string, step: Effect.Effect<void, E, R>): Effect.Effect<boolean, never, R> =>
  step.pipe(
    Effect.withSpan(`validator.${name}`),
    Effect.tap(() => Metric.increment(Metric.tagged(steps, "loop", name))),
    Effect.as(true),
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.interrupt
        : Metric.increment(Metric.tagged(failures, "loop", name)).pipe(
            Effect.zipRight(Effect.logWarning(`${name} failed`, messageOf(cause))),
            Effect.as(false)
          )
    ),
    Effect.annotateLogs("loop", name)
  )

/** Runs `loop` for ever; when it ends or fails it is started again after a pause. */
export const supervised = <E, R>(name: string, loop: Effect.Effect<unknown, E, R>): Effect.Effect<never, never, R> =>
  loop.pipe(
    Effect.zipRight(Effect.fail("it ended")),
    Effect.tapErrorCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.void
        : Metric.increment(Metric.tagged(failures, "loop", name)).pipe(
            Effect.zipRight(Effect.logWarning(`loop ${name} stopped and is started again`, messageOf(cause)))
          )
    ),
    Effect.sandbox,
    Effect.retry({ schedule: pause, while: (cause) => !Cause.isInterruptedOnly(cause) }),
    // The schedule never ends: what is left is interruption.
    Effect.catchAll(() => Effect.interrupt),
    Effect.annotateLogs("loop", name)
  )

/** The first line of what a person needs to know of a cause; a defect keeps its trace. */
const messageOf = (cause: Cause.Cause<unknown>): string => {
  const [failure] = Cause.failures(cause)
  return failure instanceof Error ? failure.message : typeof failure === "string" ? failure : Cause.pretty(cause)
}
