/** A merge that several bounties share. It happens once all of them are ready or have given up. */
import { Effect } from "effect"

/** One bounty's part in the merge. */
export interface Share<E> {
  /** Waits for the merge, which happens at the latest time (ms) that one of the bounties asks for. */
  readonly arrive: (from: number) => Effect.Effect<void, E>
  /** The others no longer wait for this bounty. Does nothing after `arrive`. */
  readonly abandon: Effect.Effect<void>
}

/** One share for each bounty. `merge` receives the earliest time (ms) at which it may happen. */
export const make = <E>(bounties: number, merge: (from: number) => Effect.Effect<void, E>): Effect.Effect<ReadonlyArray<Share<E>>> =>
  Effect.gen(function* () {
    const gate = yield* Effect.makeLatch(false)
    let waiting = bounties
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
      bounties
    )
  })
