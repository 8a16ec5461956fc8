/** Composes the judging of competitors' pull requests: tables for the findings, and a workflow engine in this process or with workers. */
import { Effect, Layer, Option, type Redacted } from "effect"
import { Contract } from "../layers/chain/contract/Contract.ts"
import { chainFileName } from "../layers/chain/node/identity.ts"
import * as PullRequestHeads from "../layers/github/PullRequestHeads.ts"
import { pathIn } from "../layers/storage/dataFolder/dataFolder.ts"
import type { KeyedPanel } from "./judges/readPanel.ts"
import type { Verifying } from "./pipeline/HeadSteps.ts"
import * as DuelRecords from "./store/DuelRecords.ts"
import * as QualityRecords from "./store/QualityRecords.ts"

export interface JudgingOptions {
  /** The data folder. */
  readonly folder: string
  /** Database of the workers that judge; none: this process judges. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  /** The judges of duels; none: no duels. Workers have their own keys. */
  readonly panel: Option.Option<KeyedPanel>
  readonly verifying: Verifying
}

/** A contract's records, head pipeline and, with a panel, court of duels. Loads the engine's libraries on first use. */
export const judging = ({ folder, panel, workDatabase, verifying }: JudgingOptions) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const contract = `${yield* chainFileName}-${(yield* Contract).address}`
      const [HeadPipelineByEngine, { headGroup }, Embedded, Submitted, DuelCourtByEngine, { duelGroup }] = yield* Effect.promise(() =>
        Promise.all([
          import("./pipeline/HeadPipelineByEngine.ts"),
          import("./pipeline/headWorkflow.ts"),
          import("./pipeline/embedded.ts"),
          import("./pipeline/submitted.ts"),
          import("./duel/DuelCourtByEngine.ts"),
          import("./duel/Duel.ts")
        ])
      )
      const pipeline = Layer.unwrapEffect(Effect.map(headGroup, (group) => HeadPipelineByEngine.layer(group, contract)))
      const engine = Option.match(workDatabase, {
        onNone: () => Embedded.layer(pathIn(folder, "quality"), panel, verifying),
        onSome: (database) =>
          Submitted.layer(
            database,
            Option.map(panel, (keyed) => keyed.panel)
          )
      })
      const court = Option.match(panel, {
        onNone: () => Layer.empty,
        onSome: (keyed) => DuelCourtByEngine.layer(duelGroup(keyed.panel), contract)
      })
      const records = Layer.merge(QualityRecords.layer(contract), DuelRecords.layer(contract))
      return Layer.mergeAll(records, pipeline, court, PullRequestHeads.layer).pipe(Layer.provide(engine))
    })
  )
