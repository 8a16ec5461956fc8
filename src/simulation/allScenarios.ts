/** Every question that a simulation answers: of validators and their rounds, and of ratings and pairs. */
import { ratingScenarios } from "./ratings/sections.ts"
import { type Scenario, scenarios } from "./scenarios.ts"

/** With fewer rounds than this the questions about ratings are answered from few seeds and small seasons, for a first look. */
const QUICK_BELOW = 1_000

export const allScenarios: ReadonlyArray<Scenario> = [
  ...scenarios,
  ...ratingScenarios.map(
    ({ name, question, run }): Scenario => ({
      name,
      question,
      run: ({ rounds, seed, tell }) => run({ seed, quick: rounds < QUICK_BELOW, tell })
    })
  )
]
