import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { folder, run } from "../../support/cli/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { recordCases } from "../../support/quality/recordCases.ts"

const at = (url: string) => layerTables.pipe(Layer.provide(WorkDatabase.layer(Redacted.make(url))))

describe.skipIf(!postgresIsAvailable)("the records of heads in Postgres", () => {
  recordCases(Layer.unwrapScoped(Effect.map(freshUrl("empty"), at)))

  it.scopedLive("may be made by several processes together", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("empty")
      const all = yield* Effect.all(
        Array.from({ length: 6 }, () => Effect.flatMap(QualityTables, ({ heads }) => heads).pipe(Effect.provide(Layer.fresh(at(url))))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        all,
        Array.from({ length: 6 }, () => [])
      )
    })
  )

  it.scopedLive("are pruned without touching artefacts, where the environment names no place of theirs", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("empty")
      const data = yield* folder
      writeFileSync(join(data, "artefacts"), "a file, so that whoever looks into it fails")
      const command = ["quality", "prune", "--work-database", url, "--data", data]
      const pruned = yield* run(command)
      assert.deepStrictEqual([pruned.code, pruned.stdout], [0, "0 finished executions forgotten; 0 rows are left\n"], pruned.stderr)
      const told = yield* run(command, { GITTENSOR_ARTEFACTS: join(data, "artefacts") })
      assert.include(told.stderr, "can't be used to keep files")
    })
  )
})
