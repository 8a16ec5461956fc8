import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { layerTables, QualityTables } from "../../../src/layers/store/quality/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
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
})
