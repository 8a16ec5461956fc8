/** The test's clock with a wall clock that can be set, as NTP and a machine's sleep do it. The monotonic clock and sleeping go on. */
import { type Clock, Effect, Ref } from "effect"

export const settableClock = Effect.gen(function* () {
  const ahead = yield* Ref.make(0)
  const testClock = yield* Effect.clock
  const milliseconds = Effect.zipWith(testClock.currentTimeMillis, Ref.get(ahead), (now, by) => now + by)
  const clock: Clock.Clock = Object.create(testClock, {
    currentTimeMillis: { value: milliseconds },
    unsafeCurrentTimeMillis: { value: () => Effect.runSync(milliseconds) }
  })
  return {
    clock,
    /** Sets the wall clock forward by milliseconds, or back by less than none. */
    set: (by: number) => Ref.update(ahead, (before) => before + by)
  }
})
