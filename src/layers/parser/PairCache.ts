/** Caches tree differences by the content of both texts, so that a pair is parsed once. Lost entries are computed again; a file that cannot be used only costs time. */
import { Context, Effect, Layer, Option } from "effect"
import { LRUCache } from "lru-cache"
import type { TreeDifference } from "../../domain/contributions/FileScore.ts"
import { openCacheFile } from "../sqlite/cacheFile.ts"

export class PairCache extends Context.Tag("gittensor/PairCache")<
  PairCache,
  {
    /** The differences that are known. `keys`: 64 hexadecimal digits each, a hash of both texts, the grammar, the parser and the weights. */
    readonly find: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, TreeDifference>>
    readonly keep: (found: ReadonlyMap<string, TreeDifference>) => Effect.Effect<void>
  }
>() {}

type Row = readonly [number, number, number, number, number, number, number, number]

const rowOf = ({ structuralAdded: a, structuralDeleted: b, leafAdded: c, leafDeleted: d }: TreeDifference): Row => [
  a.count,
  a.score,
  b.count,
  b.score,
  c.count,
  c.score,
  d.count,
  d.score
]

const differenceOf = ([a, b, c, d, e, f, g, h]: Row): TreeDifference => ({
  structuralAdded: { count: a, score: b },
  structuralDeleted: { count: c, score: d },
  leafAdded: { count: e, score: f },
  leafDeleted: { count: g, score: h }
})

const PAIRS = 50_000
const BYTES_IN_FILE = 100_000_000
/** What a pair takes in the file, with its place in the index. */
export const BYTES_OF_PAIR = 200

const makeMemory = (limit: number) => {
  const recent = new LRUCache<string, Row>({ max: limit })
  return PairCache.of({
    find: (keys) =>
      Effect.sync(() => {
        const found = new Map<string, TreeDifference>()
        for (const key of keys) {
          const row = recent.get(key)
          if (row !== undefined) found.set(key, differenceOf(row))
        }
        return found
      }),
    keep: (found) =>
      Effect.sync(() => {
        for (const [key, difference] of found) recent.set(key, rowOf(difference))
      })
  })
}

/** In memory. `limit`: the most pairs; each takes about 300 bytes. */
export const layerMemory = (limit = PAIRS): Layer.Layer<PairCache> => Layer.sync(PairCache, () => makeMemory(limit))

const TABLES = `CREATE TABLE IF NOT EXISTS pairs (
  key TEXT NOT NULL PRIMARY KEY, structural_added INTEGER NOT NULL, structural_added_score REAL NOT NULL, structural_deleted INTEGER NOT NULL,
  structural_deleted_score REAL NOT NULL, leaf_added INTEGER NOT NULL, leaf_added_score REAL NOT NULL, leaf_deleted INTEGER NOT NULL,
  leaf_deleted_score REAL NOT NULL, number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pairs_by_number ON pairs (number)`

const isRow = (values: ReadonlyArray<unknown> | undefined): values is Row =>
  values?.length === 8 && values.every((value) => typeof value === "number" && Number.isFinite(value))

/** In a file that processes may share, with recent pairs also in memory. */
const makeFile = Effect.fn("PairCache.makeFile")(function* (file: string, pairs: number) {
  const memory = makeMemory(PAIRS)
  const opened = yield* openCacheFile({
    file,
    name: "the cache of scored files",
    instead: "files are parsed again instead",
    tables: TABLES
  })
  if (Option.isNone(opened)) return memory
  const { database, attempt } = opened.value

  const SELECT = `SELECT structural_added, structural_added_score, structural_deleted, structural_deleted_score, leaf_added, leaf_added_score,
    leaf_deleted, leaf_deleted_score FROM pairs WHERE key = ?`
  const find = Effect.fn("PairCache.find")(function* (keys: ReadonlyArray<string>) {
    const recent = yield* memory.find(keys)
    const others = keys.filter((key) => !recent.has(key))
    if (others.length === 0) return recent
    const read = yield* attempt("find", () => {
      const select = database.query(SELECT)
      return new Map(
        others.flatMap((key) => {
          const row = select.values(key)[0]
          return isRow(row) ? [[key, differenceOf(row)] as const] : []
        })
      )
    })
    if (Option.isNone(read)) return recent
    yield* memory.keep(read.value)
    return new Map([...recent, ...read.value])
  })
  const keep = Effect.fn("PairCache.keep")(function* (found: ReadonlyMap<string, TreeDifference>) {
    yield* memory.keep(found)
    yield* attempt("keep", () =>
      database
        .transaction(() => {
          const newest = Number(database.query("SELECT coalesce(max(number), 0) FROM pairs").values()[0]?.[0] ?? 0)
          const insert = database.query("INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
          let number = newest
          for (const [key, difference] of found) insert.run(key, ...rowOf(difference), ++number)
          database.query("DELETE FROM pairs WHERE number <= ?").run(number - pairs)
        })
        .immediate()
    )
  })
  return PairCache.of({ find, keep })
})

/** `bytes`: about the most that all pairs in the file may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes = BYTES_IN_FILE): Layer.Layer<PairCache> =>
  Layer.scoped(PairCache, makeFile(file, Math.floor(bytes / BYTES_OF_PAIR)))
