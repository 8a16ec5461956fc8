/** Submits heads to the workflow engine. */
import { Effect, Exit, Layer } from "effect"
import { WorkflowEngine } from "../../layers/storage/durable/engine.ts"
import { type AttemptedRecord, QualityTables } from "../store/QualityRecords.ts"
import { HeadPipeline } from "./HeadPipeline.ts"
import { headWorkflowIn } from "./headWorkflow.ts"

/** A pipeline that runs heads in a group's workflow. `contract`: its id in the records. */
export const layer = (group: string, contract: string): Layer.Layer<HeadPipeline, never, QualityTables | WorkflowEngine> =>
  Layer.effect(
    HeadPipeline,
    Effect.gen(function* () {
      const engine = yield* WorkflowEngine
      const records = (yield* QualityTables).recordsOf(contract)
      const workflow = headWorkflowIn(group)
      return HeadPipeline.of({
        submit: Effect.fn("HeadPipeline.submit")(
          function* ({ attempt, record: { head } }: AttemptedRecord, testCommand?: string) {
            const payload = { contract, head, attempt, testCommand: testCommand ?? null }
            const state = yield* Effect.exit(workflow.poll(yield* workflow.executionId(payload)))
            const hasEnded = Exit.isFailure(state) || state.value?._tag === "Complete"
            if (!hasEnded) return yield* workflow.execute(payload, { discard: true })
            // The workflow records the end before it returns. A missing end means that a bug of this program ended the execution.
            const reason = "the execution ended without a result; see the log of the process that executed it"
            yield* records.append(head, { attempt, state: "failed", fault: "unknown", reason })
          },
          Effect.provideService(WorkflowEngine, engine)
        )
      })
    })
  )
