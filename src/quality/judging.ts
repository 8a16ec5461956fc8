/** How a validator judges competitors' pull requests: the tables of what is found out, and the engine of this process or of workers. */
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
  /** Whose workers judge; without one, this process does. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  /** The judges of duels; without any, there are no duels. Workers have their own keys. */
  readonly panel: Option.Option<KeyedPanel>
  readonly verifying: Verifying
}

/** The records, the pipeline of heads and, with a panel, the court of duels of a contract. The engine's libraries are loaded only here. */
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
