/** Health, readiness and metrics of a long-running index, over HTTP and to the service manager. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Context, Duration, Effect, Option, Ref } from "effect"
import { GITHUB_TROUBLES, type GitHubTrouble } from "../../domain/GitHubTrouble.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { refusal } from "../../layers/github/client/RefusedTokens.ts"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"
import { metricsText } from "../../layers/machine/http/MetricsListener.ts"
import { ServiceManager } from "../../layers/machine/process/ServiceManager.ts"
import { metricsOf } from "../../layers/machine/telemetry/catalogue.ts"
import { count, countMany, observe, set } from "../../layers/machine/telemetry/metrics.ts"
import { measureProcess } from "../../layers/machine/telemetry/processMetrics.ts"
import { render } from "../../layers/machine/telemetry/prometheus.ts"

interface State {
  /** The newest finalised head received. */
  readonly head: number | null
  /** The newest stored block. */
  readonly at: number | null
  /** When the head arrived, in milliseconds of the monotonic clock. */
  readonly headAt: number
  /** Time of the last progress: a head arrived, or blocks were stored. */
  readonly movedAt: number
  readonly isCaughtUp: boolean
  /** The error that is being retried. */
  readonly retrying: string | null
  /** Why data from GitHub may be missing. */
  readonly gitHub: GitHubTrouble | null
  readonly unwritten: ReadonlyArray<Unwritten>
  /** A notice about the contract's code. */
  readonly edition: string | null
}

/** A comment or status on GitHub that could not be written. */
export interface Unwritten {
  /** When it failed first, in milliseconds of the monotonic clock. */
  readonly since: number
  readonly why: string
}

export interface Monitor {
  readonly headSeen: (head: BlockReference) => Effect.Effect<void>
  readonly stored: (blocks: number, newest: Option.Option<BlockReference>) => Effect.Effect<void>
  /** Records a pass that has reached the finalised head. `at`: the newest stored block. */
  readonly passed: (pass: { readonly at: BlockReference | undefined; readonly seconds: number }) => Effect.Effect<void>
  readonly retrying: (error: { readonly _tag: string; readonly message: string }) => Effect.Effect<void>
  /** Records the end of a refresh from GitHub, with its trouble or null. */
  readonly gitHub: (trouble: GitHubTrouble | null) => Effect.Effect<void>
  /** Records comments and statuses that could not be written so far. */
  readonly unwritten: (all: ReadonlyArray<Unwritten>) => Effect.Effect<void>
  /** Records a notice about the contract's code; null: it is this program's edition. */
  readonly edition: (note: string | null) => Effect.Effect<void>
}

const silentMonitor: Monitor = {
  headSeen: () => Effect.void,
  stored: () => Effect.void,
  passed: () => Effect.void,
  retrying: () => Effect.void,
  gitHub: () => Effect.void,
  unwritten: () => Effect.void,
  edition: () => Effect.void
}

/** Receives the index's progress. The default ignores it, as in a single pass. */
export class IndexMonitor extends Context.Reference<IndexMonitor>()("gittensor/indexer/IndexMonitor", {
  defaultValue: () => silentMonitor
}) {}

/** Milliseconds without a new finalised block after which the index is unhealthy: five blocks of 12 s. */
const HEALTHY_SILENCE = 60_000

/** Maximum of blocks behind the head for writing on GitHub: five minutes of 12 s blocks, the usual interval between two edits of a comment. */
const MOST_BEHIND_TO_WRITE = 25

/** Whether the index has reached the finalised head, still receives heads, and keeps up with them. */
export const isAtHead = ({ state }: Pick<IndexStatus, "state">): Effect.Effect<boolean> =>
  Effect.zipWith(
    state,
    elapsedMillis,
    ({ at, head, headAt, isCaughtUp }, now) =>
      isCaughtUp && at !== null && head !== null && head - at <= MOST_BEHIND_TO_WRITE && now - headAt < HEALTHY_SILENCE
  )

