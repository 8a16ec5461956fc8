/** The questions about ratings and pairs that `gittensor simulate` answers. */
import type { RatingScenario } from "./sections/common.ts"
import { ranking } from "./sections/ranking.ts"

export const ratingScenarios: ReadonlyArray<RatingScenario> = [ranking]
