/** Measures whether this machine is too slow for the checks: its load, and the delay of its timers. */
import { availableParallelism, loadavg } from "node:os"
import { Duration, Effect, Ref } from "effect"
import { StartedAt } from "./Check.ts"

export interface MachineState {
  /** The load average of the last minute. */
  readonly load: number
  readonly cores: number
  /** From the start of the process to its first check. */
  readonly startMilliseconds: number
  /** The longest delay of a timer during the checks. */
  readonly lateMilliseconds: number
}

const TIMER_INTERVAL = 50

/** Shares of the time limit. With a longer start or timer delay, answers may be seen too late. A high load alone proves nothing. */
const SLOW_SHARES = { start: 1 / 3, timer: 1 / 5 } as const

export const isSlow = ({ startMilliseconds, lateMilliseconds }: MachineState, limit: Duration.Duration): boolean =>
  startMilliseconds > SLOW_SHARES.start * Duration.toMillis(limit) || lateMilliseconds > SLOW_SHARES.timer * Duration.toMillis(limit)

export const machineText = ({ load, cores, startMilliseconds }: MachineState, limit: Duration.Duration): string =>
  `it is too busy to check everything in ${Duration.toSeconds(limit)} s: a load of ${load.toFixed(1)} on ${cores} core${cores === 1 ? "" : "s"}, ${(startMilliseconds / 1000).toFixed(1)} s to start`

/** Runs the checks, and measures the machine meanwhile. */
export const measuringMachine = <A, E, R>(checks: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const startMilliseconds = Math.max(0, Math.round(Date.now() - (yield* StartedAt)))
    const latest = yield* Ref.make(0)
    const watch = Effect.gen(function* () {
      const before = performance.now()
      yield* Effect.sleep(Duration.millis(TIMER_INTERVAL))
      yield* Ref.update(latest, (most) => Math.max(most, performance.now() - before - TIMER_INTERVAL))
    }).pipe(Effect.forever)
    const result = yield* Effect.raceFirst(checks, watch)
    const machine: MachineState = {
      load: loadavg()[0] ?? 0,
      cores: availableParallelism(),
      startMilliseconds,
      lateMilliseconds: Math.round(yield* Ref.get(latest))
    }
    return { result, machine }
  })
