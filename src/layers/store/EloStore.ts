/**
 * The last ratings and their history, for display. A cache: ratings are recomputed from the contract every round, nothing reads a decision
 * from here, and a file that is lost or damaged is begun anew.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Ratings } from "../../elo/ratings.ts"
import { adviceFor } from "../../sqlite/sqlite.ts"
import { openStoreFile } from "../../sqlite/storeFile.ts"

/** A miner's rating as it was at the block of a round. `rating`: 1/1000 point. */
export const RatingPoint = Schema.Struct({
  hotkey: Schema.String,
  block: Schema.Int,
  rating: Schema.Int,
  games: Schema.Int,
  provisional: Schema.Boolean,
  eligible: Schema.Boolean
})
export interface RatingPoint extends Schema.Schema.Type<typeof RatingPoint> {}

/** The file of ratings cannot be used. Nothing but the display of past ratings depends on it. */
export class EloStoreUnavailable extends Schema.TaggedError<EloStoreUnavailable>()("EloStoreUnavailable", {
  operation: Schema.String,
  file: Schema.String,
  code: Schema.String
}) {
  override get message() {
    return `the ratings' history ${this.file} failed at "${this.operation}" (${this.code}): ${adviceFor(this.code)}`
  }
}

type Result<A> = Effect.Effect<A, EloStoreUnavailable>

export class EloStore extends Context.Tag("gittensor/EloStore")<
  EloStore,
  {
    /** Writes the ratings of the round at `block`; those written for that contract and block before are replaced. */
    readonly record: (contract: string, block: number, ratings: Ratings) => Result<void>
    /** The ratings of the last round that was recorded, best first; none before the first. */
    readonly latest: (contract: string) => Result<ReadonlyArray<RatingPoint>>
    /** The last `limit` points of a miner at which the rating or the number of games changed, oldest first. */
    readonly history: (contract: string, hotkey: string, limit: number) => Result<ReadonlyArray<RatingPoint>>
    /** Forgets rounds before the block; returns how many points. */
    readonly dropBefore: (contract: string, block: number) => Result<number>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS ratings (
  contract TEXT NOT NULL, hotkey TEXT NOT NULL, block INTEGER NOT NULL, rating INTEGER NOT NULL, games INTEGER NOT NULL,
  provisional INTEGER NOT NULL, eligible INTEGER NOT NULL, PRIMARY KEY (contract, hotkey, block)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ratings_by_block ON ratings (contract, block)`

const HISTORY = `SELECT hotkey, block, rating, games, provisional, eligible FROM (
    SELECT *, lag(rating) OVER points AS rating_before, lag(games) OVER points AS games_before FROM ratings
    WHERE contract = $contract AND hotkey = $hotkey WINDOW points AS (ORDER BY block)
  ) WHERE rating IS NOT rating_before OR games IS NOT games_before
  ORDER BY block DESC LIMIT $limit`

const LATEST = `SELECT hotkey, block, rating, games, provisional, eligible FROM ratings
  WHERE contract = $contract AND block = (SELECT max(block) FROM ratings WHERE contract = $contract)
  ORDER BY rating DESC, hotkey`

const SqliteBoolean = Schema.transform(Schema.Int, Schema.Boolean, { strict: true, decode: (bit) => bit !== 0, encode: Number })
const decodeRows = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ ...RatingPoint.fields, provisional: SqliteBoolean, eligible: SqliteBoolean }))
)

/** Opens the store in a scope. `file`: its path (the folder is made), or ":memory:". */
export const make = Effect.fn("EloStore.make")(function* (file: string) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: (failure) => new EloStoreUnavailable(failure),
    renew: { name: "the ratings' history", consequence: "ratings are not affected" }
  })

  const record = Effect.fn("EloStore.record")(function* (contract: string, block: number, ratings: Ratings) {
    yield* attempt("record ratings", () => {
      const insert = database.query("INSERT INTO ratings VALUES ($contract, $hotkey, $block, $rating, $games, $provisional, $eligible)")
      database
        .transaction(() => {
          database.query("DELETE FROM ratings WHERE contract = $contract AND block = $block").run({ contract, block })
          for (const { hotkey, rating, games, provisional, eligible } of ratings.values())
            insert.run({ contract, block, hotkey, rating, games, provisional: Number(provisional), eligible: Number(eligible) })
        })
        .immediate()
    })
  })

  const latest = Effect.fn("EloStore.latest")(function* (contract: string) {
    return yield* attempt("read the last ratings", () => decodeRows(database.query(LATEST).all({ contract })))
  })

  const history = Effect.fn("EloStore.history")(function* (contract: string, hotkey: string, limit: number) {
    const points = yield* attempt("read a history", () => decodeRows(database.query(HISTORY).all({ contract, hotkey, limit })))
    return points.toReversed()
  })

  const dropBefore = Effect.fn("EloStore.dropBefore")(function* (contract: string, block: number) {
    return yield* attempt(
      "drop old ratings",
      () => database.query("DELETE FROM ratings WHERE contract = $contract AND block < $block").run({ contract, block }).changes
    )
  })

  return EloStore.of({ record, latest, history, dropBefore })
})

export const layer = (file: string): Layer.Layer<EloStore, EloStoreUnavailable> => Layer.scoped(EloStore, make(file))
