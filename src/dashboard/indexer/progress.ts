/** Logs the progress of a long run. */
import { Duration, Effect, Ref } from "effect"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"

const EVERY = Duration.seconds(10)

const formatDuration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`

export interface Progress {
  /** Counts stored blocks. */
  readonly add: (blocks: number) => Effect.Effect<void>
  readonly total: Effect.Effect<number>
}

/** Logs block, rate and time left every ten seconds until the scope closes. */
export const report = Effect.fn("indexer.progress")(function* (from: number, to: number) {
  const done = yield* Ref.make(0)
  const began = yield* elapsedMillis
  const line = Effect.gen(function* () {
    const blocks = yield* Ref.get(done)
    const seconds = ((yield* elapsedMillis) - began) / 1000
    const rate = blocks / seconds
    yield* Effect.logInfo("indexing").pipe(
      Effect.annotateLogs({
        block: from + blocks - 1,
        of: to,
        "blocks/s": Math.round(rate * 10) / 10,
        left: rate > 0 ? formatDuration((to - from + 1 - blocks) / rate) : "unknown"
      })
    )
  })
  yield* line.pipe(Effect.delay(EVERY), Effect.forever, Effect.forkScoped)
  const progress: Progress = { add: (blocks) => Ref.update(done, (before) => before + blocks), total: Ref.get(done) }
  return progress
})
