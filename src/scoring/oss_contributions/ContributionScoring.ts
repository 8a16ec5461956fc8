/** Whether this validator scores contributions: with the services that it takes beside the roster, or not, and why. */
import { Context, Effect, Layer } from "effect"
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

export const layerDisabled = (reason: string): Layer.Layer<ContributionScoring> =>
  Layer.succeed(ContributionScoring, { _tag: "ScoringDisabled", reason })
