/** How this process is: what /health, /ready and /metrics answer, and what the service manager is told. */
import { readdirSync } from "node:fs"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Duration, Effect, Option, Ref } from "effect"
import { cachedOutcome } from "../layers/cachedOutcome.ts"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { Journal } from "../layers/store/Journal.ts"
import { ServiceManager } from "../layers/systemd/ServiceManager.ts"
import { metricsOf } from "../telemetry/catalogue.ts"
import { count, observe, set, setTotal } from "../telemetry/metrics.ts"
import { measureProcess } from "../telemetry/processMetrics.ts"
import { render } from "../telemetry/prometheus.ts"
import type { Standing } from "./doppelganger.ts"
import { type Progress, secondsSince } from "./progress.ts"

/** Without a new finalised block for so many milliseconds the validator is not healthy: five blocks of 12 s. */
const HEALTHY_SILENCE = 60_000

export interface Subject {
  readonly progress: Progress
  readonly head: Effect.Effect<BlockReference>
  /** When the last finalised block arrived, in milliseconds since 1970. */
  readonly headAt: Effect.Effect<number>
  /** The address of the endpoint that is asked now; none: there is no connection. */
  readonly endpoint: Effect.Effect<string | undefined>
  /** JSON-RPC requests to the chain so far. */
  readonly requestCount: Effect.Effect<number>
  readonly standing: Effect.Effect<Standing>
  readonly version: string
}

const standingText = (standing: Standing): string =>
  standing._tag === "AtWork" ? "at work" : `stands by until block ${standing.until}: ${standing.why}`

/** Everything that is wrong, in words, and the facts behind it. */
export const examine = (subject: Subject) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const [{ number }, headAt, endpoint, standing, loops, stuck, waiting] = yield* Effect.all([
      subject.head,
      subject.headAt,
      subject.endpoint,
      subject.standing,
      subject.progress.all,
      Effect.flatMap(subject.headAt, subject.progress.stuck),
      subject.progress.waiting
    ])
    const journal = yield* Effect.flatMap(Journal, ({ check }) => check).pipe(
      Effect.as(null),
      Effect.catchAll(({ message }) => Effect.succeed(message))
    )
    yield* set("gittensor_journal_usable", journal === null ? 1 : 0)
    const silence = now - headAt
    const wrong = [
      ...(silence < HEALTHY_SILENCE ? [] : [`no finalised block for ${Math.round(silence / 1000)} s`]),
      ...(endpoint === undefined ? ["no connection to the chain"] : []),
      ...stuck.map((name) => `the loop ${name} hangs`),
      ...(journal === null ? [] : [journal]),
      ...(standing._tag === "AtWork" ? [] : [`another process validates with this hotkey: ${standing.why}`])
    ]
    return {
      healthy: wrong.length === 0,
      wrong,
      ready: waiting.length === 0,
      waitingFor: waiting,
      block: number,
      secondsSinceBlock: Math.round(silence / 1000),
      chain: { connected: endpoint !== undefined, endpoint: endpoint ?? null },
      journal: { usable: journal === null },
      hotkey: standingText(standing),
      loops: Object.fromEntries(
        loops.map(([name, loop]) => [
          name,
          {
            secondsSinceEnd: secondsSince(loop.finishedAt, now),
            secondsSinceSuccess: secondsSince(loop.succeededAt, now),
            failure: loop.failure,
            hangs: stuck.includes(name)
          }
        ])
      ),
      version: subject.version
    }
  })

const openFiles = (): number | undefined => {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return undefined
  }
}

/** What is only known when somebody asks. */
const measure = ({ head, headAt, requestCount, version }: Subject) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { number } = yield* head
    yield* set("gittensor_finalised_head_block", number)
    yield* set("gittensor_finalised_head_age_seconds", Math.max(0, now - (yield* headAt)) / 1000)
    yield* measureProcess(version)
    yield* setTotal("gittensor_chain_requests_total", yield* requestCount)
    const files = openFiles()
    if (files !== undefined) yield* set("process_open_fds", files)
    const inFlight = yield* Effect.flatMap(Journal, (journal) => journal.inFlight(number)).pipe(Effect.option)
    if (Option.isSome(inFlight)) yield* set("gittensor_journal_in_flight", inFlight.value)
  })

