/** When each loop last ran: the basis of /health, /ready and the service manager's watchdog. */
import { Context, Duration, Effect, HashMap, Layer, Option, Ref } from "effect"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"

/** Times in milliseconds of the monotonic clock; null: never. */
export interface LoopProgress {
  /** When the running step started; null: none runs. */
  readonly startedAt: number | null
  /** When a step last ended, in success or failure. An abandoned step does not count. */
  readonly finishedAt: number | null
  readonly succeededAt: number | null
  /** Why the last step failed; null: it succeeded. */
  readonly failure: string | null
  /** The most milliseconds that may pass between the ends of two steps. */
  readonly allowance: number
  /** When the loop was announced. The first step's allowance starts here. */
  readonly since: number
}

/** The daemon's loops. */
export type LoopName = "hotkey" | "gossip" | "round" | "upkeep" | "roster" | "consensus" | "weights" | "verdicts"

export class Progress extends Context.Tag("gittensor/Progress")<
  Progress,
  {
    /** Adds a loop. The process is not ready until its first step has ended. */
    readonly announce: (name: string, allowance: number) => Effect.Effect<void>
    readonly started: (name: string) => Effect.Effect<void>
    /** Records the end of a step. `failure`: why it failed; null: success. */
    readonly finished: (name: string, failure: string | null) => Effect.Effect<void>
    /** Records an abandoned step. */
    readonly abandoned: (name: string, why: string) => Effect.Effect<void>
    readonly all: Effect.Effect<ReadonlyArray<readonly [name: string, loop: LoopProgress]>>
    /** Loops whose allowance is exceeded. A loop that waits for the next block is not stuck while no block has arrived since `headAt`. */
    readonly stuck: (headAt: number) => Effect.Effect<ReadonlyArray<string>>
    /** Loops whose first step has not ended. */
    readonly waiting: Effect.Effect<ReadonlyArray<string>>
  }
>() {}

export const make: Effect.Effect<Progress["Type"]> = Effect.gen(function* () {
  const loops = yield* Ref.make(HashMap.empty<string, LoopProgress>())
  const change = (name: string, how: (loop: LoopProgress, now: number) => LoopProgress) =>
    Effect.flatMap(elapsedMillis, (now) =>
      Ref.update(
        loops,
        HashMap.modify(name, (loop) => how(loop, now))
      )
    )
  const all = Effect.map(Ref.get(loops), (known) => [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    announce: (name, allowance) =>
      Effect.flatMap(elapsedMillis, (since) =>
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
      Effect.zipWith(all, elapsedMillis, (known, now) =>
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

/** Progress of the daemon's loops, with the allowed time between the ends of two steps of each. */
export const layer = (allowances: Readonly<Record<LoopName, Duration.Duration>>) =>
  Layer.effect(
    Progress,
    Effect.tap(make, ({ announce }) =>
      Effect.forEach(Object.entries(allowances), ([name, allowance]) => announce(name, Duration.toMillis(allowance)), { discard: true })
    )
  )

/** Whole seconds since a time; null: never. */
export const secondsSince = (time: number | null, now: number): number | null =>
  Option.match(Option.fromNullable(time), { onNone: () => null, onSome: (known) => Math.max(0, Math.round((now - known) / 1000)) })
