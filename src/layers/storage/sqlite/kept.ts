/** A persistent cache in a SQLite file: compressed and checksummed values by key, within a budget of bytes. Processes may share the file. */
import { Effect, Option } from "effect"
import { type Description, openCacheFile } from "./cacheFile.ts"

export interface KeptValues<A> {
  /** The cached entries, by key. A damaged one is left out. */
  readonly find: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, A>>
  readonly keep: (entries: ReadonlyMap<string, A>) => Effect.Effect<void>
}

/** Encodes a value to bytes, and back: undefined for invalid bytes. */
interface Form<A> {
  readonly bytesOf: (value: A) => Uint8Array
  readonly valueOf: (bytes: Uint8Array) => A | undefined
}

/** A cache that stores nothing. */
export const keptNowhere = <A>(): KeptValues<A> => ({ find: () => Effect.succeed(new Map()), keep: () => Effect.void })

/** `check`: the compressed value's checksum, so that a disk error cannot change scores. `bytes`: the entry's size. */
const TABLES = `CREATE TABLE IF NOT EXISTS entries (
  key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL, "check" BLOB NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entries_by_number ON entries (number, bytes)`

/** The checksum of an entry: the hash of its key and its bytes. */
const checkOf = (key: string, value: Uint8Array): Buffer => new Bun.CryptoHasher("sha256").update(key).update("\n").update(value).digest()

/** Whether a value is undamaged. */
const isWhole = (key: string, value: unknown, check: unknown): value is Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array && check instanceof Uint8Array && Buffer.compare(check, checkOf(key, value)) === 0

/** The most bytes of one compressed value. Longer ones are not cached. */
const LARGEST_VALUE = 1_048_576
/** An entry's size in the file. The key is in the table and in its index; the checksum, two numbers and their index take the rest. */
const bytesOfEntry = (key: string, value: Uint8Array): number => 2 * key.length + value.length + 80

/** The share of the budget that is left when the file has exceeded it and its oldest entries are deleted. */
const SHARE_LEFT = 0.9
const DELETE_OLDEST = `DELETE FROM entries WHERE number <
  (SELECT min(number) FROM (SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS since FROM entries) WHERE since <= ?)`

/** Shorter values are (de)compressed in this thread: to pass them to another one takes longer. */
const SHORT_VALUE = 65_536
const packBytes = (bytes: Uint8Array): Effect.Effect<Uint8Array> =>
  bytes.length < SHORT_VALUE ? Effect.sync(() => Bun.zstdCompressSync(bytes)) : Effect.promise(() => Bun.zstdCompress(bytes))
const unpackBytes = (bytes: Uint8Array<ArrayBuffer>): Effect.Effect<Uint8Array> =>
  bytes.length < SHORT_VALUE ? Effect.sync(() => Bun.zstdDecompressSync(bytes)) : Effect.promise(() => Bun.zstdDecompress(bytes))

/** Opens the cache until the scope ends. `bytes`: the most that all entries may take; the oldest are deleted first. */
export const keptIn = Effect.fn("keptIn")(function* <A>(where: Description, bytes: number, { bytesOf, valueOf }: Form<A>) {
  const opened = yield* openCacheFile(where, TABLES)
  if (Option.isNone(opened)) return keptNowhere<A>()
  const { database, attempt } = opened.value

  const sum = () => Number(database.query("SELECT coalesce(sum(bytes), 0) FROM entries").values()[0]?.[0] ?? 0)
  // Other processes' additions are counted at the next start.
  let total = Option.getOrElse(yield* attempt("measure", sum), () => 0)

  const find = Effect.fn("Kept.find")(function* (keys: ReadonlyArray<string>) {
    const rows = yield* attempt("find", () => {
      const select = database.query(`SELECT value, "check" FROM entries WHERE key = ?`)
      return keys.flatMap((key) => {
        const [value, check] = select.values(key)[0] ?? []
        return isWhole(key, value, check) ? [[key, value] as const] : []
      })
    })
    const found = new Map<string, A>()
    for (const [key, bytes] of Option.getOrElse(rows, () => [])) {
      const value = valueOf(yield* unpackBytes(bytes))
      if (value !== undefined) found.set(key, value)
    }
    return found
  })

  const keep = Effect.fn("Kept.keep")(function* (entries: ReadonlyMap<string, A>) {
    const all = yield* Effect.forEach(entries, ([key, value]) => Effect.map(packBytes(bytesOf(value)), (bytes) => ({ key, bytes })))
    const short = all.filter((entry) => entry.bytes.length <= LARGEST_VALUE)
    if (short.length === 0) return
    yield* attempt("keep", () =>
      database
        .transaction(() => {
          let number = Number(database.query("SELECT coalesce(max(number), 0) FROM entries").values()[0]?.[0] ?? 0)
          const insert = database.query(`INSERT OR REPLACE INTO entries (key, value, "check", number, bytes) VALUES (?, ?, ?, ?, ?)`)
          for (const entry of short) {
            const size = bytesOfEntry(entry.key, entry.bytes)
            insert.run(entry.key, entry.bytes, checkOf(entry.key, entry.bytes), ++number, size)
            total += size
          }
          if (total <= bytes) return
          database.query(DELETE_OLDEST).run(Math.floor(bytes * SHARE_LEFT))
          total = sum()
        })
        .immediate()
    )
  })
  return { find, keep } satisfies KeptValues<A>
})

/** As `keptIn`, for texts. */
export const textsKeptIn = (where: Description, bytes: number) =>
  keptIn<string>(where, bytes, { bytesOf: (text) => Buffer.from(text), valueOf: (found) => Buffer.from(found).toString("utf8") })
