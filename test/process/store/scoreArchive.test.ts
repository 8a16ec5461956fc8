/** The archive of scores when its process is killed. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { make } from "../../../src/layers/store/ScoreArchive.ts"
import { epochScores, validator } from "../../support/validator/epochScores.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-scores-"))),
  (path) =>
    Effect.sync(() => {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    })
)

describe("the archive of scores", () => {
  it.scopedLive(
    "contains only complete files, whenever its process is killed",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        let from = 0
        for (let time = 0; time < 6; time++) {
          const said = yield* Effect.promise(async () => {
            const child = Bun.spawn(
              [process.execPath, join(import.meta.dirname, "../../support/validator/writeScoresUntilKilled.ts"), path, String(from)],
              {
                stdout: "pipe",
                stderr: "inherit"
              }
            )
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
    60_000
  )
})
