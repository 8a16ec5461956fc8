import { describe } from "@effect/vitest"
import { Layer } from "effect"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { recordCases } from "../../support/quality/recordCases.ts"

describe("the records of heads in SQLite", () => {
  recordCases(layerTables.pipe(Layer.provide(sqliteLayer(":memory:"))))
})
