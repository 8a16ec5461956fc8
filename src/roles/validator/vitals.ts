/** Health of this process: /health, /live, /ready and /metrics, the axon's liveness, and the service manager's notifications. */
import { readdirSync } from "node:fs"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Duration, Effect, Option, Ref } from "effect"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { FinalisedHead } from "../../layers/chain/node/FinalisedHead.ts"
import { GitHistory } from "../../layers/git/history/GitHistory.ts"
import { Absences } from "../../layers/github/Absences.ts"
import { ownersRefusal, RefusedTokens, refusal } from "../../layers/github/client/RefusedTokens.ts"
import { cachedOutcome } from "../../layers/machine/effects/cachedOutcome.ts"
import { Defects } from "../../layers/machine/effects/contained.ts"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"
import { metricsText } from "../../layers/machine/http/MetricsListener.ts"
import { ServiceManager } from "../../layers/machine/process/ServiceManager.ts"
import { metricsOf } from "../../layers/machine/telemetry/catalogue.ts"
import { count, observe, set, setTotal } from "../../layers/machine/telemetry/metrics.ts"
import { measureProcess } from "../../layers/machine/telemetry/processMetrics.ts"
import { render } from "../../layers/machine/telemetry/prometheus.ts"
import { HotkeyGuard, type Presence } from "../../layers/protection/HotkeyGuard.ts"
import { Journal } from "../../layers/protection/Journal.ts"
import { JudgingState } from "../../quality/JudgingState.ts"
import { ContributionScoring, unscoredText } from "../../scoring/oss_contributions/ContributionScoring.ts"
import { Concerns } from "./Concerns.ts"
import { Progress, secondsSince } from "./Progress.ts"

/** Milliseconds without a finalised block after which the validator is unhealthy: five blocks of 12 s. */
const HEALTHY_SILENCE = 60_000

/** How many items of missing evidence, and of owners that a token cannot read, /health names. */
const ITEMS_NAMED = 20

const presenceText = (presence: Presence): string =>
  presence._tag === "AtWork" ? "at work" : `stands by until block ${presence.until}: ${presence.why}`

/** The body of /health: all problems in words, and the facts behind them. */
const examine = (version: string) =>
  Effect.gen(function* () {
    const [chain, head, hotkeyGuard, progress, { check }] = yield* Effect.all([Chain, FinalisedHead, HotkeyGuard, Progress, Journal])
    const [absences, concerns, refusedTokens] = yield* Effect.all([Absences, Concerns, RefusedTokens])
    const [missing, concerned, notes, refused] = yield* Effect.all([absences.missing, concerns.all, concerns.notes, refusedTokens.all])
    const byOwners = yield* refusedTokens.byOwners
    const leftAlone = yield* Effect.flatMap(GitHistory, (record) => record.leftAlone)
    yield* set("gittensor_git_left_alone", leftAlone.length)
    const defects = yield* Effect.flatMap(Defects, Ref.get)
    const judging = yield* Effect.flatten(JudgingState)
    const unscored = unscoredText(yield* ContributionScoring)
    const now = yield* elapsedMillis
    const headAt = yield* head.arrivedAt
    const [{ number }, endpoint, presence, loops, stuck, failing, waiting] = yield* Effect.all([
      head.current,
      chain.endpointInUse,
      hotkeyGuard.presence,
      progress.all,
      progress.stuck(headAt),
      progress.failing,
      progress.waiting
    ])
    const journal = yield* check.pipe(
      Effect.as(null),
      Effect.catchAll(({ message }) => Effect.succeed(message))
    )
    yield* set("gittensor_journal_usable", journal === null ? 1 : 0)
    const silence = now - headAt
    const wrong = [
      ...(silence < HEALTHY_SILENCE ? [] : [`no finalised block for ${Math.round(silence / 1000)} s`]),
      ...(endpoint === undefined ? ["no connection to the chain"] : []),
      ...stuck.map((name) => `the loop ${name} hangs`),
      ...failing,
      ...(journal === null ? [] : [journal]),
      ...(presence._tag === "AtWork" ? [] : [`another process validates with this hotkey: ${presence.why}`]),
      ...concerned,
      ...refused.map((slot) => refusal(slot))
    ]
    return {
      healthy: wrong.length === 0,
      wrong,
      notes,
      ready: waiting.length === 0,
      waitingFor: waiting,
      block: number,
      secondsSinceBlock: Math.round(silence / 1000),
      chain: { connected: endpoint !== undefined, endpoint: endpoint ?? null },
      contributions: { scored: unscored === null, detail: unscored },
      // Strangers can hide evidence such as a gist, which must not make a validator unhealthy.
      missingEvidence: { things: missing.length, first: missing.slice(0, ITEMS_NAMED) },
      leftAloneByGit: { repositories: leftAlone.length, first: leftAlone.slice(0, ITEMS_NAMED).map(({ message }) => message) },
      judging: judging && {
        waiting: judging.queue.length,
        first: judging.queue.slice(0, ITEMS_NAMED).map((one) => ({ ...one, since: new Date(one.since).toISOString() })),
        judges: judging.judges
      },
      keptByOwners: { owners: byOwners.length, first: byOwners.slice(0, ITEMS_NAMED).map((one) => ownersRefusal(one)) },
      leftOut: { things: defects.total, newest: defects.newest },
      journal: { usable: journal === null },
      hotkey: presenceText(presence),
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
      version
    }
  })

const openFiles = (): number | undefined => {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return undefined
  }
}

