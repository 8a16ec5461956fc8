/**
 * A process that judges heads with fast steps, for tests that kill it. Its only argument is a JSON document of `JudgeProcess`. It prints the line
 * "ready" once it works. A process that works alone exits when its head is judged.
 */
import { appendFileSync } from "node:fs"
import { Duration, Effect, Layer, Option, Redacted, Schema } from "effect"
import { headKey } from "../../../src/domain/quality/QualityRecord.ts"
import { layerAlone, layerWorker } from "../../../src/layers/storage/durable/engine.ts"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import * as ArtefactKeeper from "../../../src/quality/pipeline/ArtefactKeeper.ts"
import { HeadPipeline } from "../../../src/quality/pipeline/HeadPipeline.ts"
import { layer as headPipeline } from "../../../src/quality/pipeline/HeadPipelineByEngine.ts"
import { HeadSteps } from "../../../src/quality/pipeline/HeadSteps.ts"
import { layerHeads } from "../../../src/quality/pipeline/headWorkflow.ts"
import { hasEnded, layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { headOf } from "./heads.ts"
import { FINGERPRINTS, passes, verifies } from "./steps.ts"

export const JudgeProcess = Schema.Struct({
  /** Gets a line at the start of each step: the process, the step and the head. */
  log: Schema.String,
  group: Schema.String,
  stepMs: Schema.Number,
  /** Whether the tests of pull request 1 never end. */
  hangs: Schema.Boolean,
  work: Schema.Union(
    /** Kills itself by SIGKILL: at the start of a step, or after this many events. */
    Schema.Struct({ file: Schema.String, dieAt: Schema.NullOr(Schema.Union(Schema.String, Schema.Number)) }),
    Schema.Struct({ url: Schema.String, port: Schema.Number })
  )
})
export type JudgeProcess = typeof JudgeProcess.Type

export const CONTRACT = "chain-contract"

const die = Effect.sync(() => process.kill(process.pid, "SIGKILL"))

const stepsLayer = ({ log, stepMs, hangs, work }: JudgeProcess) => {
  const step = <A>(name: string, key: string, result: A) =>
    Effect.gen(function* () {
      appendFileSync(log, `${process.pid} ${name} ${key}\n`)
      if ("file" in work && work.dieAt === name) yield* die
      if (hangs && name === "verify" && key.includes("#1@")) yield* Effect.never
      yield* Effect.sleep(Duration.millis(stepMs))
      return result
    })
  return Layer.succeed(HeadSteps, {
    fingerprints: () => Effect.succeed(FINGERPRINTS),
    gate: (head) => step("gate", headKey(head), passes),
    verify: (head) => step("verify", headKey(head), verifies)
  })
}

/** Tables that kill the process after this many events. */
const mortalTables = (events: number) =>
  Layer.effect(
    QualityTables,
    Effect.map(QualityTables, (tables) => {
      let written = 0
      return QualityTables.of({
        ...tables,
        recordsOf: (contract) => {
          const records = tables.recordsOf(contract)
          return {
            ...records,
            append: (head, event) =>
              Effect.tap(records.append(head, event), () => {
                written += 1
                return written >= events ? die : Effect.void
              })
          }
        }
      })
    })
  )

const alone = (given: JudgeProcess, { file, dieAt }: Extract<JudgeProcess["work"], { readonly file: string }>) => {
  const tables = typeof dieAt === "number" ? mortalTables(dieAt).pipe(Layer.provide(layerTables)) : layerTables
  const layer = Layer.merge(
    layerHeads({ group: given.group }).pipe(Layer.provide([stepsLayer(given), ArtefactKeeper.layerNone])),
    headPipeline(given.group, CONTRACT)
  ).pipe(Layer.provideMerge(Layer.merge(layerAlone(given.group), tables)), Layer.provideMerge(sqliteLayer(file)))
  return Effect.gen(function* () {
    const records = (yield* QualityTables).recordsOf(CONTRACT)
    const judge = yield* HeadPipeline
    const head = headOf(1)
    yield* records.see(head)
    process.stdout.write("ready\n")
    // Like the validator's loop.
    yield* Effect.forEach(yield* records.unfinished, (unfinished) => judge.submit(unfinished))
    const isJudged = Effect.gen(function* () {
      const { workflows } = yield* Executions.workState
      const found = yield* records.find(head)
      return Option.isSome(found) && hasEnded(found.value.record) && workflows.every(({ unfinished }) => unfinished === 0)
    })
    yield* Effect.repeat(Effect.delay(isJudged, Duration.millis(50)), { until: (judged) => judged })
  }).pipe(Effect.provide(layer))
}

const together = (given: JudgeProcess, { url, port }: Extract<JudgeProcess["work"], { readonly url: string }>) => {
  const layer = layerHeads({ group: given.group }).pipe(
    Layer.provide([stepsLayer(given), layerTables, ArtefactKeeper.layerNone]),
    Layer.provide(layerWorker([given.group], { host: "127.0.0.1", port })),
    Layer.provide(WorkDatabase.layer(Redacted.make(url)))
  )
  const ready = Layer.effectDiscard(Effect.sync(() => process.stdout.write("ready\n")))
  return Layer.launch(Layer.provideMerge(ready, layer))
}

const main = Effect.gen(function* () {
  const given = yield* Schema.decodeUnknown(Schema.parseJson(JudgeProcess))(process.argv[2])
  yield* "file" in given.work ? alone(given, given.work) : together(given, given.work)
})

if (import.meta.main) {
  const { runMain } = await import("@effect/platform-bun/BunRuntime")
  runMain(main)
}
