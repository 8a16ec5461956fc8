/**
 * Stores the ratings of past rounds, so that `gittensor explain` and, by the axon, `gittensor mine status` can show them after the node has pruned
 * the round's state. They decide nothing: a round computes its ratings from the contract. A lost or damaged file is made anew.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Ratings } from "../../../elo/ratings.ts"
import { openStoreFile } from "../sqlite/storeFile.ts"
import { fileFailed, type Result, type StoreUnavailable } from "./failure.ts"

/** A miner's rating at the first block of a round. `rating`: in milli-points. */
export const RatingPoint = Schema.Struct({
  hotkey: Schema.String,
  block: Schema.Int,
  rating: Schema.Int,
  games: Schema.Int,
  provisional: Schema.Boolean,
  eligible: Schema.Boolean
})
export interface RatingPoint extends Schema.Schema.Type<typeof RatingPoint> {}

export class RatingHistory extends Context.Tag("gittensor/RatingHistory")<
  RatingHistory,
  {
    /** Writes the ratings of the round at `block`, and replaces earlier ones of that round. */
    readonly record: (contract: string, block: number, ratings: Ratings) => Result<void>
    /** The ratings of the round at `block`, best first; none if it was not recorded. */
    readonly at: (contract: string, block: number) => Result<ReadonlyArray<RatingPoint>>
    /** The last `limit` points of a miner at which the rating or the number of games changed, oldest first. */
    readonly history: (contract: string, hotkey: string, limit: number) => Result<ReadonlyArray<RatingPoint>>
    /** Deletes the rounds before a block; returns the number of points. */
    readonly dropBefore: (contract: string, block: number) => Result<number>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS ratings (
  contract TEXT NOT NULL, hotkey TEXT NOT NULL, block INTEGER NOT NULL, rating INTEGER NOT NULL, games INTEGER NOT NULL,
  provisional INTEGER NOT NULL, eligible INTEGER NOT NULL, PRIMARY KEY (contract, hotkey, block)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ratings_by_block ON ratings (contract, block);
CREATE TABLE IF NOT EXISTS origins (contract TEXT PRIMARY KEY, chain TEXT NOT NULL) STRICT, WITHOUT ROWID`

const HISTORY = `SELECT hotkey, block, rating, games, provisional, eligible FROM (
    SELECT *, lag(rating) OVER points AS rating_before, lag(games) OVER points AS games_before FROM ratings
    WHERE contract = $contract AND hotkey = $hotkey WINDOW points AS (ORDER BY block)
  ) WHERE rating IS NOT rating_before OR games IS NOT games_before
  ORDER BY block DESC LIMIT $limit`

const AT = `SELECT hotkey, block, rating, games, provisional, eligible FROM ratings
  WHERE contract = $contract AND block = $block ORDER BY rating DESC, hotkey`

const SqliteBoolean = Schema.transform(Schema.Int, Schema.Boolean, { strict: true, decode: (bit) => bit !== 0, encode: Number })
const decodeRows = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ ...RatingPoint.fields, provisional: SqliteBoolean, eligible: SqliteBoolean }))
)

const decodeOrigin = Schema.decodeUnknownSync(Schema.NullOr(Schema.Struct({ chain: Schema.String })))

export interface RatingHistoryOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. Ratings of another chain are not shown, and this chain's first round replaces them. */
  readonly chain: string
}

/** Opens the history in a scope. */
export const make = Effect.fn("RatingHistory.make")(function* ({ file, chain }: RatingHistoryOptions) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: fileFailed("the ratings' history"),
    renew: { name: "the ratings' history", consequence: "ratings are not affected" }
  })

  /** A contract without a chain has no ratings here yet. */
  const isOfThisChain = (contract: string): boolean => {
    const origin = decodeOrigin(database.query("SELECT chain FROM origins WHERE contract = $contract").get({ contract }))
    return origin === null || origin.chain === chain
  }
  const pointsOf = (contract: string, read: () => ReadonlyArray<unknown>) => (isOfThisChain(contract) ? decodeRows(read()) : [])

  const record = Effect.fn("RatingHistory.record")(function* (contract: string, block: number, ratings: Ratings) {
    yield* attempt("record ratings", () => {
      const insert = database.query(`INSERT INTO ratings (contract, hotkey, block, rating, games, provisional, eligible)
        VALUES ($contract, $hotkey, $block, $rating, $games, $provisional, $eligible)`)
      database
        .transaction(() => {
          if (isOfThisChain(contract))
            database.query("DELETE FROM ratings WHERE contract = $contract AND block = $block").run({ contract, block })
          else database.query("DELETE FROM ratings WHERE contract = $contract").run({ contract })
          database.query("INSERT OR REPLACE INTO origins (contract, chain) VALUES ($contract, $chain)").run({ contract, chain })
          for (const { hotkey, rating, games, provisional, eligible } of ratings.values())
            insert.run({ contract, block, hotkey, rating, games, provisional: Number(provisional), eligible: Number(eligible) })
        })
        .immediate()
    })
  })

  const at = Effect.fn("RatingHistory.at")(function* (contract: string, block: number) {
    return yield* attempt("read ratings", () => pointsOf(contract, () => database.query(AT).all({ contract, block })))
  })

  const history = Effect.fn("RatingHistory.history")(function* (contract: string, hotkey: string, limit: number) {
    const points = yield* attempt("read a history", () =>
      pointsOf(contract, () => database.query(HISTORY).all({ contract, hotkey, limit }))
    )
    return points.toReversed()
  })

  const dropBefore = Effect.fn("RatingHistory.dropBefore")(function* (contract: string, block: number) {
    return yield* attempt(
      "drop old ratings",
      () => database.query("DELETE FROM ratings WHERE contract = $contract AND block < $block").run({ contract, block }).changes
    )
  })

  return RatingHistory.of({ record, at, history, dropBefore })
})

export const layer = (options: RatingHistoryOptions): Layer.Layer<RatingHistory, StoreUnavailable> =>
  Layer.scoped(RatingHistory, make(options))
