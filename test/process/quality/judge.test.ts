/** Judging a head while the process is killed: the head gets one result. The steps are fast; the engine, the tables and the crashes are real. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import { folder } from "../../support/cli/support.ts"
import { verification } from "../../support/quality/heads.ts"
import { CONTRACT } from "../../support/quality/judgeProcess.ts"
import { exitOf } from "../../support/quality/killable.ts"
import { ALL, startJudge, statesPerHead } from "../../support/quality/startJudge.ts"

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
