/** Every finalised block from now on, each once and in order, across lost connections and changes of node. */
import { Chunk, Deferred, Duration, Effect, Ref, Schedule, Stream } from "effect"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { count } from "../../machine/telemetry/metrics.ts"
import type { BlockReference } from "./BlockReference.ts"
import type { Connection } from "./connections.ts"
import { ChainUnavailable, reasonOf } from "./errors.ts"

export interface Source {
  readonly endpoint: string
  /** The connection in use, or the next one. */
  readonly current: Effect.Effect<Connection>
  /** The hashes of finalised blocks, in order. */
  readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
  readonly learn: (block: BlockReference) => void
  /** After this much silence of a subscription, checks whether the node has newer blocks. */
  readonly silence?: Duration.Duration
}

const MOST_SILENCE = Duration.seconds(20)
/** The pause before the next request to a node that failed to answer. */
const BEFORE_RETRY = Duration.seconds(1)
/** The pause after a connection has ended, in which it stops being the current one. */
const REPLACEMENT = Duration.millis(20)

export const make = ({ endpoint, current, hashesOf, learn, silence = MOST_SILENCE }: Source): Stream.Stream<BlockReference> => {
  const operation = "subscribe to finalised heads"
  const unavailable = (reason: string) => new ChainUnavailable({ endpoint, operation, reason })

  /**
   * The heads from one connection. If a subscription stays silent while the node has newer blocks, or does not answer, the connection counts as lost.
   * A second subscription on the same connection would not reach the node: for 1.75 s polkadot.js keeps a subscription without listeners, and repeats
   * its last value (`refCountDelay` of `drr` in @polkadot/rpc-core 16.5).
   */
  const told = ({ api, lost, superseded }: Connection) =>
    Stream.unwrapScoped(
      Effect.gen(function* () {
        const newest = yield* Ref.make({ number: -1, at: yield* elapsedMillis })
        const notices = Stream.asyncScoped<BlockReference, ChainUnavailable>((emit) =>
          Effect.acquireRelease(
            Effect.tryPromise({
              try: () =>
                api.rpc.chain.subscribeFinalizedHeads(
                  (header) => void emit(Effect.succeed(Chunk.of({ number: header.number.toNumber(), hash: header.hash.toHex() })))
                ),
              catch: (cause) => unavailable(reasonOf(cause))
            }),
            // Unsubscribing fails if the node is gone.
            (unsubscribe) => Effect.sync(unsubscribe)
          )
        ).pipe(Stream.tap(({ number }) => Effect.flatMap(elapsedMillis, (at) => Ref.set(newest, { number, at }))))
        const suspicion = Effect.gen(function* () {
          yield* Effect.sleep(silence)
          const { number, at } = yield* Ref.get(newest)
          if ((yield* elapsedMillis) - at < Duration.toMillis(silence)) return
          const head = yield* Effect.tryPromise({
            try: async () => (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber(),
            catch: (cause) => unavailable(reasonOf(cause))
          })
          if (head > number + 1) return yield* unavailable(`the node has block ${head} but announced only ${number}`)
        }).pipe(
          Effect.forever,
          Effect.tapError((why) => Deferred.fail(lost, why))
        )
        return notices.pipe(Stream.interruptWhen(suspicion), Stream.interruptWhenDeferred(lost), Stream.interruptWhenDeferred(superseded))
      })
    )

  /** The pause before the next subscription. After the end of a connection it is short, because `current` then waits for the next one. */
  const pause = ({ lost, superseded }: Connection) =>
    Effect.zipWith(Deferred.isDone(lost), Deferred.isDone(superseded), (isLost, isSuperseded) => isLost || isSuperseded).pipe(
      Effect.flatMap((hasEnded) => Effect.sleep(hasEnded ? REPLACEMENT : BEFORE_RETRY))
    )

  const followed = (connection: Connection, last: Ref.Ref<number | undefined>) =>
    told(connection).pipe(
      Stream.mapEffect((newest) =>
        Effect.gen(function* () {
          learn(newest)
          const before = (yield* Ref.get(last)) ?? newest.number - 1
          // A node that lags repeats blocks that were already seen.
          const missing = Array.from({ length: Math.max(0, newest.number - before - 1) }, (_, index) => before + 1 + index)
          const hashes = yield* hashesOf(missing)
          yield* Ref.set(last, Math.max(before, newest.number))
          const between = missing.map((number, index): BlockReference => ({ number, hash: hashes[index] ?? "" }))
          return newest.number > before ? [...between, newest] : []
        })
      ),
      Stream.mapConcat((blocks) => blocks),
      Stream.tap(() => count("gittensor_finalised_blocks_total")),
      Stream.tapError((error) => Effect.logDebug("subscribing to finalised heads again", error.message)),
      Stream.tapError(() => pause(connection))
    )

  return Stream.unwrap(
    Effect.map(Ref.make<number | undefined>(undefined), (last) =>
      Stream.unwrap(Effect.map(current, (connection) => followed(connection, last))).pipe(
        // The retries never end, so no error remains.
        Stream.retry(Schedule.forever),
        Stream.orDie
      )
    )
  )
}
