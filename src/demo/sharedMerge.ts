/** One merge that several stories wait for: it happens once, when each of them is ready for it or has given up. */
import { Effect } from "effect"

/** One story's part in it. */
export interface Share<E> {
  /** Waits for the merge, which happens at the latest time (ms) that a story asks for. */
  readonly arrive: (from: number) => Effect.Effect<void, E>
  /** The others wait for this story no more. Nothing happens when it had arrived. */
  readonly abandon: Effect.Effect<void>
}

/** As many shares as stories; `merge` is told the time (ms) before which it must not happen. */
export const make = <E>(stories: number, merge: (from: number) => Effect.Effect<void, E>): Effect.Effect<ReadonlyArray<Share<E>>> =>
  Effect.gen(function* () {
    const gate = yield* Effect.makeLatch(false)
    let waiting = stories
    let latest = 0
    const once = yield* Effect.cached(Effect.suspend(() => merge(latest)))
    const ready = Effect.suspend(() => {
      waiting -= 1
      return waiting === 0 ? gate.open : Effect.void
    })
    return yield* Effect.replicateEffect(
      Effect.map(
        Effect.once(ready),
        (readyOnce): Share<E> => ({
          arrive: (from) =>
            Effect.sync(() => {
              latest = Math.max(latest, from)
            }).pipe(Effect.zipRight(readyOnce), Effect.zipRight(gate.await), Effect.zipRight(once)),
          abandon: Effect.asVoid(readyOnce)
        })
      ),
      stories
    )
  })
