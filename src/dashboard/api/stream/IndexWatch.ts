/** Polls the database once a second on behalf of all listeners: the newest block, and the changes to announce. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Context, Duration, Effect, Layer, Ref, Schedule } from "effect"
import { elapsedMillis } from "../../../layers/machine/effects/elapsed.ts"
import { resultOf } from "../../../layers/machine/effects/resultOf.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { type Database, type DatabaseStopped, explained } from "../../../layers/storage/database/Database.ts"
import type { Pace } from "../../../story/time.ts"
import {
  changesAfter,
  type GitHubSeen,
  gitHubSeen,
  gitHubTrouble,
  type Head,
  hashOf,
  newestBlock,
  paceAt,
  refreshedSince
} from "./changes.ts"
import * as Hub from "./Hub.ts"

export interface SeenIndex {
  readonly head: Head | undefined
  /** When a poll first found this head, by `Clock.currentTimeNanos`. */
  readonly headAt: bigint
  /** The estimate of when blocks come; null: too few are indexed. */
  readonly pace: Pace | null
  /** Why data from GitHub may be missing; undefined: no trouble known. */
  readonly gitHub: Effect.Effect.Success<typeof gitHubTrouble>
  /** Why the last poll failed; undefined if it succeeded. */
  readonly failure: string | undefined
}

export class IndexWatch extends Context.Tag("gittensor/api/IndexWatch")<
  IndexWatch,
  {
    readonly seen: Effect.Effect<SeenIndex>
    readonly hub: Hub.Hub
    /** Fails once the database can only be opened by a new process. */
    readonly stopped: Effect.Effect<never, DatabaseStopped>
  }
>() {}

export interface IndexWatchOptions extends Hub.ListenerLimits {
  readonly every: Duration.DurationInput
  readonly heartbeat: Duration.DurationInput
}

/** Milliseconds since the head was first seen. Independent of changes to the wall clock. */
export const headAge = ({ headAt }: SeenIndex) => Effect.map(Clock.currentTimeNanos, (now) => Number((now - headAt) / 1_000_000n))

/** A poll that takes longer has failed. */
const POLL_TIMEOUT = Duration.seconds(5)
/** Milliseconds between polls for refreshed GitHub data, which changes every few minutes at most. */
const GITHUB_EVERY = 5_000

/** The message that takes a listener from block `after` to the head. */
export const frameAfter = (after: number, head: Head, pace: Pace | null) =>
  Effect.map(changesAfter(after, head, pace), (change) =>
    change === undefined
      ? Hub.reset({ block: head.number, why: "there are too many changes since then" }, head.number)
      : Hub.change(change, head.number)
  )

export const reset = (head: Head | undefined) => Hub.reset({ block: head?.number ?? null, why: "the index was rebuilt" }, head?.number)

/** The message between two polls; undefined: nothing new. */
const step = (before: Head | undefined, head: Head | undefined, pace: Pace | null) =>
  Effect.gen(function* () {
    if (before?.hash === head?.hash) return undefined
    if (head === undefined) return reset(undefined)
    if (before === undefined) return Hub.reset({ block: head.number, why: "the first blocks were indexed" }, head.number)
    if (head.number <= before.number || (yield* hashOf(before.number)) !== before.hash) return reset(head)
    return yield* frameAfter(before.number, head, pace)
  })

const make = (options: IndexWatchOptions) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<SqlClient | Database>()
    const seen = yield* Ref.make<SeenIndex>({
      head: undefined,
      headAt: yield* Clock.currentTimeNanos,
      pace: null,
      gitHub: undefined,
      failure: "the database has not been asked yet"
    })
    const gitHub = yield* Ref.make<{ readonly at: number; readonly seen: GitHubSeen | undefined }>({ at: 0, seen: undefined })
    const hub = Hub.make(options)

    const pollGitHub = Effect.gen(function* () {
      const now = yield* elapsedMillis
      const before = yield* Ref.get(gitHub)
      if (!hub.isHeard() || now - before.at < GITHUB_EVERY) return
      const found = yield* gitHubSeen
      const refreshed = before.seen === undefined ? undefined : yield* refreshedSince(before.seen, found)
      yield* Ref.set(gitHub, { at: now, seen: found })
      if (refreshed !== undefined) yield* hub.publish(Hub.gitHub(refreshed))
    })

    const poll = Effect.gen(function* () {
      const before = yield* Ref.get(seen)
      const head = yield* newestBlock
      const pace = head === undefined ? null : head.hash === before.head?.hash ? before.pace : yield* paceAt(head.number)
      // No message without listeners, or at the first success: new listeners are greeted with the head.
      const message =
        !hub.isHeard() || (before.failure !== undefined && before.head === undefined) ? undefined : yield* step(before.head, head, pace)
      const headAt = head?.hash === before.head?.hash ? before.headAt : yield* Clock.currentTimeNanos
      yield* Ref.set(seen, { head, headAt, pace, gitHub: yield* gitHubTrouble, failure: undefined })
      if (message !== undefined) yield* hub.publish(message)
      yield* pollGitHub
    }).pipe(
      explained,
      Effect.timeoutFail({ duration: POLL_TIMEOUT, onTimeout: () => new Error(`no answer within ${Duration.format(POLL_TIMEOUT)}`) }),
      Effect.catchAll((error) =>
        Effect.gen(function* () {
          if ("_tag" in error && error._tag === "DatabaseStopped") return yield* error
          const failure = error.message
          const { failure: before } = yield* Ref.getAndUpdate(seen, (last): SeenIndex => ({ ...last, failure }))
          yield* count("gittensor_api_stream_poll_failures_total")
          // Logged once, not every second.
          if (before !== failure) yield* Effect.logWarning(failure)
        })
      ),
      Effect.catchAllDefect((defect) =>
        Effect.zipRight(
          Effect.logError("polling the index failed", defect),
          Ref.update(seen, (last): SeenIndex => ({ ...last, failure: "internal error: see the server's log" }))
        )
      ),
      Effect.provide(context)
    )

    yield* poll
    const polling = yield* poll.pipe(Effect.delay(options.every), Effect.forever, Effect.forkScoped)
    yield* hub.heartbeat.pipe(Effect.repeat(Schedule.spaced(options.heartbeat)), Effect.delay(options.heartbeat), Effect.forkScoped)
    return IndexWatch.of({ seen: Ref.get(seen), hub, stopped: resultOf(polling) })
  })

export const layer = (options: IndexWatchOptions) => Layer.scoped(IndexWatch, make(options))
