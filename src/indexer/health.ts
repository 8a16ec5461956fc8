/** How an index that stays is: what its /health, /ready and /metrics answer, and what the service manager is told. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Context, Duration, Effect, Option, Ref, Schema } from "effect"
import type { BlockReference } from "../layers/chain/Chain.ts"
import * as Listener from "../layers/http/Listener.ts"
import { ServiceManager } from "../layers/systemd/ServiceManager.ts"
import { metricsOf } from "../telemetry/catalogue.ts"
import { count, countMany, observe, set } from "../telemetry/metrics.ts"
import { measureProcess } from "../telemetry/processMetrics.ts"
import { render } from "../telemetry/prometheus.ts"

interface State {
  /** The newest finalised block that arrived, and the newest that is written. */
  readonly head: number | null
  readonly at: number | null
  /** Milliseconds since 1970. */
  readonly headAt: number
  /** When anything last went forward: a head came, or blocks were written. */
  readonly movedAt: number
  readonly isCaughtUp: boolean
  /** What is waited for, in words. */
  readonly waitsFor: string | null
}

export interface Told {
  readonly headSeen: (head: BlockReference) => Effect.Effect<void>
  readonly stored: (blocks: number, newest: Option.Option<BlockReference>) => Effect.Effect<void>
  /** A pass has reached the finalised head; `at`: the newest written block. */
  readonly passed: (pass: { readonly at: BlockReference | undefined; readonly seconds: number }) => Effect.Effect<void>
  readonly waits: (error: { readonly _tag: string; readonly message: string }) => Effect.Effect<void>
}

const nothing: Told = {
  headSeen: () => Effect.void,
  stored: () => Effect.void,
  passed: () => Effect.void,
  waits: () => Effect.void
}

/** Who is told how the index goes on. One pass alone tells nobody. */
export class Vitals extends Context.Reference<Vitals>()("gittensor/indexer/Vitals", { defaultValue: () => nothing }) {}

/** Without a new finalised block for so long, in milliseconds, the index is not healthy: five blocks of 12 s. */
const HEALTHY_SILENCE = 60_000

export const make = Effect.gen(function* () {
  const began = yield* Clock.currentTimeMillis
  const state = yield* Ref.make<State>({ head: null, at: null, headAt: began, movedAt: began, isCaughtUp: false, waitsFor: null })
  const move = (change: (before: State, now: number) => Partial<State>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.update(state, (before) => ({ ...before, movedAt: now, ...change(before, now) })))
  const told: Told = {
    headSeen: ({ number }) =>
      Effect.zipRight(
        move((_, now) => ({ head: number, headAt: now })),
        set("gittensor_indexer_chain_head_block", number)
      ),
    stored: (blocks, newest) =>
      Effect.zipRight(
        move(({ at }) => ({ at: Option.match(newest, { onNone: () => at, onSome: ({ number }) => number }), waitsFor: null })),
        countMany("gittensor_indexer_blocks_total", blocks)
      ),
    passed: ({ at, seconds }) =>
      Effect.gen(function* () {
        yield* move((before) => ({ at: at?.number ?? before.at, isCaughtUp: true, waitsFor: null }))
        yield* set("gittensor_indexer_last_success_timestamp_seconds", Math.round((yield* Clock.currentTimeMillis) / 1000))
        yield* observe("gittensor_indexer_pass_duration_seconds", seconds)
      }),
    waits: ({ _tag, message }) =>
      Effect.zipRight(
        Ref.update(state, (before) => ({ ...before, waitsFor: message })),
        count("gittensor_indexer_retries_total", { why: _tag })
      )
  }
  return { told, state: Ref.get(state) }
})

export interface Subject {
  readonly state: Effect.Effect<State>
  /** Blocks behind the chain's head that are still healthy. */
  readonly maxBehind: number
  readonly version: string
}

const examine = ({ state, maxBehind, version }: Subject) =>
  Effect.gen(function* () {
    const { head, at, headAt, isCaughtUp, waitsFor } = yield* state
    const silence = (yield* Clock.currentTimeMillis) - headAt
    const behind = head === null || at === null ? null : Math.max(0, head - at)
    const wrong = [
      ...(silence < HEALTHY_SILENCE ? [] : [`no finalised block for ${Math.round(silence / 1000)} s`]),
      ...(waitsFor === null ? [] : [waitsFor]),
      ...(isCaughtUp && behind !== null && behind > maxBehind ? [`the index is ${behind} blocks behind, more than ${maxBehind}`] : [])
    ]
    return { healthy: wrong.length === 0, wrong, ready: isCaughtUp, block: at, chainHead: head, behind, version }
  })