/** Milliseconds after which /health reports an unwritten comment or status: an hour. */
const LONG_UNWRITTEN = 3_600_000

/** Items unwritten for long, with the oldest one's reason; null: none. */
const unwrittenText = (all: ReadonlyArray<Unwritten>, now: number): string | null => {
  const [oldest, ...more] = all.filter(({ since }) => now - since >= LONG_UNWRITTEN).toSorted((one, other) => one.since - other.since)
  if (oldest === undefined) return null
  const hours = Math.floor((now - oldest.since) / 3_600_000)
  return `for ${hours} h ${more.length + 1} of the comments and statuses on GitHub could not be written: ${oldest.why}`
}

export const make = Effect.gen(function* () {
  const began = yield* elapsedMillis
  const state = yield* Ref.make<State>({
    head: null,
    at: null,
    headAt: began,
    movedAt: began,
    isCaughtUp: false,
    retrying: null,
    gitHub: null,
    unwritten: [],
    edition: null
  })
  const move = (change: (before: State, now: number) => Partial<State>) =>
    Effect.flatMap(elapsedMillis, (now) => Ref.update(state, (before) => ({ ...before, movedAt: now, ...change(before, now) })))
  const monitor: Monitor = {
    headSeen: ({ number }) =>
      Effect.zipRight(
        move((_, now) => ({ head: number, headAt: now })),
        set("gittensor_indexer_chain_head_block", number)
      ),
    stored: (blocks, newest) =>
      Effect.zipRight(
        move(({ at }) => ({ at: Option.match(newest, { onNone: () => at, onSome: ({ number }) => number }), retrying: null })),
        countMany("gittensor_indexer_blocks_total", blocks)
      ),
    passed: ({ at, seconds }) =>
      Effect.gen(function* () {
        yield* move((before) => ({ at: at?.number ?? before.at, isCaughtUp: true, retrying: null }))
        yield* set("gittensor_indexer_last_success_timestamp_seconds", Math.round((yield* Clock.currentTimeMillis) / 1000))
        yield* observe("gittensor_indexer_pass_duration_seconds", seconds)
      }),
    retrying: ({ _tag, message }) =>
      Effect.zipRight(
        Ref.update(state, (before) => ({ ...before, retrying: message })),
        count("gittensor_indexer_retries_total", { why: _tag })
      ),
    gitHub: (trouble) => Ref.update(state, (before) => ({ ...before, gitHub: trouble })),
    unwritten: (all) => Ref.update(state, (before) => ({ ...before, unwritten: all })),
    edition: (note) => Ref.update(state, (before) => ({ ...before, edition: note }))
  }
  return { monitor, state: Ref.get(state) }
})

export interface IndexStatus {
  readonly state: Effect.Effect<State>
  /** Maximum healthy number of blocks behind the chain's head. */
  readonly maxBehind: number
  readonly version: string
  /** Indices of the tokens that GitHub rejects. */
  readonly refusedTokens: Effect.Effect<ReadonlyArray<number>>
}

const examine = ({ state, maxBehind, version, refusedTokens }: IndexStatus) =>
  Effect.gen(function* () {
    const refused = yield* refusedTokens
    const { head, at, headAt, isCaughtUp, retrying, gitHub, unwritten, edition } = yield* state
    const now = yield* elapsedMillis
    const silence = now - headAt
    const behind = head === null || at === null ? null : Math.max(0, head - at)
    const wrong = [
      ...(silence < HEALTHY_SILENCE ? [] : [`no finalised block for ${Math.round(silence / 1000)} s`]),
      ...(retrying === null ? [] : [retrying]),
      ...(isCaughtUp && behind !== null && behind > maxBehind ? [`the index is ${behind} blocks behind, more than ${maxBehind}`] : []),
      ...refused.map((slot) => refusal(slot)),
      ...(gitHub === "unanswered" ? [GITHUB_TROUBLES.unanswered] : [])
    ]
    const missing = gitHub === null ? null : GITHUB_TROUBLES[gitHub]
    const notWritten = unwrittenText(unwritten, now)
    return {
      healthy: wrong.length === 0,
      wrong,
      missing,
      notWritten,
      ready: isCaughtUp,
      block: at,
      chainHead: head,
      behind,
      edition,
      version
    }
  })

