/** Submits duels to the workflow engine. */
import { Effect, Exit, Layer } from "effect"
import type { DuelRecord } from "../../domain/quality/DuelRecord.ts"
import { WorkflowEngine } from "../../layers/storage/durable/engine.ts"
import { DuelTables } from "../store/DuelTables.ts"
import { duelIn } from "./Duel.ts"
import { DuelCourt } from "./DuelCourt.ts"

/** A court that runs duels in a group's workflow. `contract`: its id in the tables. */
export const layer = (group: string, contract: string): Layer.Layer<DuelCourt, never, DuelTables | WorkflowEngine> =>
  Layer.effect(
    DuelCourt,
    Effect.gen(function* () {
      const engine = yield* WorkflowEngine
      const duels = (yield* DuelTables).duelsOf(contract)
      const workflow = duelIn(group)
      return DuelCourt.of({
        duels,
        submit: Effect.fn("DuelCourt.submit")(
          function* ({ pair, seed }: DuelRecord) {
            const payload = { contract, pair, seed }
            const state = yield* Effect.exit(workflow.poll(yield* workflow.executionId(payload)))
            const hasEnded = Exit.isFailure(state) || state.value?._tag === "Complete"
            if (!hasEnded) return yield* workflow.execute(payload, { discard: true })
            // The workflow's last activity records the duel's end. A missing end means that a bug of this program ended the execution.
            const reason = "the execution ended without a result; see the log of the process that executed it"
            yield* duels.end(pair, { outcome: null, reason, jurors: [], panel: null })
          },
          Effect.provideService(WorkflowEngine, engine)
        )
      })
    })
  )
