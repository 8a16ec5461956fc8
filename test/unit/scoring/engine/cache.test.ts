/** The cache of parsed versions: in memory, in a file, and with an unusable file. */

import { Database } from "bun:sqlite"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Ref } from "effect"
import type { ChangedFile } from "../../../../src/domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../../src/domain/contributions/FileRules.ts"
import * as TallyCache from "../../../../src/layers/parsing/TallyCache.ts"
import { type Parsed, TreeTallies } from "../../../../src/layers/parsing/TreeTallies.ts"
import { readTally, type Tally } from "../../../../src/layers/parsing/tally.ts"
import * as FileScorer from "../../../../src/scoring/oss_contributions/score/FileScorer.ts"

const key = (seed: number) => seed.toString(16).padStart(64, "0")
const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-trees-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const rules: FileRules = {
  languages: new Map([["py", { weight: 1.5, language: "python" }]]),
  structural: new Map([["call", 0.4]]),
  leaf: new Map([["identifier", 0.07]])
}
const file = (path: string, base: string | null, head: string | null): ChangedFile => ({
  path,
  status: "modified",
  additions: 1,
  deletions: 1,
  changes: 2,
  isBinary: false,
  base,
  head
})

/** A tally of one leaf, which occurs as often as the text has bytes. */
const tallyOf = (text: string): Tally => {
  const id = new Uint8Array(16)
  id.set(new TextEncoder().encode(text))
  const bytes = new Uint8Array(
    Buffer.concat([
      new Uint8Array(new Uint32Array([1, 1, text.length]).buffer),
      id,
      new Uint8Array(new Uint32Array([text.length << 16, text.length]).buffer),
      Buffer.from("identifier\0")
    ])
  )
  const tally = readTally(bytes)
  if (tally === undefined) throw new Error("the test's tally is not one")
  return tally
}

const decoder = new TextDecoder()
const tallied = (text: Uint8Array): Parsed => ({ _tag: "Tallied", tally: tallyOf(decoder.decode(text)) })

const unasked = Effect.dieMessage("nobody asks for fingerprints or comments here")

/** Records the requested texts instead of parsing them, and returns `result`. */
const noting = (asked: Ref.Ref<ReadonlyArray<string>>, result: (text: Uint8Array) => Parsed) =>
  Layer.succeed(TreeTallies, {
    fingerprints: () => unasked,
    comments: () => unasked,
    ofPullRequest: (versions) =>
      Ref.update(asked, (before) => [...before, ...versions.map(({ text }) => decoder.decode(text))]).pipe(
        Effect.as({ _tag: "Complete", versions: versions.map(({ text }) => result(text)) } as const)
      )
  })

const scorerWith = (parser: Layer.Layer<TreeTallies>, caches: Layer.Layer<TallyCache.TallyCache>) =>
  Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(Layer.provide(parser), Layer.provide(caches))
const scorer = (asked: Ref.Ref<ReadonlyArray<string>>, result: (text: Uint8Array) => Parsed = tallied) =>
  scorerWith(noting(asked, result), TallyCache.layerMemory())
const nothingAsked: ReadonlyArray<string> = []
const score = (files: ReadonlyArray<ChangedFile>, by = rules) =>
  Effect.flatMap(FileScorer.FileScorer, ({ scoreFiles }) => scoreFiles(files, by))

