/** How the contributions of an epoch are measured here, if they are. */
import { Context, type Effect, Layer } from "effect"
import type { RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import type { GitHubUnavailable } from "../../layers/github/contributions/Contributions.ts"
import type { Untold } from "./rules/epochScores.ts"
import type { TotalsByPullRequest } from "./rules/scoreRound.ts"

export interface MeasuredRound {
  readonly record: RoundRecord
  readonly totals: TotalsByPullRequest
  /** What GitHub did not tell. */
  readonly incomplete: ReadonlyArray<Untold>
}

export interface Measuring {
  readonly _tag: "Measuring"
  /** The sha256 of what is scored and by which figures. */
  readonly roster: string
  /** The program's version. */
  readonly program: string
  readonly repositories: RoundRecord["repos"]
  /** The round at a moment (microseconds since 1970) of the accounts that the UIDs have proven; null: none. */
  readonly measure: (now: number, uids: Readonly<Record<string, string | null>>) => Effect.Effect<MeasuredRound, GitHubUnavailable>
}

/** Nothing is measured, because this validator was not given what it takes. */
export interface NotMeasuring {
  readonly _tag: "NotMeasuring"
  readonly why: string
}

export class Measurement extends Context.Tag("gittensor/Measurement")<Measurement, Measuring | NotMeasuring>() {}

export const notMeasuring = (why: string): Layer.Layer<Measurement> => Layer.succeed(Measurement, { _tag: "NotMeasuring", why })
