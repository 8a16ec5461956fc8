/** Plays scenarios on every core. */
import { Effect } from "effect"
import type { Section } from "../report/Report.ts"
import type { Scenario } from "../scenarios/figures.ts"
import type { RunOptions } from "../scenarios/runs.ts"
import { makeWorkers } from "./Workers.ts"

/** The sections of the scenarios, in their order. */
export const playAll = (
  scenarios: ReadonlyArray<Scenario>,
  settings: Omit<RunOptions, "onProgress" | "elsewhere">,
  onProgress: (line: string) => void
): Effect.Effect<ReadonlyArray<Section>> =>
  Effect.scoped(
    Effect.gen(function* () {
      const play = yield* makeWorkers(onProgress)
      const options: RunOptions = { ...settings, onProgress, elsewhere: (work) => play({ ...settings, ...work }) }
      return yield* Effect.forEach(scenarios, (scenario) => scenario.run(options), { concurrency: "unbounded" })
    })
  )
