/**
 * For how long GitHub's record has said the same of issues at each look of this validator, so that a restart does not begin to count anew. Losing the file does:
 * the votes then come later, never earlier.
 */
import { Context, Effect, Layer, Ref, Schema } from "effect"
import type { Watch } from "../../domain/Watch.ts"
import { openStoreFile } from "../../sqlite/storeFile.ts"
import { fileFailure, fileFailureText } from "./failure.ts"

/** The file cannot be used, so nothing may be voted that cannot be undone: how long the record has said so would be forgotten. */
export class WatchesUnavailable extends Schema.TaggedError<WatchesUnavailable>()("WatchesUnavailable", fileFailure) {
  override get message() {
    return fileFailureText("the record of looks", this)
  }
}

export class Watches extends Context.Tag("gittensor/Watches")<
  Watches,
  {
    /** The watches over a contract's competitions, by the competition's id. */
    readonly of: (contract: string) => Effect.Effect<ReadonlyMap<number, Watch>, WatchesUnavailable>
    /** Replaces all of them. */
    readonly replace: (contract: string, watches: ReadonlyMap<number, Watch>) => Effect.Effect<void, WatchesUnavailable>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS watches (
  chain TEXT NOT NULL, contract TEXT NOT NULL, competition INTEGER NOT NULL, says TEXT NOT NULL, last_look INTEGER NOT NULL, blocks INTEGER NOT NULL,
  PRIMARY KEY (chain, contract, competition)
) STRICT, WITHOUT ROWID`

const decodeRows = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ competition: Schema.Int, says: Schema.String, last_look: Schema.Int, blocks: Schema.Int }))
)

export interface WatchesOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
}

/** Opens the record in a scope. */
export const make = Effect.fn("Watches.make")(function* ({ file, chain }: WatchesOptions) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: (failure) => new WatchesUnavailable(failure),
    renew: { name: "the record of looks", consequence: "votes that cannot be undone wait for their whole time again" }
  })

  const of = Effect.fn("Watches.of")(function* (contract: string) {
    return yield* attempt("read watches", () => {
      const rows = database
        .query("SELECT competition, says, last_look, blocks FROM watches WHERE chain = $chain AND contract = $contract")
        .all({ chain, contract })
      return new Map(
        decodeRows(rows).map(({ competition, says, last_look, blocks }) => [competition, { says, lastLook: last_look, blocks }])
      )
    })
  })

  const replace = Effect.fn("Watches.replace")(function* (contract: string, watches: ReadonlyMap<number, Watch>) {
    yield* attempt("keep watches", () =>
      database
        .transaction(() => {
          database.query("DELETE FROM watches WHERE chain = $chain AND contract = $contract").run({ chain, contract })
          const insert = database.query("INSERT INTO watches VALUES ($chain, $contract, $competition, $says, $lastLook, $blocks)")
          for (const [competition, watch] of watches) insert.run({ chain, contract, competition, ...watch })
        })
        .immediate()
    )
  })

  return Watches.of({ of, replace })
})

export const layer = (options: WatchesOptions): Layer.Layer<Watches, WatchesUnavailable> => Layer.scoped(Watches, make(options))

/** Reads the file, and keeps what this process sees in memory only: a later run does not count it. */
export const layerDryRun = (options: WatchesOptions): Layer.Layer<Watches, WatchesUnavailable> =>
  Layer.scoped(
    Watches,
    Effect.gen(function* () {
      const kept = yield* make(options)
      const seen = yield* Ref.make<ReadonlyMap<string, ReadonlyMap<number, Watch>>>(new Map())
      return Watches.of({
        of: (contract) =>
          Effect.flatMap(Ref.get(seen), (own) => Effect.fromNullable(own.get(contract))).pipe(Effect.orElse(() => kept.of(contract))),
        replace: (contract, watches) => Ref.update(seen, (own) => new Map([...own, [contract, watches]]))
      })
    })
  )
