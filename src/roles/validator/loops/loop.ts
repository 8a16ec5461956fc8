/** A loop of the daemon as a layer: supervised, with its progress reported, until the layer's scope ends. */
import { type Duration, Effect, Layer, Option, Stream } from "effect"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { FinalisedHead } from "../../../layers/chain/node/FinalisedHead.ts"
import { attempted, linesOfLoop, supervised } from "../../../layers/machine/effects/supervise.ts"
import { HotkeyGuard } from "../../../layers/protection/HotkeyGuard.ts"
import { type LoopName, Progress } from "../Progress.ts"

type Step<E, R> = (head: BlockReference) => Effect.Effect<unknown, E, R>

export interface LoopOptions {
  readonly name: LoopName
  /** A step that takes longer is abandoned. */
  readonly stepLimit: Duration.Duration
}

/** Starts a loop that runs its step at every finalised head. Skips to the newest head if a step takes longer than a block. */
export const startAtEachHead = <E, R>({ name, stepLimit }: LoopOptions, step: Step<E, R>) =>
  Effect.gen(function* () {
    const [head, progress, lines] = yield* Effect.all([FinalisedHead, Progress, linesOfLoop])
    const loop = head.changes.pipe(
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach((block) => attempted(name, step(block), { limit: stepLimit, progress, lines }))
    )
    yield* supervised(name, loop).pipe(Effect.forkScoped)
  })

/** Wraps a step so that it does nothing while another process with this hotkey is active. */
const ifAtWork = <E, R>(step: Step<E, R>) =>
  Effect.map(
    HotkeyGuard,
    ({ isAtWork }): Step<E, R> =>
      (head) =>
        Effect.map(Effect.whenEffect(step(head), isAtWork), Option.getOrUndefined)
  )

/** A loop that runs its step at every finalised head while this process is active. */
export const atEachHead = <E, R>(options: LoopOptions, step: Step<E, R>) =>
  Layer.scopedDiscard(Effect.flatMap(ifAtWork(step), (own) => startAtEachHead(options, own)))

/** The same at fixed intervals, with the newest head. */
export const atIntervals = <E, R>({ name, stepLimit, every }: LoopOptions & { readonly every: Duration.Duration }, step: Step<E, R>) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const [head, progress, lines] = yield* Effect.all([FinalisedHead, Progress, linesOfLoop])
      const own = yield* ifAtWork(step)
      const loop = head.current.pipe(
        Effect.flatMap((block) => attempted(name, own(block), { limit: stepLimit, progress, lines })),
        Effect.zipRight(Effect.sleep(every)),
        Effect.forever
      )
      yield* supervised(name, loop).pipe(Effect.forkScoped)
    })
  )
