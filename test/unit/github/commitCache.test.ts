/** The cache of commits is bounded and rejects entries that changed on disk. */
import { Database } from "bun:sqlite"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CommitCache, layerFile } from "../../../src/layers/github/contributions/CommitCache.ts"

const inFolder = <A, E>(use: (file: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-commits-"))),
    (folder) => use(join(folder, "deeper", "commits.sqlite")),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const keep = (...entries: ReadonlyArray<readonly [string, string]>) => Effect.flatMap(CommitCache, (cache) => cache.keep(new Map(entries)))
const find = (...keys: ReadonlyArray<string>) =>
  Effect.map(
    Effect.flatMap(CommitCache, (cache) => cache.find(keys)),
    (found) => [...found]
  )

/** Incompressible text. */
const noise = (length: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(length))).toString("hex")

describe("the cache of commits", () => {
  it.effect("survives a restart, and returns the newest value of a key", () =>
    inFolder((file) =>
      Effect.gen(function* () {
        yield* Effect.provide(keep(["a", "one é \u{1f600}"], ["b", ""]), layerFile(file))
        yield* Effect.provide(keep(["b", "two"]), layerFile(file))
        assert.deepStrictEqual(yield* Effect.provide(find("b", "c", "a"), layerFile(file)), [
          ["b", "two"],
          ["a", "one é \u{1f600}"]
        ])
      })
    )
  )

  it.effect("is read while another process writes, and keeps again when that is done", () =>
    inFolder((file) =>
      Effect.gen(function* () {
        yield* keep(["a", "one"])
        const other = new Database(file)
        other.run("BEGIN EXCLUSIVE")
        yield* keep(["b", "two"])
        assert.deepStrictEqual(yield* find("a", "b"), [["a", "one"]])
        other.run("COMMIT")
        other.close()
        yield* keep(["b", "two"])
        assert.deepStrictEqual(yield* find("b"), [["b", "two"]])
      }).pipe(Effect.provide(layerFile(file)))
    )
  )

  it.effect("stays within its size: evicts the oldest first, and does not store what is too long", () =>
    inFolder((file) =>
      Effect.gen(function* () {
        const entries = Array.from({ length: 40 }, (_, index): readonly [string, string] => [`key ${index}`, noise(1_000)])
        for (const entry of entries) yield* keep(entry)
        const found = yield* find(...entries.map(([key]) => key))
        assert.deepStrictEqual(
          found,
          entries.slice(-found.length).map(([key, value]): [string, string] => [key, value])
        )
        assert.isTrue(found.length > 10 && found.length < 20, String(found.length))
        yield* keep(["long", noise(1_100_000)])
        assert.deepStrictEqual(yield* find("long"), [])
      }).pipe(Effect.provide(layerFile(file, 20_000)))
    )
  )

  it.effect("rejects everything that was changed on disk", () =>
    inFolder((file) =>
      Effect.gen(function* () {
        yield* Effect.provide(keep(["a", "one"], ["b", "two"], ["c", "three"]), layerFile(file))
        const database = new Database(file)
        database.run("UPDATE entries SET value = (SELECT value FROM entries WHERE key = 'b') WHERE key = 'a'")
        database.run(`UPDATE entries SET "check" = x'00' WHERE key = 'b'`)
        database.close()
        assert.deepStrictEqual(yield* Effect.provide(find("a", "b", "c"), layerFile(file)), [["c", "three"]])
        writeFileSync(file, "no database".repeat(1_000))
        assert.deepStrictEqual(yield* Effect.provide(Effect.zipRight(keep(["a", "one"]), find("a")), layerFile(file)), [])
      })
    )
  )
})
