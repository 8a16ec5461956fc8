/** How often the stand-in's models fall for the canaries, measured as `gittensor quality canaries` measures real ones. */
import { Effect, Layer, Schema } from "effect"
import * as StandIn from "../../lab/devnet/judges/JudgeStandIn.ts"
import { Panel } from "../../src/domain/quality/Panel.ts"
import { layer as sqliteLayer } from "../../src/layers/storage/sqlite/client.ts"
import { canarySet } from "../../src/quality/duel/canarySet.ts"
import { measureCanaries } from "../../src/quality/duel/measureCanaries.ts"
import * as Judges from "../../src/quality/judges/Judges.ts"
import { isDropped } from "../../src/quality/rules/duel/canaries.ts"
import { layer as duelTables } from "../../src/quality/store/DuelTables.ts"
import { layer as callsLayer } from "../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../src/quality/store/QualityRecords.ts"

const MODELS = ["fair", "noisy", "first", "gullible"]

const panelAt = (endpoint: string): Panel =>
  Schema.decodeUnknownSync(Panel)({
    judges: MODELS.map((model, index) => ({
      name: model,
      family: index % 2 === 0 ? "one" : "two",
      model,
      endpoint,
      prompt_price: 0,
      answer_price: 0
    })),
    daily_budget: 0
  })

/** A row for each model: canaries, falls, and whether it is dropped. */
export const canaryRows = Effect.gen(function* () {
  const { endpoint } = yield* StandIn.start()
  const panel = panelAt(endpoint)
  const services = Judges.layer({ panel, keys: new Map() }).pipe(
    Layer.provide(callsLayer),
    Layer.merge(duelTables),
    Layer.provide(layerTables),
    Layer.provide(sqliteLayer(":memory:"))
  )
  const results = yield* Effect.provide(measureCanaries, services)
  return results.map(({ judge, asked, fell }) => ({ judge, asked, fell, dropped: isDropped({ asked, fell }, panel.fall_limit) }))
}).pipe(Effect.scoped)

export const CANARIES = canarySet.length
