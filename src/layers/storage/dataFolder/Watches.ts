/**
 * Stores for how long each of this validator's checks of a thing has had the same result, so that a restart does not start the count anew. A lost
 * file does: the result then counts later, never earlier.
 */
import { Context, Effect, Layer, Ref, Schema } from "effect"
import type { Watch } from "../../../domain/Watch.ts"
import { openStoreFile } from "../sqlite/storeFile.ts"
import { fileFailed, type Result, type StoreUnavailable } from "./failure.ts"

export class Watches extends Context.Tag("gittensor/Watches")<
  Watches,
  {
    /** The watches over things of one kind, by the thing's name. `kind`: such as a contract's address, for its competitions. */
    readonly of: (kind: string) => Result<ReadonlyMap<string, Watch>>
    /** Stores changed watches; undefined ends a watch. */
    readonly change: (kind: string, changes: ReadonlyMap<string, Watch | undefined>) => Result<void>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS looks (
  chain TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, says TEXT NOT NULL, last_look INTEGER NOT NULL, blocks INTEGER NOT NULL, last TEXT,
  PRIMARY KEY (chain, kind, name)
) STRICT, WITHOUT ROWID`

const decodeRows = Schema.decodeUnknownSync(
  Schema.Array(
    Schema.Struct({
      name: Schema.String,
      says: Schema.String,
      last_look: Schema.Int,
      blocks: Schema.Int,
      last: Schema.NullOr(Schema.String)
    })
  )
)

export interface WatchesOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
}

export const make = Effect.fn("Watches.make")(function* ({ file, chain }: WatchesOptions) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: fileFailed("the record of looks"),
    renew: { name: "the record of looks", consequence: "what is gone is missing for its whole time again before it counts" }
  })

  const of = Effect.fn("Watches.of")(function* (kind: string) {
    return yield* attempt("read watches", () => {
      const rows = database.query("SELECT name, says, last_look, blocks, last FROM looks WHERE chain = $chain AND kind = $kind")
      return new Map(
        decodeRows(rows.all({ chain, kind })).map(({ name, says, last_look, blocks, last }): readonly [string, Watch] => [
          name,
          { says, lastLook: last_look, blocks, ...(last === null ? {} : { last }) }
        ])
      )
    })
  })

  const change = Effect.fn("Watches.change")(function* (kind: string, changes: ReadonlyMap<string, Watch | undefined>) {
    if (changes.size === 0) return
    yield* attempt("keep watches", () =>
      database
        .transaction(() => {
          const end = database.query("DELETE FROM looks WHERE chain = $chain AND kind = $kind AND name = $name")
          const keep = database.query(`INSERT OR REPLACE INTO looks (chain, kind, name, says, last_look, blocks, last)
            VALUES ($chain, $kind, $name, $says, $lastLook, $blocks, $last)`)
          for (const [name, watch] of changes)
            if (watch === undefined) end.run({ chain, kind, name })
            else keep.run({ chain, kind, name, ...watch, last: watch.last ?? null })
        })
        .immediate()
    )
  })

  return Watches.of({ of, change })
})

export const layer = (options: WatchesOptions): Layer.Layer<Watches, StoreUnavailable> => Layer.scoped(Watches, make(options))

/** In memory, on top of the watches of `first`. */
const inMemory = (first: Watches["Type"]["of"]): Effect.Effect<Watches["Type"]> =>
  Effect.map(Ref.make<ReadonlyMap<string, ReadonlyMap<string, Watch>>>(new Map()), (seen) => {
    const of = (kind: string) =>
      Effect.flatMap(Ref.get(seen), (own) => Effect.fromNullable(own.get(kind))).pipe(Effect.orElse(() => first(kind)))
    return Watches.of({
      of,
      change: (kind, changes) =>
        Effect.flatMap(of(kind), (before) => {
          const after = [...before, ...changes].flatMap(([name]) => {
            const watch = changes.has(name) ? changes.get(name) : before.get(name)
            return watch === undefined ? [] : [[name, watch] as const]
          })
          return Ref.update(seen, (own) => new Map([...own, [kind, new Map(after)]]))
        })
    })
  })

/** For one process; lost when it ends. */
export const makeInMemory: Effect.Effect<Watches["Type"]> = inMemory(() => Effect.succeed(new Map()))

/** Reads the file, and keeps this process's checks in memory only, so that a later run does not count them. */
export const layerDryRun = (options: WatchesOptions): Layer.Layer<Watches, StoreUnavailable> =>
  Layer.scoped(
    Watches,
    Effect.flatMap(make(options), ({ of }) => inMemory(of))
  )
