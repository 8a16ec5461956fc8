/** Runs what has limits of time that a busy machine could break: timeouts end a hundred times later, and the doctor may take as long as a test. */
import { Clock, Duration, Effect } from "effect"
import { StartedAt, TimeLimit } from "../../src/cli/doctor/Check.ts"
import { WATCHDOG } from "./watchdog.ts"

const real = Clock.make()
const slow: Clock.Clock = Object.create(real, {
  sleep: { value: (time: Duration.Duration) => real.sleep(Duration.times(time, 100)) }
})

export const unhurried = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() =>
    effect.pipe(
      Effect.withClock(slow),
      Effect.provideService(StartedAt, Date.now()),
      Effect.provideService(TimeLimit, Duration.millis(WATCHDOG))
    )
  )
