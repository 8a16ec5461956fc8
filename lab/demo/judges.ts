/** The judges of the demo's duels: a panel of the stand-in's models, whose answers follow from what they are shown. */
import { join } from "node:path"
import { FileSystem } from "@effect/platform"
import { Effect, Schema } from "effect"
import { Panel } from "../../src/domain/quality/Panel.ts"
import { Narrator } from "./Narrator.ts"

/** Two makers' models. The first word of a model's name says how the stand-in answers. */
const MODELS = [
  { name: "harbour-large", family: "harbour", model: "fair-harbour-large", prompt_price: 3_000_000, answer_price: 15_000_000 },
  { name: "harbour-small", family: "harbour", model: "noisy-harbour-small", prompt_price: 400_000, answer_price: 1_600_000 },
  { name: "fen-70b", family: "fen", model: "noisy-fen-70b", prompt_price: 900_000, answer_price: 900_000 }
] as const

/** What all questions of a day may cost, in micro-dollars. */
const DAILY_BUDGET = 20_000_000

const panelText = Schema.encode(Schema.parseJson(Panel))

/** Starts the stand-in, and returns the panel's file. */
export const startJudges = (folder: string) =>
  Effect.gen(function* () {
    const { start } = yield* Effect.promise(() => import("../devnet/judges/JudgeStandIn.ts"))
    const { endpoint } = yield* start()
    const judges = MODELS.map((model) => ({ ...model, endpoint }))
    const panel = yield* Schema.decodeUnknown(Panel)({ judges, daily_budget: DAILY_BUDGET })
    const path = join(folder, "judges.json")
    yield* (yield* FileSystem.FileSystem).writeFileString(path, yield* panelText(panel))
    yield* (yield* Narrator).step({ actor: "judges", text: `stand-ins for ${MODELS.length} models of two makers answer at ${endpoint}` })
    return path
  }).pipe(Effect.orDie)
