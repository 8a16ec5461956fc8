/** The questions about ratings and pairs that `gittensor simulate` answers. */
import { absence } from "./sections/absence.ts"
import { colluders } from "./sections/colluders.ts"
import type { RatingScenario } from "./sections/common.ts"
import { newcomers } from "./sections/newcomers.ts"
import { ranking } from "./sections/ranking.ts"
import { realRule } from "./sections/seasons.ts"

export const ratingScenarios: ReadonlyArray<RatingScenario> = [ranking, realRule, newcomers, colluders, absence]
