/** Texts by key in a SQLite file that a program can do without: compressed, checked, and within a budget of bytes. */
import { Effect, Option } from "effect"
import { checkOf, type Description, isWhole, openCacheFile } from "./cacheFile.ts"

export interface KeptTexts {
  /** The entries that exist, by key. A damaged one does not. */
  readonly find: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>>
  readonly keep: (entries: ReadonlyMap<string, string>) => Effect.Effect<void>
}

/** Keeps nothing. */
export const keptNowhere: KeptTexts = { find: () => Effect.succeed(new Map()), keep: () => Effect.void }

/** `check`: of the compressed value. An error of the disk must not change scores. */
const TABLES = `CREATE TABLE IF NOT EXISTS entries (
  key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL, "check" BLOB NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entries_by_number ON entries (number, bytes)`

/** Bytes of one compressed value. Longer ones are not kept. */
const LONGEST = 1_048_576
/** The share that remains after the file has grown too large and its oldest entries are deleted. */
const LEFT = 0.9
const FORGET = `DELETE FROM entries WHERE number <
  (SELECT min(number) FROM (SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS since FROM entries) WHERE since <= ?)`

/** Texts in a file until the scope ends. `bytes`: the most that all compressed values may take; the oldest entries are deleted first. */
export const keptIn = Effect.fn("keptTexts")(function* (where: Omit<Description, "tables">, bytes: number) {
  const opened = yield* openCacheFile({ ...where, tables: TABLES })
  if (Option.isNone(opened)) return keptNowhere
  const { database, attempt } = opened.value

  const sum = () => Number(database.query("SELECT coalesce(sum(bytes), 0) FROM entries").values()[0]?.[0] ?? 0)
  // What others add to the file meanwhile is seen at the next start.
  let kept = Option.getOrElse(yield* attempt("measure", sum), () => 0)

  const find = Effect.fn("keptTexts.find")(function* (keys: ReadonlyArray<string>) {
    const rows = yield* attempt("find", () => {
      const select = database.query(`SELECT value, "check" FROM entries WHERE key = ?`)
      return keys.flatMap((key) => {
        const [value, check] = select.values(key)[0] ?? []
        return isWhole(key, value, check) ? [[key, value] as const] : []
      })
    })
    const found = new Map<string, string>()
    for (const [key, value] of Option.getOrElse(rows, () => []))
      found.set(key, (yield* Effect.promise(() => Bun.zstdDecompress(value))).toString("utf8"))
    return found
  })

  const keep = Effect.fn("keptTexts.keep")(function* (entries: ReadonlyMap<string, string>) {
    const compressed = yield* Effect.forEach(entries, ([key, text]) =>
      Effect.map(
        Effect.promise(() => Bun.zstdCompress(text)),
        (value) => ({ key, value })
      )
    )
    const short = compressed.filter(({ value }) => value.length <= LONGEST)
    if (short.length === 0) return
    yield* attempt("keep", () =>
      database
        .transaction(() => {
          let number = Number(database.query("SELECT coalesce(max(number), 0) FROM entries").values()[0]?.[0] ?? 0)
          const insert = database.query("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)")
          for (const { key, value } of short) insert.run(key, value, checkOf(key, value), ++number, value.length)
          kept += short.reduce((all, { value }) => all + value.length, 0)
          if (kept <= bytes) return
          database.query(FORGET).run(Math.floor(bytes * LEFT))
          kept = sum()
        })
        .immediate()
    )
  })
  return { find, keep } satisfies KeptTexts
})
