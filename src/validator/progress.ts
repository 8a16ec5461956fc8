/** What each loop last did: what /health and /ready answer, and what keeps the service manager's watchdog quiet. */
import { Clock, Effect, HashMap, Option, Ref } from "effect"

/** Times in milliseconds since 1970; null: never. */
export interface LoopProgress {
  /** Of the step that runs now; null: none does. */
  readonly startedAt: number | null
  /** When a step last came to its end, well or not; a step that was given up did not. */
  readonly finishedAt: number | null
  readonly succeededAt: number | null
  /** Why the last step failed; null when it did not. */
  readonly failure: string | null
  /** So many milliseconds may pass between the ends of two steps. */
  readonly allowance: number
  /** From when that counts: the loop's beginning. */
  readonly since: number
}

export interface Progress {
  /** A loop is there; until its first step ends the process is not ready. */
  readonly announce: (name: string, allowance: number) => Effect.Effect<void>
  readonly started: (name: string) => Effect.Effect<void>
  /** A step ended: `failure` says why it failed. */
  readonly finished: (name: string, failure: string | null) => Effect.Effect<void>
  /** A step was given up. */
  readonly abandoned: (name: string, why: string) => Effect.Effect<void>
  readonly all: Effect.Effect<ReadonlyArray<readonly [name: string, loop: LoopProgress]>>
  /** Loops that have not finished a step for longer than they may. Without a new block since `headAt` a loop has nothing to begin, and need not. */
  readonly stuck: (headAt: number) => Effect.Effect<ReadonlyArray<string>>
  /** Loops that have not finished their first step. */
  readonly waiting: Effect.Effect<ReadonlyArray<string>>
}

export const make: Effect.Effect<Progress> = Effect.gen(function* () {
  const loops = yield* Ref.make(HashMap.empty<string, LoopProgress>())
  const change = (name: string, how: (loop: LoopProgress, now: number) => LoopProgress) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Ref.update(
        loops,
        HashMap.modify(name, (loop) => how(loop, now))
      )
    )
  const all = Effect.map(Ref.get(loops), (known) => [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    announce: (name, allowance) =>
      Effect.flatMap(Clock.currentTimeMillis, (since) =>
        Ref.update(loops, (known) =>
          HashMap.has(known, name)
            ? known
            : HashMap.set(known, name, { startedAt: null, finishedAt: null, succeededAt: null, failure: null, allowance, since })
        )
      ),
    started: (name) => change(name, (loop, now) => ({ ...loop, startedAt: now })),
    finished: (name, failure) =>
      change(name, (loop, now) => ({
        ...loop,
        startedAt: null,
        finishedAt: now,
        succeededAt: failure === null ? now : loop.succeededAt,
        failure
      })),
    abandoned: (name, why) => change(name, (loop) => ({ ...loop, startedAt: null, failure: why })),
    all,
    stuck: (headAt) =>
      Effect.zipWith(all, Clock.currentTimeMillis, (known, now) =>
        known
          .filter(([, { startedAt, finishedAt, since, allowance }]) => {
            const until = startedAt === null ? Math.min(now, headAt) : now
            return until - (finishedAt ?? since) > allowance
          })
          .map(([name]) => name)
      ),
    waiting: Effect.map(all, (known) => known.filter(([, { finishedAt }]) => finishedAt === null).map(([name]) => name))
  }
})

/** Seconds since a time, for people. */
export const secondsSince = (time: number | null, now: number): number | null =>
  Option.match(Option.fromNullable(time), { onNone: () => null, onSome: (known) => Math.max(0, Math.round((now - known) / 1000)) })
