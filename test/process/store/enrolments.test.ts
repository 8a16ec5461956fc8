/** The file of enrolments when its process is killed. */
import { fileURLToPath } from "node:url"
import * as FileSystem from "@effect/platform/FileSystem"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Enrolments from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { key, storeOf, subnet } from "../../support/axon/support.ts"

const inFile = <A, E, R>(use: (file: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    return yield* use(`${folder}/enrolments.db`)
  }).pipe(Effect.scoped, Effect.provide(BunContext.layer))

describe("the file of the store", () => {
  it.live("contains every acknowledged enrolment after kill -9", () =>
    inFile((file) =>
      Effect.gen(function* () {
        const script = fileURLToPath(new URL("../../support/axon/storeUntilKilled.ts", import.meta.url))
        let acknowledged = 0
        for (let life = 0; life < 3; life++) {
          const child = Bun.spawn([process.execPath, script, file, String(acknowledged + 1)], { stdout: "pipe", stderr: "inherit" })
          const until = acknowledged + 20 + life * 7
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
          assert.isAtLeast(acknowledged, until)
          const sequence = yield* Effect.flatMap(Enrolments.Enrolments, (store) => store.of(key(1).address)).pipe(
            Effect.map((held) => Number(/\nsequence (\d+)/.exec(held[0]?.text ?? "")?.[1])),
            Effect.provide(storeOf(subnet(), file))
          )
          assert.isAtLeast(sequence, acknowledged)
          acknowledged = sequence
        }
      })
    )
  )
})
