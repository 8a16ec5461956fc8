/** The archive of reports when its process is killed, or its disk is full. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { make, readOnly } from "../../../src/layers/storage/dataFolder/Reports.ts"
import { evidenceParts, report, retention, validator } from "../../support/validator/reports.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-reports-"))),
  (path) =>
    Effect.sync(() => {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    })
)

const WRITER = join(import.meta.dirname, "../../support/validator/writeReportsUntilKilled.ts")

describe("the archive of reports", () => {
  it.scopedLive("leaves no part of a file that could not be written to its end", () =>
    Effect.gen(function* () {
      const path = yield* folder
      // The limit (in blocks of 512 bytes) makes every write fail in the middle of the file.
      const child = Bun.spawn(["sh", "-c", 'ulimit -f 8 && exec "$@"', "sh", process.execPath, WRITER, path, "0"], {
        stdout: "pipe",
        stderr: "ignore"
      })
      const told = yield* Effect.promise(() => new Response(child.stdout).text())
      assert.strictEqual(told, "StoreUnavailable write\n", "the write began, and nothing is said to be kept")
      yield* Effect.promise(() => child.exited)
      assert.deepStrictEqual(readdirSync(path), [])
      const archive = yield* make(path, validator, retention)
      yield* archive.keep(report(0), evidenceParts(0))
      assert.deepStrictEqual((yield* archive.read(0))?.body, report(0))
    })
  )

  it.scopedLive("contains only complete files, whenever its process is killed", () =>
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
            // In the middle of the next file.
            if (lines.length >= 5 + time * 3) child.kill("SIGKILL")
          }
          await child.exited
          return lines.map(Number)
        })
        const archive = yield* make(path, validator, retention)
        const { epochs: all, miners } = readOnly(path)
        const epochs = yield* all
        assert.includeMembers([...epochs], said, "what was said to be kept is there")
        for (const epoch of epochs) {
          assert.deepStrictEqual((yield* archive.read(epoch))?.body, report(epoch))
          assert.deepStrictEqual((yield* miners(epoch))?.miners, evidenceParts(epoch).miners, "no report is without its evidence")
        }
        assert.isTrue(
          readdirSync(path).every((name) => /\.(json|gz)$/.test(name)),
          "nothing unfinished is left"
        )
        from = (epochs.at(-1) ?? -1) + 1
      }
      assert.isAbove(from, 20)
    })
  )
})