const metrics = ({ state, version }: Subject) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { at, headAt, isCaughtUp, waitsFor } = yield* state
    if (at !== null) yield* set("gittensor_indexer_head_block", at)
    yield* set("gittensor_indexer_caught_up", isCaughtUp ? 1 : 0)
    yield* set("gittensor_indexer_waiting", waitsFor === null ? 0 : 1)
    yield* set("gittensor_indexer_head_age_seconds", Math.max(0, now - headAt) / 1000)
    yield* measureProcess(version)
    return yield* render(metricsOf("index"))
  })

export class MetricsUnavailable extends Schema.TaggedError<MetricsUnavailable>()("MetricsUnavailable", {
  hostname: Schema.String,
  port: Schema.Number,
  reason: Schema.String
}) {
  override get message() {
    return `metrics can't be served on ${this.hostname}:${this.port} (${this.reason}): choose another port with --metrics-port`
  }
}

const missing = HttpServerResponse.unsafeJson({ message: "there is nothing here" }, { status: 404 })

/** Serves /health, /ready and /metrics until the scope ends; answers the port. */
export const serve = (subject: Subject, listen: { readonly hostname: string; readonly port: number }) =>
  Effect.gen(function* () {
    const router = HttpRouter.empty.pipe(
      HttpRouter.get(
        "/health",
        Effect.flatMap(examine(subject), (found) => HttpServerResponse.json(found, { status: found.healthy ? 200 : 503 }))
      ),
      HttpRouter.get(
        "/ready",
        Effect.flatMap(subject.state, ({ isCaughtUp }) =>
          HttpServerResponse.json({ ready: isCaughtUp }, { status: isCaughtUp ? 200 : 503 })
        )
      ),
      HttpRouter.get(
        "/metrics",
        Effect.map(metrics(subject), (text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" }))
      ),
      HttpRouter.all("*", missing)
    )
    const server = yield* Listener.make({ ...listen, name: "the index's server" }).pipe(
      Effect.mapError(({ reason }) => new MetricsUnavailable({ ...listen, reason }))
    )
    yield* HttpServer.serveEffect(router).pipe(Effect.provideService(HttpServer.HttpServer, server))
    return server.address._tag === "TcpAddress" ? server.address.port : listen.port
  })

/**
 * Tells the service manager, for ever: ready once the finalised head is reached, where the index is, and signs of life while heads come or blocks are
 * written. Who waits for the chain or the database lives: a restart would bring neither back.
 */
export const tellServiceManager = ({ state }: Subject) =>
  Effect.gen(function* () {
    const manager = yield* ServiceManager
    const told = yield* Ref.make(false)
    const limit = Duration.toMillis(Option.getOrElse(manager.watchdog, () => Duration.minutes(2)))
    const turn = Effect.gen(function* () {
      const { head, at, movedAt, isCaughtUp, waitsFor } = yield* state
      if (isCaughtUp && !(yield* Ref.getAndSet(told, true))) yield* manager.ready
      const silence = (yield* Clock.currentTimeMillis) - movedAt
      const isMoving = silence * 2 <= limit || waitsFor !== null
      yield* manager.status(
        [
          `block ${at ?? "none"} of ${head ?? "?"}`,
          ...(isCaughtUp ? [] : ["catching up"]),
          ...(waitsFor === null ? [] : [`waits: ${waitsFor}`]),
          ...(isMoving ? [] : [`nothing new for ${Math.round(silence / 1000)} s`])
        ].join("; ")
      )
      if (Option.isNone(manager.watchdog) || !isMoving) return
      yield* manager.alive
    })
    yield* Effect.addFinalizer(() => manager.stopping)
    return yield* turn.pipe(Effect.zipRight(Effect.sleep(Duration.millis(Math.min(limit / 4, 10_000)))), Effect.forever)
  }).pipe(Effect.scoped)
