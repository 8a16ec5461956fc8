/**
 * How long this validator has seen issues gone from GitHub, so that a restart does not begin to count anew. Losing the file does: the votes then come
 * later, never earlier.
 */
import { Context, Effect, Layer, Ref, Schema } from "effect"
import type { Absence } from "../../domain/Absence.ts"
import { openStoreFile } from "../../sqlite/storeFile.ts"
import { fileFailure, fileFailureText } from "./failure.ts"

/** The file cannot be used, so nothing may be voted gone: how long it has been gone would be forgotten. */
export class AbsencesUnavailable extends Schema.TaggedError<AbsencesUnavailable>()("AbsencesUnavailable", fileFailure) {
  override get message() {
    return fileFailureText("the record of what is gone", this)
  }
}

export class Absences extends Context.Tag("gittensor/Absences")<
  Absences,
  {
    /** The absences in a contract's competitions, by the competition's id. */
    readonly of: (contract: string) => Effect.Effect<ReadonlyMap<number, Absence>, AbsencesUnavailable>
    /** Replaces all of them. */
    readonly replace: (contract: string, absences: ReadonlyMap<number, Absence>) => Effect.Effect<void, AbsencesUnavailable>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS absences (
  chain TEXT NOT NULL, contract TEXT NOT NULL, competition INTEGER NOT NULL, last_look INTEGER NOT NULL, blocks INTEGER NOT NULL,
  PRIMARY KEY (chain, contract, competition)
) STRICT, WITHOUT ROWID`

const decodeRows = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ competition: Schema.Int, last_look: Schema.Int, blocks: Schema.Int }))
)

export interface AbsencesOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
}

/** Opens the record in a scope. */
export const make = Effect.fn("Absences.make")(function* ({ file, chain }: AbsencesOptions) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: (failure) => new AbsencesUnavailable(failure),
    renew: { name: "the record of what is gone", consequence: "votes on what is gone wait for their whole time again" }
  })

  const of = Effect.fn("Absences.of")(function* (contract: string) {
    return yield* attempt("read absences", () => {
      const rows = database
        .query("SELECT competition, last_look, blocks FROM absences WHERE chain = $chain AND contract = $contract")
        .all({ chain, contract })
      return new Map(decodeRows(rows).map(({ competition, last_look, blocks }) => [competition, { lastLook: last_look, blocks }]))
    })
  })

  const replace = Effect.fn("Absences.replace")(function* (contract: string, absences: ReadonlyMap<number, Absence>) {
    yield* attempt("keep absences", () =>
      database
        .transaction(() => {
          database.query("DELETE FROM absences WHERE chain = $chain AND contract = $contract").run({ chain, contract })
          const insert = database.query("INSERT INTO absences VALUES ($chain, $contract, $competition, $lastLook, $blocks)")
          for (const [competition, { lastLook, blocks }] of absences) insert.run({ chain, contract, competition, lastLook, blocks })
        })
        .immediate()
    )
  })

  return Absences.of({ of, replace })
})

export const layer = (options: AbsencesOptions): Layer.Layer<Absences, AbsencesUnavailable> => Layer.scoped(Absences, make(options))

/** Reads the file, and keeps what this process sees in memory only: a later run does not count it. */
export const layerDryRun = (options: AbsencesOptions): Layer.Layer<Absences, AbsencesUnavailable> =>
  Layer.scoped(
    Absences,
    Effect.gen(function* () {
      const kept = yield* make(options)
      const seen = yield* Ref.make<ReadonlyMap<string, ReadonlyMap<number, Absence>>>(new Map())
      return Absences.of({
        of: (contract) =>
          Effect.flatMap(Ref.get(seen), (own) => Effect.fromNullable(own.get(contract))).pipe(Effect.orElse(() => kept.of(contract))),
        replace: (contract, absences) => Ref.update(seen, (own) => new Map([...own, [contract, absences]]))
      })
    })
  )
