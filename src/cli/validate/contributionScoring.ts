/** Scores contributions if there is a roster and a GitHub token. The pools are the roster's in any case, without one the built-in ones. */
import { Effect, Layer, Option } from "effect"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import * as Roster from "../../layers/roster/Roster.ts"
import { pathIn } from "../../layers/store/dataFolder.ts"
import * as ContributionScoring from "../../scoring/oss_contributions/ContributionScoring.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../scoring/oss_contributions/score/PullRequestScores.ts"

export interface ContributionScoringOptions {
  readonly roster: Option.Option<string>
  /** The folder of the caches: compared files, and GitHub's answers about commits. */
  readonly folder: string
  /** The program's version. */
  readonly version: string
}

export const contributionScoringLayer = ({ roster, folder, version }: ContributionScoringOptions) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      if (Option.isNone(roster)) return ContributionScoring.layerDisabled("no roster is given (--roster)")
      const { tokens } = yield* gitHubSettings
      if (tokens.length === 0)
        return ContributionScoring.layerDisabled("GitHub shows contributions only to requests with a token (GITTENSOR_GITHUB_TOKEN)")
      return ContributionScoring.layer(version).pipe(
        Layer.provide(PullRequestScores.layer),
        Layer.provide([
          Contributions.layer(pathIn(folder, "commits")),
          FileScorer.layer({ cacheFiles: { pairs: pathIn(folder, "files"), tallies: pathIn(folder, "trees") } })
        ])
      )
    })
  ).pipe(Layer.provideMerge(Roster.layer(roster)))
