import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { make } from "../../../src/layers/store/ScoreArchive.ts"
import { epochScores } from "../../support/validator/epochScores.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-scores-"))),
  (path) =>
    Effect.sync(() => {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    })
)

describe("the archive of scores", () => {
  it.scoped("keeps an epoch's scores for good: the first ones stand, in the same bytes", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "scores")
      const archive = yield* make(path)
      assert.isUndefined(yield* archive.read(3))
      assert.deepStrictEqual(yield* archive.keep(epochScores(3)), epochScores(3))
      const bytes = readFileSync(join(path, "3.json"), "utf8")
      const other = { ...epochScores(3), scores: [] }
      assert.deepStrictEqual(yield* archive.keep(other), epochScores(3))
      assert.deepStrictEqual(yield* (yield* make(path)).read(3), epochScores(3))
      assert.strictEqual(readFileSync(join(path, "3.json"), "utf8"), bytes)
      assert.deepStrictEqual(readdirSync(path), ["3.json"])
    })
  )

  it.scoped("gives the newest epochs at or before one, oldest first", () =>
    Effect.gen(function* () {
      const archive = yield* make(yield* folder)
      for (const epoch of [12, 7, 9, 10, 2]) yield* archive.keep(epochScores(epoch))
      const epochs = (found: ReadonlyArray<{ readonly epoch: number }>) => found.map(({ epoch }) => epoch)
      assert.deepStrictEqual(yield* archive.epochs, [2, 7, 9, 10, 12])
      assert.deepStrictEqual(epochs(yield* archive.recent(10, 3)), [7, 9, 10])
      assert.deepStrictEqual(epochs(yield* archive.recent(8, 3)), [2, 7])
      assert.deepStrictEqual(epochs(yield* archive.recent(-1, 3)), [])
    })
  )

  it.scoped("puts a damaged file aside, tells so, and counts on those before it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path)
      for (const epoch of [1, 2, 3, 4]) yield* archive.keep(epochScores(epoch))
      writeFileSync(join(path, "3.json"), readFileSync(join(path, "3.json"), "utf8").slice(0, 500))
      // An epoch under another's name is none of it.
      writeFileSync(join(path, "2.json"), readFileSync(join(path, "1.json")))
      const told: Array<string> = []
      const listener = Logger.make(({ message }) => void told.push(String(message)))
      const found = yield* archive.recent(4, 3).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, listener)))
      assert.deepStrictEqual(
        found.map(({ epoch }) => epoch),
        [1, 4]
      )
      assert.match(told.join("\n"), /epoch 3 are damaged: moved to .*3\.json\.damaged-/)
      assert.strictEqual(told.length, 2)
      assert.strictEqual(readdirSync(path).filter((name) => name.includes(".damaged-")).length, 2)
      assert.deepStrictEqual(yield* archive.epochs, [1, 4])
      assert.deepStrictEqual(yield* archive.keep(epochScores(3)), epochScores(3))
    })
  )

  it.scoped("says what to do where it can't be written", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(make(join(file, "scores")))
      assert.match(error.message, /failed at "open" \(.*\): check its disk and its permissions/)
    })
  )
})
