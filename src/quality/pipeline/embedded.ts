/** Judging in this process alone, on a SQLite file of the data folder. */
import { Effect, Layer } from "effect"
import * as Checkout from "../../layers/git/Checkout.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { layer as treeTallies } from "../../layers/parser/TreeTallies.ts"
import { layerTables, QualityUnavailable } from "../../layers/store/quality/QualityRecords.ts"
import { layer as sqliteLayer } from "../../sqlite/client.ts"
import { openStoreFile } from "../../sqlite/storeFile.ts"
import { retention } from "../executions.ts"
import { layerAlone } from "../worker.ts"
import { judgeGroup, layerJudge } from "./Judge.ts"
import * as JudgeSteps from "./JudgeSteps.ts"

export const stepsLayer = JudgeSteps.layer.pipe(Layer.provide([PullRequestHeads.layer, Checkout.layer, treeTallies()]))

/** A damaged file is begun anew: what it said about heads can be found out again. */
const checkedFile = (file: string) =>
  openStoreFile({
    file,
    tables: "PRAGMA user_version",
    failed: ({ operation, code }) => new QualityUnavailable({ operation: `${operation} ${file}`, why: code }),
    renew: { name: "the record of pull requests' quality", consequence: "the heads of running competitions are judged again" }
  }).pipe(Effect.scoped)

/** The tables and an engine that executes. */
export const layer = (file: string) =>
  Layer.unwrapEffect(
    Effect.map(judgeGroup, (group) =>
      Layer.merge(layerJudge({ group }).pipe(Layer.provide(stepsLayer)), Layer.scopedDiscard(retention)).pipe(
        Layer.provideMerge(Layer.merge(layerAlone(group), layerTables)),
        Layer.provide(sqliteLayer(file))
      )
    )
  ).pipe(Layer.provide(Layer.effectDiscard(checkedFile(file))))
