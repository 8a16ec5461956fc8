/** Judging in this process alone, on a SQLite file of the data folder. */
import { Effect, Layer } from "effect"
import * as Checkout from "../../layers/git/Checkout.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { layer as treeTallies } from "../../layers/parser/TreeTallies.ts"
import { layerTables } from "../../layers/store/quality/QualityRecords.ts"
import { layer as qualityFile } from "../../layers/store/quality/qualityFile.ts"
import { retention } from "../executions.ts"
import { layerAlone } from "../worker.ts"
import { judgeGroup, layerJudge } from "./Judge.ts"
import * as JudgeSteps from "./JudgeSteps.ts"

export const stepsLayer = JudgeSteps.layer.pipe(Layer.provide([PullRequestHeads.layer, Checkout.layer, treeTallies()]))

/** The tables and an engine that executes. */
export const layer = (file: string) =>
  Layer.unwrapEffect(
    Effect.map(judgeGroup, (group) =>
      Layer.merge(layerJudge({ group }).pipe(Layer.provide(stepsLayer)), Layer.scopedDiscard(retention)).pipe(
        Layer.provideMerge(Layer.merge(layerAlone(group), layerTables)),
        Layer.provide(qualityFile(file))
      )
    )
  )