describe("the files of a pull request", () => {
  it.effect("are compared once per pair of texts, whatever the path, and never if the texts are equal", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      yield* Effect.gen(function* () {
        const files = [file("a.py", "x", "y"), file("b.py", "x", "y"), file("c.py", "x", "x"), file("d.py", "x", "yy")]
        const first = yield* score(files)
        assert.deepStrictEqual(yield* Ref.get(asked), ["x", "y", "yy"])
        assert.deepStrictEqual(
          first.files.map(({ nodes }) => nodes),
          [2, 2, 0, 3]
        )
        assert.deepStrictEqual(yield* score(files), first)
        // other weights give another result of the same trees
        const [heavier] = (yield* score(files.slice(0, 1), { ...rules, leaf: new Map([["identifier", 0.08]]) })).files
        assert.strictEqual(heavier?.score, 0.08 * 1.5 + 0.08 * 1.5)
        assert.strictEqual((yield* Ref.get(asked)).length, 3)
      }).pipe(Effect.provide(scorer(asked)))
    })
  )

  it.effect("are parsed once per version: the head of one pull request is the base of the next", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      yield* Effect.gen(function* () {
        yield* score([file("a.py", "x", "yy")])
        yield* score([file("a.py", "yy", "zzz")])
        yield* score([file("a.py", "zzz", "x"), file("b.py", null, "yy")])
      }).pipe(Effect.provide(scorer(asked)))
      assert.deepStrictEqual(yield* Ref.get(asked), ["x", "yy", "zzz"])
    })
  )

  it.effect("are parsed by another grammar again", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      const both = { ...rules, languages: new Map([...rules.languages, ["rs", { weight: 1, language: "rust" }] as const]) }
      yield* score([file("a.py", "x", "y"), file("a.rs", "x", "y")], both).pipe(Effect.provide(scorer(asked)))
      assert.deepStrictEqual(yield* Ref.get(asked), ["x", "y", "x", "y"])
    })
  )

  it.effect("are parsed again where a parse was cut short, and only there", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      yield* Effect.gen(function* () {
        const cut = yield* score([file("a.py", "x", "yy")])
        assert.deepStrictEqual(
          cut.files.map(({ nodes }) => nodes),
          [1]
        )
        yield* score([file("a.py", "x", "yy")])
      }).pipe(Effect.provide(scorer(asked, (text) => (text.length === 2 ? { _tag: "TimedOut" } : tallied(text)))))
      assert.deepStrictEqual(yield* Ref.get(asked), ["x", "yy", "yy"])
    })
  )

  it.effect("are not known where a parse was cut short, by rules that pay for work, until it is not", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      const cut = yield* score([file("a.py", "x", "yy"), file("b.py", "x", "w")], { ...rules, work: true }).pipe(
        Effect.provide(scorer(asked, (text) => (text.length === 2 ? { _tag: "TimedOut" } : tallied(text))))
      )
      assert.deepStrictEqual(
        cut.files.map(({ method }) => method),
        ["skipped-isolation-timeout", "tree-diff"]
      )
      assert.deepStrictEqual([cut.exceeded, FileScorer.isFinal(cut)], [false, false])
      assert.isTrue(FileScorer.isFinal({ ...cut, files: cut.files.slice(1) }))
    })
  )

  it.effect("are all zero, and marked, beyond the budget", () =>
    Effect.gen(function* () {
      const over = Layer.succeed(TreeTallies, {
        fingerprints: () => unasked,
        comments: () => unasked,
        ofPullRequest: () => Effect.succeed({ _tag: "Exceeded" } as const)
      })
      const { exceeded, files } = yield* score([file("a.py", "x", "y"), file("README.md", null, null)]).pipe(
        Effect.provide(scorerWith(over, TallyCache.layerMemory()))
      )
      assert.isTrue(exceeded)
      assert.deepStrictEqual(
        files.map(({ method, score }) => [method, score]),
        Array(2).fill(["skipped-isolation-timeout", 0])
      )
    })
  )

  it.effect("get no score if the parser crashes on one of their versions, while the others get theirs", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(nothingAsked)
      const { exceeded, files } = yield* score([file("a.py", "x", "y"), file("b.py", "x", "zz"), file("c.py", "x", "w")]).pipe(
        Effect.provide(scorer(asked, (text) => (text.length === 2 ? { _tag: "Crashed", reason: "out of memory" } : tallied(text))))
      )
      assert.isFalse(exceeded)
      assert.deepStrictEqual(
        files.map(({ method, nodes }) => [method, nodes]),
        [
          ["tree-diff", 2],
          ["skipped-crash", 0],
          ["tree-diff", 2]
        ]
      )
    })
  )
})

const findTallies = (keys: ReadonlyArray<string>) =>
  Effect.flatMap(TallyCache.TallyCache, (cache) => Effect.map(cache.find(keys), (all) => [...all.keys()]))
const keepTallies = (from: number, to: number, textOf = (seed: number) => `text ${seed}`) =>
  Effect.flatMap(TallyCache.TallyCache, (cache) =>
    cache.keep(new Map(Array.from({ length: to - from }, (_, index) => [key(from + index), tallyOf(textOf(from + index))])))
  )
const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => key(from + index))

describe("the cache of parsed versions", () => {
  it.effect("evicts the least recently used tallies, by their size", () =>
    Effect.gen(function* () {
      yield* keepTallies(0, 3)
      yield* findTallies([key(0)])
      yield* keepTallies(3, 4)
      assert.deepStrictEqual(yield* findTallies(keys(0, 4)), [key(0), key(2), key(3)])
    }).pipe(Effect.provide(TallyCache.layerMemory(3 * TallyCache.sizeOf(tallyOf("text 0")))))
  )

  it.effect("in a file survives its process and stays within its size", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const path = join(folder, "deeper", "trees.sqlite")
        yield* Effect.provide(keepTallies(0, 300), TallyCache.layerFile(path))
        yield* Effect.gen(function* () {
          const cache = yield* TallyCache.TallyCache
          assert.deepStrictEqual((yield* cache.find([key(299)])).get(key(299)), tallyOf("text 299"))
          assert.strictEqual((yield* findTallies(keys(0, 301))).length, 300)
        }).pipe(Effect.provide(TallyCache.layerFile(path)))
        const small = TallyCache.layerFile(path, 4000)
        yield* Effect.provide(keepTallies(300, 301), small)
        const left = yield* Effect.provide(findTallies(keys(0, 301)), small)
        assert.isBelow(left.length, 100)
        assert.strictEqual(left.at(-1), key(300))
      })
    )
  )

  it.effect("parses again what a damaged file holds, and works in memory if the file is none", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const path = join(folder, "trees.sqlite")
        yield* Effect.provide(keepTallies(0, 2), TallyCache.layerFile(path))
        const database = new Database(path)
        database.run("UPDATE entries SET value = x'28b52ffd00' WHERE key = ?", [key(0)])
        database.close()
        assert.deepStrictEqual(yield* Effect.provide(findTallies(keys(0, 2)), TallyCache.layerFile(path)), [key(1)])
        const none = join(folder, "none.sqlite")
        writeFileSync(none, "no database at all, but long enough to look like one".repeat(200))
        yield* Effect.gen(function* () {
          yield* keepTallies(0, 1)
          assert.deepStrictEqual(yield* findTallies(keys(0, 2)), [key(0)])
        }).pipe(Effect.provide(TallyCache.layerFile(none)))
      })
    )
  )
})
