/** What each loop last did: the basis of /health, /ready and the service manager's watchdog. */
import { Clock, Context, Duration, Effect, HashMap, Layer, Option, Ref } from "effect"
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
  /** The current series of failed steps; null if the last step succeeded. */
  readonly failing: Failing | null
  /** The most milliseconds that may pass between the ends of two steps. */
  readonly allowance: number
  /** When the loop was announced. The first step's allowance starts here. */
  readonly since: number
}

export interface Failing {
  /** The time of the first failure in milliseconds: `since` by the monotonic clock, `wall` since 1970. */
  readonly since: number
  readonly wall: number
  readonly steps: number
}

export type LoopName = "hotkey" | "gossip" | "round" | "upkeep" | "roster" | "consensus" | "weights" | "verdicts"

export class Progress extends Context.Tag("gittensor/Progress")<
  Progress,
  {
    /** Adds a loop. The process is not ready until its first step has ended. */
    readonly announce: (name: string, allowance: number) => Effect.Effect<void>
    readonly started: (name: string) => Effect.Effect<void>
    /** Records the end of a step. `failure`: why it failed; null: success. */
    readonly finished: (name: string, failure: string | null) => Effect.Effect<void>
    /** A step ended that tried nothing: whether the loop fails is as before. */
    readonly idled: (name: string) => Effect.Effect<void>
    readonly abandoned: (name: string, why: string) => Effect.Effect<void>
    readonly all: Effect.Effect<ReadonlyArray<readonly [name: string, loop: LoopProgress]>>
    /** Loops whose allowance is exceeded. A loop that waits for the next block is not stuck while no block has arrived since `headAt`. */
    readonly stuck: (headAt: number) => Effect.Effect<ReadonlyArray<string>>
    /** Loops whose steps have failed for a minute, as sentences without their full stop. */
    readonly failing: Effect.Effect<ReadonlyArray<string>>
    /** Loops that have not finished their first step. */
    readonly waiting: Effect.Effect<ReadonlyArray<string>>
  }
>() {}

/** A loop that has failed for as many milliseconds, and at two steps at least, is wrong: five blocks of 12 s. */
const FAILS_FOR = 60_000

export const make: Effect.Effect<Progress["Type"]> = Effect.gen(function* () {
  const loops = yield* Ref.make(HashMap.empty<string, LoopProgress>())
  const change = (name: string, how: (loop: LoopProgress, now: number) => LoopProgress) =>
    Effect.flatMap(elapsedMillis, (now) =>
      Ref.update(
        loops,
        HashMap.modify(name, (loop) => how(loop, now))
      )
    )
  const failed = (name: string, failure: string, ended: Partial<LoopProgress>) =>
    Effect.flatMap(Clock.currentTimeMillis, (wall) =>
      change(name, (loop, now) => {
        const before = loop.failing ?? { since: now, wall, steps: 0 }
        return { ...loop, ...ended, startedAt: null, failure, failing: { ...before, steps: before.steps + 1 } }
      })
    )
  const all = Effect.map(Ref.get(loops), (known) => [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    announce: (name, allowance) =>
      Effect.flatMap(elapsedMillis, (since) =>
        Ref.update(loops, (known) =>
          HashMap.has(known, name)
            ? known
            : HashMap.set(known, name, {
                startedAt: null,
                finishedAt: null,
                succeededAt: null,
                failure: null,
                failing: null,
                allowance,
                since
              })
        )
      ),
    started: (name) => change(name, (loop, now) => ({ ...loop, startedAt: now })),
    finished: (name, failure) =>
      failure === null
        ? change(name, (loop, now) => ({ ...loop, startedAt: null, finishedAt: now, succeededAt: now, failure, failing: null }))
        : Effect.flatMap(elapsedMillis, (finishedAt) => failed(name, failure, { finishedAt })),
    idled: (name) => change(name, (loop, now) => ({ ...loop, startedAt: null, finishedAt: now })),
    abandoned: (name, why) => failed(name, why, {}),
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
    failing: Effect.zipWith(all, elapsedMillis, (known, now) =>
      known.flatMap(([name, { failing, failure }]) =>
        failing !== null && failing.steps > 1 && now - failing.since >= FAILS_FOR
          ? [`the loop ${name} has failed since ${new Date(failing.wall).toISOString()}: ${failure}`]
          : []
      )
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
