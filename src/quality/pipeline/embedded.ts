/** Judging in this process alone, with a SQLite file in the data folder. */
import { Effect, Layer, Option } from "effect"
import * as Repositories from "../../layers/git/Repositories.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { layerAlone } from "../../layers/storage/durable/engine.ts"
import { retention } from "../../layers/storage/durable/executions.ts"
import { artefactRetention } from "../artefactRetention.ts"
import { duelGroup, layerDuel } from "../duel/Duel.ts"
import * as DuelSides from "../duel/DuelSides.ts"
import { probing } from "../duel/probeStability.ts"
import * as Judges from "../judges/Judges.ts"
import type { KeyedPanel } from "../judges/readPanel.ts"
import * as DuelTables from "../store/DuelTables.ts"
import * as JudgeCalls from "../store/JudgeCalls.ts"
import { layerTables } from "../store/QualityRecords.ts"
import { layer as qualityFile } from "../store/qualityFile.ts"
import * as ArtefactKeeper from "./ArtefactKeeper.ts"
import * as HeadSteps from "./HeadSteps.ts"
import { headGroup, layerHeads } from "./headWorkflow.ts"

export const stepsLayer = (verifying: HeadSteps.Verifying) =>
  HeadSteps.layer(verifying).pipe(Layer.provide([PullRequestHeads.layer, Repositories.layer]))

export const duelLayer = (keyed: KeyedPanel) =>
  Layer.merge(layerDuel({ group: duelGroup(keyed.panel) }), Layer.scopedDiscard(probing)).pipe(
    Layer.provide([
      DuelSides.layer.pipe(Layer.provide([PullRequestHeads.layer, Repositories.layer])),
      Judges.layer(keyed).pipe(Layer.provide(JudgeCalls.layer))
    ])
  )

/** The tables and an executing workflow engine. Without a panel there are no duels. */
export const layer = (file: string, panel: Option.Option<KeyedPanel>, verifying: HeadSteps.Verifying) =>
  Layer.unwrapEffect(
    Effect.map(headGroup, (group) =>
      Layer.mergeAll(
        layerHeads({ group }).pipe(Layer.provide([stepsLayer(verifying), ArtefactKeeper.layer])),
        Option.match(panel, { onNone: () => Layer.empty, onSome: (keyed) => duelLayer(keyed).pipe(Layer.provide(ArtefactKeeper.layer)) }),
        Layer.scopedDiscard(retention),
        Layer.scopedDiscard(artefactRetention)
      ).pipe(
        Layer.provideMerge(layerAlone(group, ...Option.toArray(panel).map((keyed) => duelGroup(keyed.panel)))),
        Layer.provideMerge(Layer.merge(DuelTables.layer, JudgeCalls.layer)),
        Layer.provideMerge(layerTables),
        Layer.provide(qualityFile(file))
      )
    )
  )
