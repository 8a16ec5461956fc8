/** Scenarios in which every validator is honest but has the usual troubles, or severe ones. */
import { Effect } from "effect"
import type { Section } from "../report/Report.ts"
import { badTroubles, troubled } from "../validators/conditions.ts"
import { brokenPromises, MODEL_NOTES, partOf, progress, type Scenario, safety, settingsOf } from "./figures.ts"
import { run } from "./runs.ts"

export const honest: Scenario = {
  name: "honest",
  question: "Do honest validators with the usual troubles agree, round after round?",
  run: (options) =>
    Effect.map(run("honest", settingsOf(options), { ...options, rounds: partOf(options.rounds) }), (totals) => ({
      name: honest.name,
      question: honest.question,
      figures: [...safety(totals), ...progress(totals)],
      plots: [],
      notes: [...MODEL_NOTES, ...brokenPromises([totals])]
    }))
}

export const unreliable: Scenario = {
  name: "unreliable",
  question: "What if every validator is away a fifth of the time, far behind another fifth, and GitHub is silent for it a tenth?",
  run: (options) =>
    Effect.map(
      run("unreliable", settingsOf(options, { conditionOf: troubled(options.seed, badTroubles) }), {
        ...options,
        rounds: partOf(options.rounds)
      }),
      (totals): Section => ({
        name: unreliable.name,
        question: unreliable.question,
        figures: [...safety(totals), ...progress(totals)],
        plots: [],
        notes: brokenPromises([totals])
      })
    )
}