/** /health: 200 while nothing is wrong, else 503. /ready: 200 once every loop has ended its first step. /metrics: Prometheus' text. */
export const routes = (subject: Subject) =>
  Effect.gen(function* () {
    // Each examination writes to the disk: whoever asks often gets the last one.
    const examined = yield* cachedOutcome(examine(subject), "1 second")
    return HttpRouter.empty.pipe(
      HttpRouter.get(
        "/health",
        Effect.flatMap(examined, (found) => HttpServerResponse.json(found, { status: found.healthy ? 200 : 503 }))
      ),
      HttpRouter.get(
        "/ready",
        Effect.flatMap(subject.progress.waiting, (waiting) =>
          HttpServerResponse.json({ ready: waiting.length === 0, waitingFor: waiting }, { status: waiting.length === 0 ? 200 : 503 })
        )
      ),
      HttpRouter.get(
        "/metrics",
        measure(subject).pipe(
          Effect.zipRight(render(metricsOf("validate"))),
          Effect.map((text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" }))
        )
      )
    )
  })

const TICK = Duration.millis(500)

/** Measures for ever how late timers fire: what keeps the only thread keeps everything. */
export const watchEventLoop = Effect.gen(function* () {
  const before = performance.now()
  yield* Effect.sleep(TICK)
  yield* observe("gittensor_event_loop_delay_seconds", Math.max(0, performance.now() - before - Duration.toMillis(TICK)) / 1000)
}).pipe(Effect.forever)

/**
 * Gives memory back once a minute, for ever: what one block needed is garbage at the next, and the engine, left alone, lets it grow to several
 * times what is in use. It takes less than a tenth of a second.
 */
export const tidyMemory = Effect.sync(() => Bun.gc(true)).pipe(Effect.delay("1 minute"), Effect.forever)

/**
 * Tells the service manager: ready, what is going on, and signs of life, which are given only while finalised blocks arrive and every loop ends its
 * steps. Four times within the watchdog's time it is looked whether there is one to give.
 */
export const tellServiceManager = (subject: Subject) =>
  Effect.gen(function* () {
    const manager = yield* ServiceManager
    const told = yield* Ref.make(false)
    const limit = Option.getOrElse(manager.watchdog, () => Duration.minutes(2))
    const turn = Effect.gen(function* () {
      const waiting = yield* subject.progress.waiting
      if (waiting.length === 0 && !(yield* Ref.getAndSet(told, true))) yield* manager.ready
      const headAt = yield* subject.headAt
      const silence = (yield* Clock.currentTimeMillis) - headAt
      const stuck = yield* subject.progress.stuck(headAt)
      const { number } = yield* subject.head
      const standing = yield* subject.standing
      const moving = silence * 2 <= Duration.toMillis(limit) && stuck.length === 0
      yield* manager.status(
        [
          `block ${number}`,
          ...(moving ? [] : [stuck.length > 0 ? `hangs: ${stuck.join(", ")}` : `no finalised block for ${Math.round(silence / 1000)} s`]),
          ...(waiting.length > 0 ? [`starting, waits for ${waiting.join(", ")}`] : []),
          ...(standing._tag === "AtWork" ? [] : [standingText(standing)])
        ].join("; ")
      )
      if (Option.isNone(manager.watchdog) || !moving) return
      yield* manager.alive
      yield* count("gittensor_watchdog_notifications_total")
    })
    yield* Effect.addFinalizer(() => manager.stopping)
    const pause = Duration.millis(Math.min(Duration.toMillis(limit) / 4, 10_000))
    return yield* turn.pipe(Effect.zipRight(Effect.sleep(pause)), Effect.forever)
  }).pipe(Effect.scoped)
