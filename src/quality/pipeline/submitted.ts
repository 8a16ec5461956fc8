/** Judging by workers: this process only submits. */
import { Effect, Layer, Option, type Redacted } from "effect"
import type { Panel } from "../../domain/quality/Panel.ts"
import { layerClient } from "../../layers/storage/durable/engine.ts"
import { duelGroup } from "../duel/Duel.ts"
import * as DuelTables from "../store/DuelTables.ts"
import * as JudgeCalls from "../store/JudgeCalls.ts"
import { layerTables } from "../store/QualityRecords.ts"
import * as WorkDatabase from "../WorkDatabase.ts"
import { headGroup } from "./headWorkflow.ts"

/** The tables and a submitting workflow engine. Duels go to workers with the same panel. Fails unless the database answers. */
export const layer = (database: Redacted.Redacted<string>, panel: Option.Option<Panel>) =>
  Layer.unwrapEffect(Effect.map(headGroup, (group) => layerClient(group, ...Option.toArray(panel).map(duelGroup)))).pipe(
    Layer.merge(Layer.merge(DuelTables.layer, JudgeCalls.layer)),
    Layer.provideMerge(layerTables),
    Layer.provide(WorkDatabase.layer(database))
  )
