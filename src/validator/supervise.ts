/** Loops that keep going: what fails is logged, counted and started again with a growing pause; no loop can stop another. */
import { Cause, Clock, Data, Duration, Effect, Exit, Random } from "effect"
import { count, observe, set } from "../telemetry/metrics.ts"
import type { Progress } from "./progress.ts"

/** A step took longer than it may, and was left. */
class StepTimeout extends Data.TaggedError("StepTimeout")<{ readonly step: string; readonly limit: Duration.Duration }> {
  override get message() {
    return `no end after ${Duration.format(this.limit)}, given up`
  }
}

/** The first pause before a loop is started again, and the longest; each is twice the one before it. In milliseconds. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
/** A loop that ran so long was well: its next pause is the first one again. In milliseconds. */
const GOOD_RUN = 60_000

/** How often and how long. */
export interface StepRules {
  /** A step that lasts longer is left, so that one dead request never stops a loop. */
  readonly limit: Duration.Duration
  readonly progress?: Progress
}

/**
 * One step of the loop `name`: its failure, defects included, becomes a warning and a count, and the answer says whether it went well.
 * Interruption passes through. A step over its limit is interrupted, and not even waited for.
 */
export const attempted = <E, R>(name: string, step: Effect.Effect<void, E, R>, rules: StepRules): Effect.Effect<boolean, never, R> =>
  Effect.gen(function* () {
    const { limit, progress } = rules
    yield* progress?.started(name) ?? Effect.void
    const [took, exit] = yield* step.pipe(
      Effect.withSpan(`validator.${name}`),
      Effect.disconnect,
      Effect.timeoutFail({ duration: limit, onTimeout: () => new StepTimeout({ step: name, limit }) }),
      Effect.exit,
      Effect.timed
    )
    if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
    yield* observe("gittensor_step_duration_seconds", Duration.toSeconds(took), { loop: name })
    if (Exit.isSuccess(exit)) {
      yield* progress?.finished(name, null) ?? Effect.void
      yield* count("gittensor_loop_steps_total", { loop: name })
      yield* set("gittensor_loop_last_success_timestamp_seconds", (yield* Clock.currentTimeMillis) / 1000, { loop: name })
      return true
    }
    const message = messageOf(exit.cause)
    yield* count("gittensor_loop_failures_total", { loop: name })
    const [failure] = Cause.failures(exit.cause)
    if (failure instanceof StepTimeout) {
      yield* count("gittensor_loop_timeouts_total", { loop: name })
      yield* progress?.abandoned(name, message) ?? Effect.void
      yield* Effect.logError(`${name} hangs`, message)
    } else {
      yield* progress?.finished(name, message) ?? Effect.void
      yield* Effect.logWarning(`${name} failed`, message)
    }
    return false
  }).pipe(Effect.annotateLogs("loop", name))

/** Runs `loop` for ever; when it ends or fails it is started again after a pause, which is short again after a good while. */
export const supervised = <E, R>(name: string, loop: Effect.Effect<unknown, E, R>): Effect.Effect<never, never, R> => {
  const from = (pause: number): Effect.Effect<never, never, R> =>
    Effect.gen(function* () {
      const [ran, exit] = yield* loop.pipe(Effect.exit, Effect.timed)
      if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
      yield* count("gittensor_loop_restarts_total", { loop: name })
      yield* Effect.logWarning(`loop ${name} stopped and is started again`, Exit.isFailure(exit) ? messageOf(exit.cause) : "it ended")
      const now = Duration.toMillis(ran) >= GOOD_RUN ? FIRST_PAUSE : pause
      yield* Effect.sleep(Duration.millis(Math.round(now * (yield* Random.nextRange(0.8, 1.2)))))
      return Math.min(2 * now, LONGEST_PAUSE)
    }).pipe(Effect.flatMap(from))
  return from(FIRST_PAUSE).pipe(Effect.annotateLogs("loop", name))
}

/** The first line of what a person needs to know of a cause; a defect keeps its trace. */
const messageOf = (cause: Cause.Cause<unknown>): string => {
  const [failure] = Cause.failures(cause)
  return failure instanceof Error ? failure.message : typeof failure === "string" ? failure : Cause.pretty(cause)
}
