/** All scenarios of `gittensor simulate`: those about validators and their rounds, and those about ratings and pairs. */
import { Effect } from "effect"
import { absence } from "../ratings/sections/absence.ts"
import { colluders } from "../ratings/sections/colluders.ts"
import type { RatingScenario } from "../ratings/sections/common.ts"
import { freshStarts } from "../ratings/sections/freshStarts.ts"
import { newcomers } from "../ratings/sections/newcomers.ts"
import { ranking } from "../ratings/sections/ranking.ts"
import { rules } from "../ratings/sections/rules.ts"
import { realRule } from "../ratings/sections/seasons.ts"
import type { Section } from "../report/Report.ts"
import { badTroubles, troubled } from "../validators/conditions.ts"
import { consensus } from "./consensus.ts"
import { brokenPromises, MODEL_NOTES, partOf, progress, type Scenario, safety, settingsOf } from "./figures.ts"
import { hostile, majority } from "./hostile.ts"
import { miners } from "./miners.ts"
import { partition } from "./partition.ts"
import { run } from "./runs.ts"

/** Scenarios in which every validator is honest but has the usual troubles, or severe ones. */
const honest: Scenario = {
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

const unreliable: Scenario = {
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

/** Below this number of rounds the rating scenarios use few seeds and short seasons: a preview. */
const QUICK_BELOW = 1_000

const ratingScenarios: ReadonlyArray<RatingScenario> = [ranking, realRule, newcomers, freshStarts, colluders, rules, absence]

const ofValidators: ReadonlyArray<Scenario> = [honest, unreliable, hostile, majority, partition, miners, consensus]

/** A scenario about validators is one long history, so another process plays it as a whole. */
const movable = (scenario: Scenario): Scenario => ({
  ...scenario,
  run: (options) =>
    options.elsewhere === undefined
      ? scenario.run(options)
      : Effect.map(options.elsewhere({ scenario: scenario.name, piece: null }), (section) => section as Section)
})

export const allScenarios: ReadonlyArray<Scenario> = [
  ...ofValidators.map(movable),
  ...ratingScenarios.map(
    ({ name, play, question, run }): Scenario => ({
      name,
      question,
      play,
      run: ({ elsewhere, onProgress, rounds, seed }) =>
        run({
          seed,
          quick: rounds < QUICK_BELOW,
          onProgress,
          ...(elsewhere === undefined ? {} : { elsewhere: (piece) => elsewhere({ scenario: name, piece }) })
        })
    })
  )
]
