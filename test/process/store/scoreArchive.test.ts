/** The archive of scores when its process is killed. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { make, readOnly } from "../../../src/layers/store/ScoreArchive.ts"
import { epochScores, validator } from "../../support/validator/epochScores.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-scores-"))),
  (path) =>
    Effect.sync(() => {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    })
)

const WRITER = join(import.meta.dirname, "../../support/validator/writeScoresUntilKilled.ts")

describe("the archive of scores", () => {
  it.scopedLive(
    "leaves no part of a file that could not be written to its end",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        // The limit, in blocks of 512 bytes, ends every write in the middle of the file.
        const child = Bun.spawn(["sh", "-c", 'ulimit -f 8 && exec "$@"', "sh", process.execPath, WRITER, path, "0"], {
          stdout: "pipe",
          stderr: "ignore"
        })
        assert.strictEqual(yield* Effect.promise(() => new Response(child.stdout).text()), "", "nothing is said to be kept")
        yield* Effect.promise(() => child.exited)
        const partial = readdirSync(path)
        assert.strictEqual(partial.length, 1, "the write began")
        assert.isAbove(statSync(join(path, partial[0] ?? "")).size, 0)
        assert.deepStrictEqual(yield* readOnly(path).epochs, [], "no reader takes it for a file of scores")
        const archive = yield* make(path, validator)
        assert.deepStrictEqual(readdirSync(path), [])
        yield* archive.keep(epochScores(0))
        assert.deepStrictEqual((yield* archive.read(0))?.body, epochScores(0))
      }),
    600_000
  )

  it.scopedLive(
    "contains only complete files, whenever its process is killed",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        let from = 0
        for (let time = 0; time < 6; time++) {
          const said = yield* Effect.promise(async () => {
            const child = Bun.spawn([process.execPath, WRITER, path, String(from)], {
              stdout: "pipe",
              stderr: "inherit"
            })
            const lines: Array<string> = []
            const decoder = new TextDecoder()
            for await (const chunk of child.stdout) {
              lines.push(...decoder.decode(chunk).trim().split("\n"))
              // Somewhere in the middle of the next file.
              if (lines.length >= 5 + time * 3) child.kill("SIGKILL")
            }
            await child.exited
            return lines.map(Number)
          })
          const archive = yield* make(path, validator)
          const epochs = yield* archive.epochs
          assert.includeMembers([...epochs], said, "what was said to be kept is there")
          for (const epoch of epochs) assert.deepStrictEqual((yield* archive.read(epoch))?.body, epochScores(epoch))
          assert.isTrue(
            readdirSync(path).every((name) => name.endsWith(".json")),
            "nothing unfinished is left"
          )
          from = (epochs.at(-1) ?? -1) + 1
        }
        assert.isAbove(from, 20)
      }),
    600_000
  )
})
