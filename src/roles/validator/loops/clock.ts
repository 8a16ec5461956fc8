/**
 * Monitors this machine's wall clock, against the chain's timestamps and the monotonic clock. Peers refuse signatures with a wrong timestamp, and GitHub's
 * timestamps are compared with the wall clock. Durations and timeouts use the monotonic clock.
 */
import { Clock, Duration, Effect, Ref, Schedule } from "effect"
import { SET_CLOCK, tellBlockAge } from "../../../layers/chain/node/blockAge.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { newestBlock } from "../../../layers/chain/node/newestBlock.ts"
import { elapsedMillis } from "../../../layers/machine/effects/elapsed.ts"
import { Concerns } from "../Concerns.ts"

const CHECK_INTERVAL = Duration.minutes(1)
/** In milliseconds. NTP's gradual corrections (slewing) affect both clocks. */
const CLOCK_STEP = 1_000
/** How long /health reports a step. */
const STEP_REPORTED_FOR = Duration.hours(1)

/** Wall clock minus monotonic clock, in milliseconds: changes only by a step, or while the machine sleeps. */
const lead = Effect.zipWith(Clock.currentTimeMillis, elapsedMillis, (wall, elapsed) => wall - elapsed)

const stepText = (by: number, at: number): string =>
  `this machine's clock was set ${by > 0 ? "forward" : "back"} by ${(Math.abs(by) / 1000).toFixed(1)} s${by > 0 ? ", or the machine slept" : ""}, before ${new Date(at).toISOString()}`

/** Reports a clock step for an hour. */
const stepWatch = Effect.gen(function* () {
  const { note } = yield* Concerns
  const known = yield* Ref.make({ lead: yield* lead, loggedUntil: Number.POSITIVE_INFINITY })
  return Effect.gen(function* () {
    const [now, elapsed, wall] = yield* Effect.all([lead, elapsedMillis, Clock.currentTimeMillis])
    const before = yield* Ref.get(known)
    const by = now - before.lead
    if (Math.abs(by) >= CLOCK_STEP) {
      yield* Ref.set(known, { lead: now, loggedUntil: elapsed + Duration.toMillis(STEP_REPORTED_FOR) })
      yield* note("clock step", stepText(by, wall))
    } else if (elapsed >= before.loggedUntil) yield* note("clock step", null)
  })
})

/** Compares the newest block's timestamp with the wall clock. A stalled chain is no evidence about the clock. */
const chainWatch = Effect.gen(function* () {
  const [chain, { report }] = yield* Effect.all([Chain, Concerns])
  const seen = yield* Ref.make(-1)
  return Effect.gen(function* () {
    const best = yield* newestBlock(chain)
    if ((yield* Ref.getAndSet(seen, best.number)) === best.number) return
    const { text, isWrong } = tellBlockAge((yield* Clock.currentTimeMillis) - (yield* chain.timeAt(best.hash)))
    yield* report(
      "clock",
      isWrong ? `this machine's clock or the node is wrong: ${text}; ${SET_CLOCK}, or use a node that is up to date` : null
    )
  })
})

/** Checks the clock at start, then every minute. A development chain is no reference, because its blocks may have any timestamp. */
export const watchClock = Effect.gen(function* () {
  const { isDevelopment } = yield* Chain
  const [step, chain] = yield* Effect.all([stepWatch, chainWatch])
  // Another check reports a chain that does not answer.
  const looks = isDevelopment ? [step] : [step, Effect.ignore(chain)]
  yield* Effect.forEach(looks, Effect.repeat(Schedule.spaced(CHECK_INTERVAL)), { concurrency: "unbounded", discard: true })
})