/** Updates the metrics that are computed at scrape time. */
const measure = (version: string) =>
  Effect.gen(function* () {
    const [chain, head, journal] = yield* Effect.all([Chain, FinalisedHead, Journal])
    const now = yield* elapsedMillis
    const { number } = yield* head.current
    yield* set("gittensor_finalised_head_block", number)
    yield* set("gittensor_finalised_head_age_seconds", Math.max(0, now - (yield* head.arrivedAt)) / 1000)
    yield* measureProcess(version)
    yield* setTotal("gittensor_chain_requests_total", yield* chain.requestCount)
    const files = openFiles()
    if (files !== undefined) yield* set("process_open_fds", files)
    const inFlight = yield* Effect.option(journal.inFlight(number))
    if (Option.isSome(inFlight)) yield* set("gittensor_journal_in_flight", inFlight.value)
  })

/** Milliseconds without a finalised block after which the chain is asked for newer ones: 25 blocks of 12 s. */
const ASKED_AFTER = 300_000

/**
 * Finds what only a restart can repair: stuck loops, and a stalled stream of heads while the chain has newer blocks. A chain that does not answer within a
 * second is no evidence.
 */
const makeHanging = Effect.gen(function* () {
  const [chain, head, { stuck }] = yield* Effect.all([Chain, FinalisedHead, Progress])
  const newest = yield* cachedOutcome(Effect.option(Effect.timeout(chain.finalisedHead, "1 second")), "10 seconds")
  return Effect.gen(function* () {
    const headAt = yield* head.arrivedAt
    const loops = yield* stuck(headAt)
    if ((yield* elapsedMillis) - headAt < ASKED_AFTER) return loops
    const [{ number }, known] = yield* Effect.all([head.current, newest])
    return Option.exists(known, (newer) => newer.number > number + 1) ? [...loops, "finalised heads"] : loops
  })
})

/**
 * /health: 503 while there is a problem. /live: 503 while something hangs that a restart repairs. /ready: 503 until every loop has ended its first step. Each
 * 200 otherwise. /metrics: Prometheus text format.
 */
export const routes = (version: string) =>
  Effect.gen(function* () {
    const [{ waiting }, hanging] = yield* Effect.all([Progress, makeHanging])
    // Each examination writes to disk, so requests within a second share one.
    const examined = yield* cachedOutcome(examine(version), "1 second")
    return HttpRouter.empty.pipe(
      HttpRouter.get(
        "/health",
        Effect.flatMap(examined, (found) => HttpServerResponse.json(found, { status: found.healthy ? 200 : 503 }))
      ),
      HttpRouter.get(
        "/live",
        Effect.flatMap(hanging, (names) =>
          HttpServerResponse.json({ live: names.length === 0, hanging: names }, { status: names.length === 0 ? 200 : 503 })
        )
      ),
      HttpRouter.get(
        "/ready",
        Effect.flatMap(waiting, (loops) =>
          HttpServerResponse.json({ ready: loops.length === 0, waitingFor: loops }, { status: loops.length === 0 ? 200 : 503 })
        )
      ),
      HttpRouter.get("/metrics", Effect.map(Effect.zipRight(measure(version), render(metricsOf("validate"))), metricsText))
    )
  })

/** The axon's public /live: 200 while nothing hangs, else 503. */
export const liveness = Effect.map(makeHanging, (hanging) =>
  HttpRouter.empty.pipe(
    HttpRouter.get(
      "/live",
      Effect.map(hanging, ({ length }) => HttpServerResponse.unsafeJson({ live: length === 0 }, { status: length === 0 ? 200 : 503 }))
    )
  )
)

const SAMPLE_INTERVAL = Duration.millis(500)

/** Measures the event loop's delay for ever: code that blocks the only thread delays everything. */
export const watchEventLoop = Effect.gen(function* () {
  const before = performance.now()
  yield* Effect.sleep(SAMPLE_INTERVAL)
  yield* observe("gittensor_event_loop_delay_seconds", Math.max(0, performance.now() - before - Duration.toMillis(SAMPLE_INTERVAL)) / 1000)
}).pipe(Effect.forever)

/**
 * Notifies the service manager, for ever, of readiness, status and liveness: alive while finalised blocks arrive and every loop ends its steps. Checks four
 * times per watchdog interval.
 */
export const tellServiceManager = Effect.gen(function* () {
  const [manager, head, hotkeyGuard, progress, refused] = yield* Effect.all([
    ServiceManager,
    FinalisedHead,
    HotkeyGuard,
    Progress,
    RefusedTokens
  ])
  const told = yield* Ref.make(false)
  const limit = Option.getOrElse(manager.watchdog, () => Duration.minutes(2))
  const turn = Effect.gen(function* () {
    const waiting = yield* progress.waiting
    if (waiting.length === 0 && !(yield* Ref.getAndSet(told, true))) yield* manager.ready
    const headAt = yield* head.arrivedAt
    const silence = (yield* elapsedMillis) - headAt
    const stuck = yield* progress.stuck(headAt)
    const { number } = yield* head.current
    const presence = yield* hotkeyGuard.presence
    const moving = silence * 2 <= Duration.toMillis(limit) && stuck.length === 0
    yield* manager.status(
      [
        `block ${number}`,
        ...(moving ? [] : [stuck.length > 0 ? `hangs: ${stuck.join(", ")}` : `no finalised block for ${Math.round(silence / 1000)} s`]),
        ...(waiting.length > 0 ? [`starting, waits for ${waiting.join(", ")}`] : []),
        ...(presence._tag === "AtWork" ? [] : [presenceText(presence)]),
        ...(yield* refused.all).map((slot) => refusal(slot))
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
