/** The cache of compared texts: in memory, in a file, and with an unusable file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Ref } from "effect"
import type { ChangedFile } from "../../../../src/domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../../src/domain/contributions/FileRules.ts"
import type { TreeDifference } from "../../../../src/domain/contributions/FileScore.ts"
import { layerFile, layerMemory, PairCache } from "../../../../src/layers/parser/PairCache.ts"
import { TreeDifferences } from "../../../../src/layers/parser/TreeDifferences.ts"
import * as FileScorer from "../../../../src/scoring/oss_contributions/score/FileScorer.ts"

const sum = (count: number) => ({ count, score: count / 3 })
const difference = (seed: number): TreeDifference => ({
  structuralAdded: sum(seed),
  structuralDeleted: sum(seed + 1),
  leafAdded: sum(seed + 2),
  leafDeleted: sum(seed + 3)
})
const key = (seed: number) => seed.toString(16).padStart(64, "0")
const pairs = (from: number, to: number) =>
  new Map(Array.from({ length: to - from }, (_, index) => [key(from + index), difference(from + index)]))

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-pairs-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const found = (seed: number) => Effect.flatMap(PairCache, (cache) => cache.find(key(seed)))
const keep = (from: number, to: number) => Effect.flatMap(PairCache, (cache) => cache.keep(pairs(from, to)))

describe("the cache of pairs", () => {
  it.effect("evicts the least recently used pair", () =>
    Effect.gen(function* () {
      yield* keep(0, 3)
      yield* found(0)
      yield* keep(3, 4)
      assert.deepStrictEqual(yield* found(0), Option.some(difference(0)))
      assert.deepStrictEqual(yield* found(1), Option.none())
      assert.deepStrictEqual(yield* found(3), Option.some(difference(3)))
    }).pipe(Effect.provide(layerMemory(3)))
  )

  it.effect("in a file survives its process, to the last bit, and stays within its size", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const file = layerFile(join(folder, "deeper", "pairs.sqlite"), 10)
        yield* Effect.provide(keep(0, 8), file)
        yield* Effect.gen(function* () {
          assert.deepStrictEqual(yield* found(7), Option.some(difference(7)))
          assert.deepStrictEqual(yield* found(8), Option.none())
          yield* keep(8, 13)
        }).pipe(Effect.provide(file))
        const left = yield* Effect.forEach([...pairs(0, 13).keys()], (one) => Effect.flatMap(PairCache, (cache) => cache.find(one))).pipe(
          Effect.provide(file)
        )
        assert.deepStrictEqual(left.map(Option.isSome), [...Array<boolean>(3).fill(false), ...Array<boolean>(10).fill(true)])
      })
    )
  )

  it.effect("works in memory if its file is damaged or cannot be written", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const damaged = join(folder, "damaged.sqlite")
        writeFileSync(damaged, "no database at all, but long enough to look like one".repeat(200))
        for (const file of [damaged, join(damaged, "below-a-file", "pairs.sqlite")])
          yield* Effect.gen(function* () {
            yield* keep(0, 2)
            assert.deepStrictEqual(yield* found(1), Option.some(difference(1)))
            assert.deepStrictEqual(yield* found(5), Option.none())
          }).pipe(Effect.provide(layerFile(file)))
      })
    )
  )
})

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

/** Compares nothing but counts the requested pairs. Each pair differs by as many nodes as head has bytes. */
const counting = (asked: Ref.Ref<number>, timedOut: ReadonlyArray<"base" | "head"> = []) =>
  Layer.succeed(TreeDifferences, {
    ofPullRequest: (wanted) =>
      Ref.update(asked, (before) => before + wanted.length).pipe(
        Effect.as({
          _tag: "Complete",
          files: wanted.map(({ head }) => ({ _tag: "Compared", difference: difference(head.length), timedOut }) as const)
        } as const)
      )
  })

const scorer = (asked: Ref.Ref<number>, timedOut: ReadonlyArray<"base" | "head"> = []) =>
  Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(Layer.provide(counting(asked, timedOut)), Layer.provide(layerMemory()))
const score = (files: ReadonlyArray<ChangedFile>, by = rules) =>
  Effect.flatMap(FileScorer.FileScorer, ({ scoreFiles }) => scoreFiles(files, by))

describe("the files of a pull request", () => {
  it.effect("are compared once per pair of texts, whatever the path, and never if the texts are equal", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(0)
      yield* Effect.gen(function* () {
        const files = [file("a.py", "x", "y"), file("b.py", "x", "y"), file("c.py", "x", "x"), file("d.py", "x", "yy")]
        const first = yield* score(files)
        assert.strictEqual(yield* Ref.get(asked), 2)
        assert.deepStrictEqual(
          first.files.map(({ nodes }) => nodes),
          [10, 10, 0, 14]
        )
        assert.deepStrictEqual(yield* score(files), first)
        assert.strictEqual(yield* Ref.get(asked), 2)
        // other weights give another result
        yield* score(files.slice(0, 1), { ...rules, leaf: new Map([["identifier", 0.08]]) })
        assert.strictEqual(yield* Ref.get(asked), 3)
      }).pipe(Effect.provide(scorer(asked)))
    })
  )

  it.effect("are compared again after a comparison that was cut short", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(0)
      yield* Effect.gen(function* () {
        yield* score([file("a.py", "x", "y")])
        yield* score([file("a.py", "x", "y")])
      }).pipe(Effect.provide(scorer(asked, ["head"])))
      assert.strictEqual(yield* Ref.get(asked), 2)
    })
  )

  it.effect("are all zero, and marked, beyond the budget", () =>
    Effect.gen(function* () {
      const over = Layer.succeed(TreeDifferences, { ofPullRequest: () => Effect.succeed({ _tag: "Exceeded" } as const) })
      const { exceeded, files } = yield* score([file("a.py", "x", "y"), file("README.md", null, null)]).pipe(
        Effect.provide(Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(Layer.provide(over), Layer.provide(layerMemory())))
      )
      assert.isTrue(exceeded)
      assert.deepStrictEqual(
        files.map(({ method, score }) => [method, score]),
        Array(2).fill(["skipped-isolation-timeout", 0])
      )
    })
  )

  it.effect("get no score if the parser crashes on them, while the others get theirs", () =>
    Effect.gen(function* () {
      const one = { _tag: "Compared", difference: difference(1), timedOut: [] } as const
      const crashing = Layer.succeed(TreeDifferences, {
        ofPullRequest: () => Effect.succeed({ _tag: "Complete", files: [one, { _tag: "Crashed", reason: "out of memory" }, one] } as const)
      })
      const { exceeded, files } = yield* score([file("a.py", "x", "y"), file("b.py", "x", "z"), file("c.py", "x", "w")]).pipe(
        Effect.provide(Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(Layer.provide(crashing), Layer.provide(layerMemory())))
      )
      assert.isFalse(exceeded)
      assert.deepStrictEqual(
        files.map(({ method, nodes }) => [method, nodes]),
        [
          ["tree-diff", 10],
          ["skipped-crash", 0],
          ["tree-diff", 10]
        ]
      )
    })
  )
})
