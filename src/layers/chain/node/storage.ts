/** Reads raw storage values. Concurrent reads of one block share one request. */
import { Deferred, Effect, FiberId, Schema } from "effect"
import type { ChainUnavailable } from "./errors.ts"

/** The answer of `state_queryStorageAt`: one set of changes, which are the values. */
const Answer = Schema.Array(Schema.Struct({ changes: Schema.Array(Schema.Tuple(Schema.String, Schema.NullOr(Schema.String))) }))

/** A request that has not been sent yet. */
interface Batch {
  readonly keys: Set<string>
  readonly values: Deferred.Deferred<ReadonlyMap<string, string | null>, ChainUnavailable>
}

/** Lets all other fibers run until they wait for I/O. */
const yieldToOthers = Effect.promise(async () => {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => void setImmediate(resolve))
})

/** Reads keys at a block's hash. `ask` sends the request within its time limit; `unreadable` makes the error for a malformed answer. */
export const make = (
  ask: (keys: ReadonlyArray<string>, at: string) => Effect.Effect<unknown, ChainUnavailable>,
  unreadable: (reason: string) => ChainUnavailable
) => {
  const waiting = new Map<string, Batch>()

  const send = ({ keys, values }: Batch, at: string) =>
    yieldToOthers.pipe(
      Effect.zipRight(
        Effect.suspend(() => {
          waiting.delete(at)
          return ask([...keys], at)
        })
      ),
      Effect.flatMap((answer) => Effect.mapError(Schema.decodeUnknown(Answer)(answer), ({ message }) => unreadable(message))),
      Effect.map((sets) => new Map(sets.flatMap(({ changes }) => changes))),
      Effect.intoDeferred(values),
      // The caller that started the request may be interrupted; the others still wait for the answer.
      Effect.forkDaemon
    )

  return (keys: ReadonlyArray<string>, at: string): Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable> =>
    Effect.gen(function* () {
      const open = waiting.get(at)
      const batch: Batch = open ?? { keys: new Set(), values: Deferred.unsafeMake(FiberId.none) }
      for (const key of keys) batch.keys.add(key)
      if (open === undefined) {
        waiting.set(at, batch)
        yield* send(batch, at)
      }
      const values = yield* Deferred.await(batch.values)
      return keys.map((key) => values.get(key) ?? null)
    })
}
