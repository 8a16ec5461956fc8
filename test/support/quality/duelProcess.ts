/**
 * A process that runs one duel on a file of its own, as a validator does, for tests that kill it. The judges' material is invented; the engine, the
 * tables and the questions are real. Its only argument is a JSON document of `DuelProcess`. It exits at the duel's end.
 */
import { Duration, Effect, Layer, Option, Schema } from "effect"
import { IssueNumber } from "../../../src/domain/IssueRef.ts"
import type { DuelPair } from "../../../src/domain/quality/DuelRecord.ts"
import { Panel } from "../../../src/domain/quality/Panel.ts"
import { layerAlone } from "../../../src/layers/storage/durable/engine.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { duelGroup, layerDuel } from "../../../src/quality/duel/Duel.ts"
import { DuelCourt } from "../../../src/quality/duel/DuelCourt.ts"
import { layer as courtLayer } from "../../../src/quality/duel/DuelCourtByEngine.ts"
import { DuelSides } from "../../../src/quality/duel/DuelSides.ts"
import * as Judges from "../../../src/quality/judges/Judges.ts"
import * as ArtefactKeeper from "../../../src/quality/pipeline/ArtefactKeeper.ts"
import * as DuelTables from "../../../src/quality/store/DuelTables.ts"
import * as JudgeCalls from "../../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { headOf } from "./heads.ts"

export const DuelProcess = Schema.Struct({
  file: Schema.String,
  panel: Panel,
  /** Kills itself by SIGKILL: before it stores an answer that it paid for, or before it stores the result. */
  dieAt: Schema.NullOr(Schema.Literal("answer", "result"))
})
export type DuelProcess = typeof DuelProcess.Encoded

export const CONTRACT = "chain-contract"
export const PAIR: DuelPair = { issue: headOf(1).issue, number: IssueNumber.make(42), a: headOf(1), b: headOf(2, 1) }
const SEED = { block: 7, randomness: `0x${"ab".repeat(32)}` }

const side = (quality: number) => ({
  files: [{ path: "a.ts", isStripped: true, diff: `+quality=${quality}`, comments: [] }],
  leftOut: 0
})
const shown = { issue: { title: "Save twice", body: "" }, a: side(80), b: side(20) }

/** A duel's rows in the file. */
export const tables = (file: string) =>
  Layer.merge(DuelTables.layer, JudgeCalls.layer).pipe(Layer.provideMerge(layerTables), Layer.provideMerge(sqliteLayer(file)))

const die = Effect.sync(() => process.kill(process.pid, "SIGKILL"))

const mortal = (dieAt: "answer" | "result") =>
  Layer.effect(
    DuelTables.DuelTables,
    Effect.map(DuelTables.DuelTables, (inner) =>
      DuelTables.DuelTables.of({
        ...inner,
        duelsOf: (contract) => {
          const duels = inner.duelsOf(contract)
          return {
            ...duels,
            keepAnswer: (pair, answer) =>
              Effect.zipRight(
                Effect.when(die, () => dieAt === "answer"),
                duels.keepAnswer(pair, answer)
              ),
            end: (pair, end) =>
              Effect.zipRight(
                Effect.when(die, () => dieAt === "result"),
                duels.end(pair, end)
              )
          }
        }
      })
    )
  )

const hold = ({ file, panel, dieAt }: typeof DuelProcess.Type) => {
  const group = duelGroup(panel)
  const judges = Judges.layer({ panel, keys: new Map() }, { pause: Duration.millis(50) })
  const layer = Layer.merge(layerDuel({ group }), courtLayer(group, CONTRACT)).pipe(
    Layer.provide([judges, Layer.succeed(DuelSides, { load: () => Effect.succeed(shown) }), ArtefactKeeper.layerNone]),
    Layer.provide(layerAlone(group)),
    Layer.provide(dieAt === null ? tables(file) : Layer.provideMerge(mortal(dieAt), tables(file)))
  )
  return Effect.gen(function* () {
    const { duels, submit } = yield* DuelCourt
    yield* duels.begin(PAIR, SEED)
    // Like the validator's loop.
    yield* Effect.forEach(yield* duels.unfinished, submit)
    const hasEnded = Effect.map(
      duels.find(PAIR),
      Option.exists(({ endedAt }) => endedAt !== null)
    )
    yield* Effect.repeat(Effect.delay(hasEnded, Duration.millis(50)), { until: (ended) => ended })
  }).pipe(Effect.provide(layer))
}

if (import.meta.main) {
  const { runMain } = await import("@effect/platform-bun/BunRuntime")
  runMain(Effect.flatMap(Schema.decodeUnknown(Schema.parseJson(DuelProcess))(process.argv[2]), hold))
}
