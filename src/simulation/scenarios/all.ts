/** All scenarios of `gittensor simulate`: those about validators and their rounds, and those about ratings and pairs. */
import { absence } from "../ratings/sections/absence.ts"
import { colluders } from "../ratings/sections/colluders.ts"
import type { RatingScenario } from "../ratings/sections/common.ts"
import { newcomers } from "../ratings/sections/newcomers.ts"
import { ranking } from "../ratings/sections/ranking.ts"
import { realRule } from "../ratings/sections/seasons.ts"
import type { Scenario } from "./figures.ts"
import { honest, unreliable } from "./honest.ts"
import { hostile, majority } from "./hostile.ts"
import { miners } from "./miners.ts"
import { partition } from "./partition.ts"

/** Below this number of rounds the rating scenarios use few seeds and short seasons: enough for a first look. */
const QUICK_BELOW = 1_000

const ratingScenarios: ReadonlyArray<RatingScenario> = [ranking, realRule, newcomers, colluders, absence]

export const allScenarios: ReadonlyArray<Scenario> = [
  honest,
  unreliable,
  hostile,
  majority,
  partition,
  miners,
  ...ratingScenarios.map(
    ({ name, question, run }): Scenario => ({
      name,
      question,
      run: ({ onProgress, rounds, seed }) => run({ seed, quick: rounds < QUICK_BELOW, onProgress })
    })
  )
]
