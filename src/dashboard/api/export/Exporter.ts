/** Exports the page whenever the index changes, until its scope closes. A retry exports the newest state, so no change is lost. */
import { Duration, Effect, Queue, Ref, Schedule } from "effect"
import { count, countMany, observe, set } from "../../../layers/machine/telemetry/metrics.ts"
import type { ObjectStore } from "../../../layers/storage/objects/ObjectStore.ts"
import type { Page } from "../page/Page.ts"
import { networkWith } from "../queries/chain.ts"
import { IndexWatch } from "../stream/IndexWatch.ts"
import { makePublisher } from "./publish.ts"
import { readSnapshot } from "./snapshot.ts"

const DEBOUNCE = Duration.seconds(2)
/** After an export, the exporter pauses for `REST` times the export's duration, at most `LONGEST_REST`, to spare the database. */
const [REST, LONGEST_REST] = [4, Duration.minutes(1)]
/** Retry delay: exponential, from one second to a minute. */
const RETRY_DELAYS = Schedule.exponential(Duration.seconds(1)).pipe(Schedule.union(Schedule.spaced(Duration.minutes(1))))

export interface Exporter {
  /** Why the last export failed, for /health. */
  readonly problems: Effect.Effect<ReadonlyArray<string>>
}

/** Starts exporting to a folder or a bucket. `witnesses`: the nodes that the check of a match may ask. */
export const make = Effect.fn("Exporter.make")(function* (store: ObjectStore, page: Page, witnesses: ReadonlyArray<string>) {
  const { hub } = yield* IndexWatch
  const changes = yield* hub.follow
  const problem = yield* Ref.make<string | undefined>(undefined)
  const publish = makePublisher(store, page, networkWith(witnesses))

  const exportOnce = Effect.gen(function* () {
    const snapshot = yield* readSnapshot
    if (snapshot === undefined) return
    const { parts, files, bytes, removed } = yield* publish(snapshot)
    yield* set("gittensor_export_block", snapshot.block)
    yield* countMany("gittensor_export_parts_total", parts + files, { what: "written" })
    yield* countMany("gittensor_export_parts_total", removed, { what: "removed" })
    yield* countMany("gittensor_export_bytes_total", bytes)
    yield* Effect.logDebug("the page was exported").pipe(
      Effect.annotateLogs({ block: snapshot.block, where: store.where, parts, files, bytes, removed })
    )
  }).pipe(Effect.withSpan("export"))

  /** Logs a failure once, not at every retry. */
  const failed = (message: string) =>
    Effect.gen(function* () {
      yield* count("gittensor_export_total", { result: "failed" })
      const before = yield* Ref.getAndSet(problem, message)
      if (before !== message) yield* Effect.logError(`the page was not exported and will be tried again: ${message}`)
    })

  const succeeded = Effect.gen(function* () {
    yield* count("gittensor_export_total", { result: "exported" })
    const before = yield* Ref.getAndSet(problem, undefined)
    if (before !== undefined) yield* Effect.logInfo(`the page is exported to ${store.where} again`)
  })

  /** Returns the duration of the successful attempt. */
  const exportUntilDone = exportOnce.pipe(
    Effect.catchAllDefect((defect) =>
      Effect.zipRight(Effect.logError("exporting the page failed", defect), Effect.fail(new Error("internal error: see the log")))
    ),
    Effect.timed,
    Effect.tapBoth({ onFailure: ({ message }) => failed(message), onSuccess: () => succeeded }),
    Effect.retry(RETRY_DELAYS),
    Effect.orDie
  )

  const round = Effect.gen(function* () {
    const [duration] = yield* exportUntilDone
    yield* observe("gittensor_export_duration_seconds", Duration.toSeconds(duration))
    yield* Effect.sleep(Duration.min(Duration.times(duration, REST), LONGEST_REST))
    yield* Queue.take(changes)
    yield* Effect.sleep(DEBOUNCE)
    // The next snapshot includes all of these changes.
    yield* Queue.takeAll(changes)
  })

  yield* Effect.forkScoped(Effect.forever(round))
  const exporter: Exporter = {
    problems: Effect.map(Ref.get(problem), (message) => (message === undefined ? [] : [`the page is not exported: ${message}`]))
  }
  return exporter
})
