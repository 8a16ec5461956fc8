/** Raw values of the chain's storage. Reads of one block that are wanted at the same time by several are one request. */
import { Array as Arrays, Effect, Request, RequestResolver, Schema } from "effect"
import type { ChainUnavailable } from "./errors.ts"

/** Bytes in 0x-hex by the order of the keys, null where nothing is stored. */
type Values = ReadonlyArray<string | null>

interface StoredValues extends Request.Request<Values, ChainUnavailable> {
  readonly _tag: "StoredValues"
  readonly keys: ReadonlyArray<string>
  readonly at: string
}
const StoredValues = Request.tagged<StoredValues>("StoredValues")

/** What `state_queryStorageAt` answers: one set of changes, which are the values. */
const Answer = Schema.Array(Schema.Struct({ changes: Schema.Array(Schema.Tuple(Schema.String, Schema.NullOr(Schema.String))) }))

/** Reads keys at a block's hash. `ask` sends the request; `unreadable` is for an answer of another form. */
export const make = (
  ask: (keys: ReadonlyArray<string>, at: string) => Effect.Effect<unknown, ChainUnavailable>,
  unreadable: (reason: string) => ChainUnavailable
) => {
  const readAll = (at: string, wanted: ReadonlyArray<StoredValues>) =>
    ask([...new Set(wanted.flatMap(({ keys }) => keys))], at).pipe(
      Effect.flatMap((answer) => Effect.mapError(Schema.decodeUnknown(Answer)(answer), ({ message }) => unreadable(message))),
      Effect.flatMap((sets) => {
        const values = new Map(sets.flatMap(({ changes }) => changes))
        return Effect.forEach(
          wanted,
          (one) =>
            Request.succeed(
              one,
              one.keys.map((key) => values.get(key) ?? null)
            ),
          { discard: true }
        )
      }),
      Effect.catchAll((error) => Effect.forEach(wanted, (one) => Request.fail(one, error), { discard: true }))
    )
  const resolver = RequestResolver.makeBatched((wanted: ReadonlyArray<StoredValues>) =>
    Effect.forEach(Object.entries(Arrays.groupBy(wanted, ({ at }) => at)), ([at, ones]) => readAll(at, ones), {
      concurrency: "unbounded",
      discard: true
    })
  )
  return (keys: ReadonlyArray<string>, at: string): Effect.Effect<Values, ChainUnavailable> =>
    Effect.request(StoredValues({ keys, at }), resolver)
}
