import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as CompetitionArchive from "../../../src/layers/storage/dataFolder/CompetitionArchive.ts"
import { factsFrom, subject } from "../../support/store/archive.ts"

const inFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "competitions-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
).pipe(Effect.map((path) => join(path, "competitions.sqlite")))

const loaded = (file: string) => Effect.scoped(Effect.flatMap(CompetitionArchive.make(file), (archive) => archive.load(subject())))

describe("the archive of competitions", () => {
  it.live("contains completely what was saved before kill -9", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const file = yield* inFolder
        const script = fileURLToPath(new URL("archiveUntilKilled.ts", import.meta.url))
        let acknowledged = 0
        for (let life = 0; life < 3; life++) {
          const child = Bun.spawn([process.execPath, script, file, String(acknowledged + 1)], { stdout: "pipe", stderr: "inherit" })
          const until = acknowledged + 100 + life * 70
          yield* Effect.promise(async () => {
            let rest = ""
            for await (const chunk of child.stdout) {
              const lines = (rest + Buffer.from(chunk).toString()).split("\n")
              rest = lines.pop() ?? ""
              acknowledged = Number(lines.at(-1) ?? acknowledged)
              if (acknowledged >= until) child.kill("SIGKILL")
            }
            await child.exited
          })
          assert.strictEqual(child.signalCode, "SIGKILL")
          const facts = yield* loaded(file)
          assert.isAtLeast(facts.counts.competitions, acknowledged)
          acknowledged = facts.counts.competitions
          assert.deepStrictEqual(facts, factsFrom(1, acknowledged))
        }
      })
    )
  )
})
