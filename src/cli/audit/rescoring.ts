/** Recomputes scores for an audit: like a validator, but with GitHub's whole rate limit, and without a cache on disk. */
import { Effect, Layer, type Option } from "effect"
import packageFile from "../../../package.json"
import type { EpochState } from "../../domain/EpochState.ts"
import { identifiedRoster } from "../../layers/chain/roster/Roster.ts"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import * as ContributionScoring from "../../scoring/oss_contributions/ContributionScoring.ts"
import { rescoreBy } from "../../scoring/oss_contributions/OssContributions.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { invalidGitHubToken } from "../score/score.ts"
import { type RosterSource, rostersFrom } from "../shared/rosterSource.ts"
import { inForceAs } from "../shared/weighing.ts"

/** Scores records again by the roster that was in force in their epoch, from GitHub's record as of the epoch's first block. */
export const rescoring = (source: Option.Option<RosterSource>) =>
  Effect.map(rostersFrom(source), (rosterOf) =>
    Effect.fn("auditRescoring")(function* (facts: EpochState, inForce: string | null) {
      const document = yield* rosterOf(facts)
      if ("missing" in document) return document
      const known = inForceAs(document, facts, inForce)
      if ("missing" in known) return known
      const rescore = yield* rescoreBy(identifiedRoster(document, known.sha256), Effect.succeed(facts.time))
      return rescore ?? { missing: "contributions are not scored" }
    })
  )

export const layer = Layer.unwrapEffect(
  Effect.gen(function* () {
    if ((yield* gitHubSettings).tokens.length === 0) return yield* invalidGitHubToken()
    return ContributionScoring.layer(packageFile.version).pipe(
      Layer.provide(PullRequestScores.layer),
      Layer.provide([Contributions.layerWithoutReserve, FileScorer.layer()])
    )
  })
)
