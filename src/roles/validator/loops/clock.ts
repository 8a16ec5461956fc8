/**
 * Watches this machine's clock: by the chain's, and by the one that nobody sets. Peers refuse what was signed at a wrong time, and GitHub's times are compared
 * with it. Nothing that has to last or to wait is measured by it.
 */
import { Clock, Duration, Effect, Ref, Schedule } from "effect"
import { SET_CLOCK, tellBlockAge } from "../../../layers/chain/node/blockAge.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { newestBlock } from "../../../layers/chain/node/newestBlock.ts"
import { elapsedMillis } from "../../../layers/machine/effects/elapsed.ts"
import { Concerns } from "../Concerns.ts"

const EVERY = Duration.minutes(1)
/** In milliseconds. What NTP corrects without a step, both clocks follow. */
const STEP = 1_000
/** How long /health tells a step. */
const TOLD_FOR = Duration.hours(1)

/** By how many milliseconds the clock is ahead of the one that nobody sets: it changes only by a step, or while the machine sleeps. */
const lead = Effect.zipWith(Clock.currentTimeMillis, elapsedMillis, (wall, elapsed) => wall - elapsed)

const stepText = (by: number, at: number): string =>
  `this machine's clock was set ${by > 0 ? "forward" : "back"} by ${(Math.abs(by) / 1000).toFixed(1)} s${by > 0 ? ", or the machine slept" : ""}, before ${new Date(at).toISOString()}`

/** Notes a step of the clock, and forgets it after an hour. */
const stepWatch = Effect.gen(function* () {
  const { note } = yield* Concerns
  const known = yield* Ref.make({ lead: yield* lead, loggedUntil: Number.POSITIVE_INFINITY })
  return Effect.gen(function* () {
    const [now, elapsed, wall] = yield* Effect.all([lead, elapsedMillis, Clock.currentTimeMillis])
    const before = yield* Ref.get(known)
    const by = now - before.lead
    if (Math.abs(by) >= STEP) {
      yield* Ref.set(known, { lead: now, loggedUntil: elapsed + Duration.toMillis(TOLD_FOR) })
      yield* note("clock step", stepText(by, wall))
    } else if (elapsed >= before.loggedUntil) yield* note("clock step", null)
  })
})

/** Compares the time of the chain's newest block with this machine's. A chain that stands still says nothing about the clock. */
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

/** Looks at the clock now and then every minute. A chain for development says nothing about it, because its blocks may have any time. */
export const watchClock = Effect.gen(function* () {
  const { isDevelopment } = yield* Chain
  const [step, chain] = yield* Effect.all([stepWatch, chainWatch])
  // A chain that does not answer is a concern of others.
  const looks = isDevelopment ? [step] : [step, Effect.ignore(chain)]
  yield* Effect.forEach(looks, Effect.repeat(Schedule.spaced(EVERY)), { concurrency: "unbounded", discard: true })
})
