/** Keeps loops running: a loop that fails is logged, counted and restarted after a growing pause. No loop can stop another. */
import { Cause, Clock, Data, Duration, Effect, Exit, FiberRef, Predicate, Random, Ref } from "effect"
import { count, observe, set } from "../telemetry/metrics.ts"
import * as RareLines from "./rareLines.ts"

/** A step exceeded its time limit and was abandoned. */
class StepTimeout extends Data.TaggedError("StepTimeout")<{ readonly step: string; readonly limit: Duration.Duration }> {
  override get message() {
    return `abandoned, because it had not ended after ${Duration.format(this.limit)}`
  }
}

/** The first and the longest pause before a loop restarts, in milliseconds. Each pause doubles the one before. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
/** A run of this length, in milliseconds, resets the pause. */
const GOOD_RUN = 60_000

/** What a step returns that had nothing to try, for instance because it waits before it tries again: it neither succeeded nor failed. */
export const NOTHING_TRIED = Symbol("nothing tried")

/** Whether the running step got a transaction into a block. */
const included = FiberRef.unsafeMake<Ref.Ref<boolean> | undefined>(undefined)

/** A transaction is in a block: for the step that sent it. */
export const noteInclusion = Effect.flatMap(FiberRef.get(included), (flag) => (flag === undefined ? Effect.void : Ref.set(flag, true)))

/** Where a loop leaves what its steps do. */
interface ProgressOfSteps {
  readonly started: (loop: string) => Effect.Effect<void>
  /** A step ended; `failure`: why it failed. */
  readonly finished: (loop: string, failure: string | null) => Effect.Effect<void>
  /** A step ended that tried nothing. */
  readonly idled: (loop: string) => Effect.Effect<void>
  readonly abandoned: (loop: string, why: string) => Effect.Effect<void>
}

export interface StepRules {
  /** A step that takes longer is abandoned, so that one dead request never stops a loop. */
  readonly limit: Duration.Duration
  readonly progress?: ProgressOfSteps
  /** Where the loop says why its steps fail, so that the same reason is not said at every block. Without them, each failure is a line. */
  readonly lines?: LoopLines
}

/** `isRefused`: the loop's last failure was a transaction. Until one is in a block, a step that needs none does not show that it works again. */
interface LoopLines extends RareLines.RareLines {
  readonly isRefused: Ref.Ref<boolean>
}

/** How often a loop logs the same reason of failure. */
const SAID_EVERY = Duration.hours(1)

export const linesOfLoop = Effect.zipWith(
  RareLines.make(SAID_EVERY),
  Ref.make(false),
  (lines, isRefused): LoopLines => ({ ...lines, isRefused })
)

const isTransactions = (failure: unknown): boolean => Predicate.hasProperty(failure, "_tag") && /^Transaction/.test(String(failure._tag))

/**
 * Runs one step of the loop `name` and returns whether it succeeded. Failures and defects become a warning and a count; interruption passes through.
 * A step over its limit is interrupted without a wait for the interruption's end.
 */
export const attempted = <E, R>(name: string, step: Effect.Effect<unknown, E, R>, rules: StepRules): Effect.Effect<boolean, never, R> =>
  Effect.gen(function* () {
    const { limit, progress } = rules
    const lines = rules.lines ?? { ...RareLines.everyLine, isRefused: yield* Ref.make(false) }
    const hasSent = yield* Ref.make(false)
    yield* progress?.started(name) ?? Effect.void
    const [took, exit] = yield* step.pipe(
      Effect.locally(included, hasSent),
      Effect.withSpan(`validator.${name}`),
      Effect.disconnect,
      Effect.timeoutFail({ duration: limit, onTimeout: () => new StepTimeout({ step: name, limit }) }),
      Effect.exit,
      Effect.timed
    )
    if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
    yield* observe("gittensor_step_duration_seconds", Duration.toSeconds(took), { loop: name })
    if (Exit.isSuccess(exit)) {
      if (exit.value === NOTHING_TRIED) {
        yield* progress?.idled(name) ?? Effect.void
        return true
      }
      yield* progress?.finished(name, null) ?? Effect.void
      if ((yield* Ref.get(hasSent)) || !(yield* Ref.get(lines.isRefused))) {
        yield* Ref.set(lines.isRefused, false)
        yield* lines.over(`${name} works again`)
      }
      yield* count("gittensor_loop_steps_total", { loop: name })
      yield* set("gittensor_loop_last_success_timestamp_seconds", (yield* Clock.currentTimeMillis) / 1000, { loop: name })
      return true
    }
    const message = messageOf(exit.cause)
    yield* count("gittensor_loop_failures_total", { loop: name })
    const [failure] = Cause.failures(exit.cause)
    yield* Ref.set(lines.isRefused, isTransactions(failure))
    if (failure instanceof StepTimeout) {
      yield* count("gittensor_loop_timeouts_total", { loop: name })
      yield* progress?.abandoned(name, message) ?? Effect.void
      yield* lines.fail("hangs", `${name} hangs: ${message}; gittensor doctor shows whether the chain and GitHub answer`)
    } else {
      yield* progress?.finished(name, message) ?? Effect.void
      yield* lines.warn("fails", `${name} failed: ${message}`)
    }
    return false
  }).pipe(Effect.annotateLogs("loop", name))

/** Runs `loop` for ever. When it ends or fails, restarts it after a pause, which a good run resets. */
export const supervised = Effect.fnUntraced(function* <E, R>(name: string, loop: Effect.Effect<unknown, E, R>) {
  const lines = yield* linesOfLoop
  const from = (pause: number): Effect.Effect<never, never, R> =>
    Effect.gen(function* () {
      const [ran, exit] = yield* loop.pipe(Effect.exit, Effect.timed)
      if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
      yield* count("gittensor_loop_restarts_total", { loop: name })
      yield* lines.warn("stops", `loop ${name} stopped and is restarted: ${Exit.isFailure(exit) ? messageOf(exit.cause) : "it ended"}`)
      const now = Duration.toMillis(ran) >= GOOD_RUN ? FIRST_PAUSE : pause
      yield* Effect.sleep(Duration.millis(Math.round(now * (yield* Random.nextRange(0.8, 1.2)))))
      return Math.min(2 * now, LONGEST_PAUSE)
    }).pipe(Effect.flatMap(from))
  return yield* from(FIRST_PAUSE).pipe(Effect.annotateLogs("loop", name))
})

/** The message of a cause: a failure's message, or a defect with its trace. */
const messageOf = (cause: Cause.Cause<unknown>): string => {
  const [failure] = Cause.failures(cause)
  return failure instanceof Error ? failure.message : typeof failure === "string" ? failure : Cause.pretty(cause)
}
