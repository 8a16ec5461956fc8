/**
 * Keeps what the tree of each version of a file came to, so that a version is parsed once: the head of one pull request is the base of the next. Lost and
 * damaged entries are parsed again.
 */
import { Context, Effect, Layer, Option } from "effect"
import { LRUCache } from "lru-cache"
import { checkOf, isWhole, openCacheFile } from "../sqlite/cacheFile.ts"
import { readTally, type Tally } from "./tally.ts"

export class TallyCache extends Context.Tag("gittensor/TallyCache")<
  TallyCache,
  {
    /** The tallies that are known. `keys`: 64 hexadecimal digits each, a hash of the text, the grammar and the parser. */
    readonly find: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Tally>>
    readonly keep: (tallies: ReadonlyMap<string, Tally>) => Effect.Effect<void>
  }
>() {}

const BYTES_IN_MEMORY = 67_108_864

const makeMemory = (bytes: number) => {
  // The library takes no size of 0, which the empty tally has.
  const recent = new LRUCache<string, Tally>({ maxSize: bytes, sizeCalculation: (tally) => Math.max(1, tally.bytes.length) })
  return TallyCache.of({
    find: (keys) =>
      Effect.sync(() => {
        const found = new Map<string, Tally>()
        for (const key of keys) {
          const tally = recent.get(key)
          if (tally !== undefined) found.set(key, tally)
        }
        return found
      }),
    keep: (tallies) =>
      Effect.sync(() => {
        for (const [key, tally] of tallies) recent.set(key, tally)
      })
  })
}

/** In memory. `bytes`: the most that all tallies may take; a typical one takes a fifth of its text. */
export const layerMemory = (bytes = BYTES_IN_MEMORY): Layer.Layer<TallyCache> => Layer.sync(TallyCache, () => makeMemory(bytes))

/** `check`: of the compressed tally. An error of the disk must not change scores. */
const TABLES = `CREATE TABLE IF NOT EXISTS tallies (
  key TEXT NOT NULL PRIMARY KEY, tally BLOB NOT NULL, "check" BLOB NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS tallies_by_number ON tallies (number, bytes)`

/** Bytes of one tally. Larger ones are not kept on disk. */
const LARGEST = 4_194_304
/** Bytes of all compressed tallies. */
const BYTES_IN_FILE = 268_435_456
/** Tallies that are written together: a transaction costs more than a tally. */
const TOGETHER = 128

/** The share that remains after the file has grown too large and its oldest entries are deleted. */
const LEFT = 0.9
const FORGET = `DELETE FROM tallies WHERE number <
  (SELECT min(number) FROM (SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS since FROM tallies) WHERE since <= ?)`

/** In a file that processes may share, with recent tallies also in memory. The last ones are written when the scope ends. */
const makeFile = Effect.fn("TallyCache.makeFile")(function* (file: string, bytes: number) {
  const memory = makeMemory(BYTES_IN_MEMORY)
  const opened = yield* openCacheFile({
    file,
    name: "the cache of parsed files",
    instead: "files are parsed again instead",
    tables: TABLES
  })
  if (Option.isNone(opened)) return memory
  const { database, attempt } = opened.value

  const sum = () => Number(database.query("SELECT coalesce(sum(bytes), 0) FROM tallies").values()[0]?.[0] ?? 0)
  // What others add to the file meanwhile is seen at the next start.
  let kept = Option.getOrElse(yield* attempt("measure", sum), () => 0)
  let waiting = new Map<string, Tally>()

  const stored = (key: string): Tally | undefined => {
    const [value, check] = database.query(`SELECT tally, "check" FROM tallies WHERE key = ?`).values(key)[0] ?? []
    return isWhole(key, value, check) ? readTally(Bun.zstdDecompressSync(value)) : undefined
  }

  const find = Effect.fn("TallyCache.find")(function* (keys: ReadonlyArray<string>) {
    const recent = yield* memory.find(keys)
    const others = keys.filter((key) => !recent.has(key))
    if (others.length === 0) return recent
    const read = yield* attempt(
      "find",
      () =>
        new Map(
          others.flatMap((key) => {
            const tally = waiting.get(key) ?? stored(key)
            return tally === undefined ? [] : [[key, tally] as const]
          })
        )
    )
    if (Option.isNone(read)) return recent
    yield* memory.keep(read.value)
    return new Map([...recent, ...read.value])
  })

  const write = attempt("keep", () =>
    database
      .transaction(() => {
        let number = Number(database.query("SELECT coalesce(max(number), 0) FROM tallies").values()[0]?.[0] ?? 0)
        const insert = database.query("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?, ?, ?)")
        for (const [key, tally] of waiting) {
          if (tally.bytes.length > LARGEST) continue
          const value = Bun.zstdCompressSync(tally.bytes, { level: 1 })
          insert.run(key, value, checkOf(key, value), ++number, value.length)
          kept += value.length
        }
        if (kept <= bytes) return
        database.query(FORGET).run(Math.floor(bytes * LEFT))
        kept = sum()
      })
      .immediate()
  ).pipe(
    Effect.zipRight(
      Effect.sync(() => {
        waiting = new Map()
      })
    )
  )
  yield* Effect.addFinalizer(() => write)

  const keep = Effect.fn("TallyCache.keep")(function* (tallies: ReadonlyMap<string, Tally>) {
    yield* memory.keep(tallies)
    for (const [key, tally] of tallies) waiting.set(key, tally)
    if (waiting.size >= TOGETHER) yield* write
  })
  return TallyCache.of({ find, keep })
})

/** `bytes`: the most that all tallies in the file may take; the oldest are deleted first. */
export const layerFile = (file: string, bytes = BYTES_IN_FILE): Layer.Layer<TallyCache> => Layer.scoped(TallyCache, makeFile(file, bytes))