const metrics = ({ state, version }: IndexStatus) =>
  Effect.gen(function* () {
    const now = yield* elapsedMillis
    const { at, headAt, isCaughtUp, retrying } = yield* state
    if (at !== null) yield* set("gittensor_indexer_head_block", at)
    yield* set("gittensor_indexer_caught_up", isCaughtUp ? 1 : 0)
    yield* set("gittensor_indexer_waiting", retrying === null ? 0 : 1)
    yield* set("gittensor_indexer_head_age_seconds", Math.max(0, now - headAt) / 1000)
    yield* measureProcess(version)
    return yield* render(metricsOf("index"))
  })

/** /health, /live, /ready and /metrics of a long-running index. */
export const routes = (status: IndexStatus) =>
  HttpRouter.empty.pipe(
    HttpRouter.get(
      "/health",
      Effect.flatMap(examine(status), (found) => HttpServerResponse.json(found, { status: found.healthy ? 200 : 503 }))
    ),
    HttpRouter.get(
      "/live",
      Effect.flatMap(movement(status, DEFAULT_PATIENCE), ({ isMoving, silence }) =>
        HttpServerResponse.json({ live: isMoving, secondsSinceProgress: Math.round(silence / 1000) }, { status: isMoving ? 200 : 503 })
      )
    ),
    HttpRouter.get(
      "/ready",
      Effect.flatMap(status.state, ({ isCaughtUp }) => HttpServerResponse.json({ ready: isCaughtUp }, { status: isCaughtUp ? 200 : 503 }))
    ),
    HttpRouter.get("/metrics", Effect.map(metrics(status), metricsText))
  )

/** Milliseconds without progress before /live fails, if no service manager sets a watchdog: two minutes. */
const DEFAULT_PATIENCE = 120_000

/**
 * Milliseconds since the last progress, and whether that is at most half of `patience`. Waiting for chain or database counts as progress, because a restart
 * would repair neither.
 */
const movement = ({ state }: Pick<IndexStatus, "state">, patience: number) =>
  Effect.gen(function* () {
    const { movedAt, retrying } = yield* state
    const silence = (yield* elapsedMillis) - movedAt
    return { silence, isMoving: silence * 2 <= patience || retrying !== null }
  })

/** Notifies the service manager, for ever: readiness once the finalised head is reached, the status, and watchdog signals while there is progress. */
export const tellServiceManager = ({ state, refusedTokens }: IndexStatus) =>
  Effect.gen(function* () {
    const manager = yield* ServiceManager
    const isReadySent = yield* Ref.make(false)
    const limit = Option.match(manager.watchdog, { onNone: () => DEFAULT_PATIENCE, onSome: Duration.toMillis })
    const turn = Effect.gen(function* () {
      const { head, at, isCaughtUp, retrying } = yield* state
      if (isCaughtUp && !(yield* Ref.getAndSet(isReadySent, true))) yield* manager.ready
      const { isMoving, silence } = yield* movement({ state }, limit)
      yield* manager.status(
        [
          `block ${at ?? "none"} of ${head ?? "?"}`,
          ...(isCaughtUp ? [] : ["catching up"]),
          ...(retrying === null ? [] : [`retrying: ${retrying}`]),
          ...(yield* refusedTokens).map((slot) => refusal(slot)),
          ...(isMoving ? [] : [`nothing new for ${Math.round(silence / 1000)} s`])
        ].join("; ")
      )
      if (Option.isNone(manager.watchdog) || !isMoving) return
      yield* manager.alive
    })
    yield* Effect.addFinalizer(() => manager.stopping)
    return yield* turn.pipe(Effect.zipRight(Effect.sleep(Duration.millis(Math.min(limit / 4, 10_000)))), Effect.forever)
  }).pipe(Effect.scoped)
