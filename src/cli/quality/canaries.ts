/** Measures how often judges follow prompt injections. */
import { Effect, Layer } from "effect"
import { print, table } from "../../layers/machine/terminal/output.ts"
import { type CanaryResult, measureCanaries } from "../../quality/duel/measureCanaries.ts"
import * as Judges from "../../quality/judges/Judges.ts"
import { readPanel, withKeys } from "../../quality/judges/readPanel.ts"
import { layer as duelTables } from "../../quality/store/DuelTables.ts"
import { layer as callsLayer } from "../../quality/store/JudgeCalls.ts"
import { isDropped } from "../../rules/quality/duel/outcome.ts"
import { inPlace, type WorkPlace } from "./place.ts"

const canariesInWords =
  (limit: number) =>
  (results: ReadonlyArray<CanaryResult>): ReadonlyArray<string> =>
    table(
      results.map(({ judge, model, asked, fell, unanswered }) => [
        judge,
        model,
        asked === 0 ? "no answers" : `fell for ${fell} of ${asked} (${Math.round((100 * fell) / asked)}%)`,
        unanswered === null ? "" : unanswered,
        isDropped({ asked, fell }, limit) ? `is not asked in duels: more than ${limit}%` : ""
      ])
    )

export const canaries = (given: WorkPlace & { readonly judges: string }) =>
  Effect.gen(function* () {
    const keyed = yield* Effect.flatMap(readPanel(given.judges), withKeys)
    const services = Layer.merge(Judges.layer(keyed).pipe(Layer.provide(callsLayer)), duelTables)
    const results = yield* inPlace(given)(() => Effect.provide(measureCanaries, services))
    yield* print(given.json, results, canariesInWords(keyed.panel.fall_limit))
  })
