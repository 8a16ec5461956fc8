/** Judging by workers: this process submits. */
import { Effect, Layer, type Redacted } from "effect"
import { layerTables } from "../../layers/store/quality/QualityRecords.ts"
import * as WorkDatabase from "../WorkDatabase.ts"
import { layerClient } from "../worker.ts"
import { judgeGroup } from "./Judge.ts"

/** The tables and an engine that only submits. Fails unless the database answers. */
export const layer = (database: Redacted.Redacted<string>) =>
  Layer.merge(Layer.unwrapEffect(Effect.map(judgeGroup, layerClient)), layerTables).pipe(Layer.provide(WorkDatabase.layer(database)))
