/** Judging a head while the process is killed: the head gets one result. The steps are fast; the engine, the tables and the crashes are real. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import { folder } from "../../support/cli/support.ts"
import { verification } from "../../support/quality/heads.ts"
import { CONTRACT, type JudgeProcess } from "../../support/quality/judgeProcess.ts"
import { exitOf, startKillable } from "../../support/quality/killable.ts"

const SCRIPT = fileURLToPath(new URL("../../support/quality/judgeProcess.ts", import.meta.url))

/** Starts a judging process, which is killed when the scope ends. */
const startJudge = (given: JudgeProcess) => startKillable(SCRIPT, given)

/** How often each state of each head is in the events. */
const statesPerHead = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ key: string; state: string }>`SELECT key, state FROM quality_events ORDER BY event`
  const found = new Map<string, Array<string>>()
  for (const { key, state } of rows) found.set(key, [...(found.get(key) ?? []), state])
  return found
})
const ALL = ["seen", "gated", "verified", "done"]

const newLog = Effect.map(folder, (path) => {
  const log = join(path, "log")
  writeFileSync(log, "")
  return log
})

describe("judging heads", () => {
  it.scopedLive("alone gives one result, whenever the process is killed", () =>
    Effect.gen(function* () {
      const log = yield* newLog
      const file = join(yield* folder, "quality.sqlite")
      // At the start of each step, and after each event that a step writes.
      for (const dieAt of ["gate", 1, "verify", 1, 1]) {
        const child = yield* startJudge({ log, group: "judge-a", stepMs: 1, hangs: false, work: { file, dieAt } })
        assert.notStrictEqual(yield* exitOf(child), 0)
        assert.strictEqual(child.signalCode, "SIGKILL", `killed at ${dieAt}`)
      }
      const last = yield* startJudge({ log, group: "judge-a", stepMs: 1, hangs: false, work: { file, dieAt: null } })
      assert.strictEqual(yield* exitOf(last), 0)
      yield* Effect.gen(function* () {
        assert.deepStrictEqual([...(yield* statesPerHead).values()], [ALL])
        const [only] = yield* (yield* QualityTables).recordsOf(CONTRACT).all
        assert.deepStrictEqual([only?.state, only?.verification], ["done", verification])
        const { workflows } = yield* Executions.workState
        assert.deepStrictEqual(workflows, [{ workflow: "Judge/v1", unfinished: 0, finished: 1, since: null }])
      }).pipe(Effect.provide(Layer.provideMerge(layerTables, sqliteLayer(file))))
    })
  )
})
