/** Whether this validator scores contributions: either the services for that, besides the roster, or the reason why not. */
import { Context, Effect, Layer } from "effect"
import { type Emission, ppmOfKind, WHOLE_PPM } from "../../domain/Emission.ts"
import type { Contributions } from "../../layers/github/contributions/Contributions.ts"
import type { PullRequestScores } from "./score/PullRequestScores.ts"

type Services = Contributions | PullRequestScores

export interface ScoringEnabled {
  readonly _tag: "ScoringEnabled"
  /** The program's version, as scores name it. */
  readonly program: string
  readonly services: Context.Context<Services>
}

export interface ScoringDisabled {
  readonly _tag: "ScoringDisabled"
  readonly reason: string
  /** What happens to the contributions' share in this validator's weights. */
  readonly consequence: string
}

export class ContributionScoring extends Context.Tag("gittensor/ContributionScoring")<
  ContributionScoring,
  ScoringEnabled | ScoringDisabled
>() {}

export const layer = (program: string): Layer.Layer<ContributionScoring, never, Services> =>
  Layer.effect(
    ContributionScoring,
    Effect.map(Effect.context<Services>(), (services) => ({ _tag: "ScoringEnabled", program, services }) as const)
  )

export const layerDisabled = (reason: string, consequence = recycling(null)): Layer.Layer<ContributionScoring> =>
  Layer.succeed(ContributionScoring, { _tag: "ScoringDisabled", reason, consequence })

/** The text for operators about what is recycled if nothing is scored. `emission`: the roster's pools; null if they are not known yet. */
export const recycling = (emission: Emission | null): string => {
  if (emission === null) return "this validator's weights recycle what the roster gives to contributions"
  const ppm = ppmOfKind(emission, "oss_contributions")
  return ppm === 0
    ? "nothing is recycled by that, because no pool is for them"
    : `this validator's weights recycle what they would earn, ${(ppm * 100) / WHOLE_PPM}% of the emission`
}

/** For operators, a sentence without its full stop; null if contributions are scored. */
export const unscoredText = (scoring: ScoringEnabled | ScoringDisabled): string | null =>
  scoring._tag === "ScoringEnabled" ? null : `contributions are not scored, because ${scoring.reason}: ${scoring.consequence}`

export const warnIfUnscored = Effect.gen(function* () {
  const text = unscoredText(yield* ContributionScoring)
  if (text !== null) yield* Effect.logWarning(text)
})
