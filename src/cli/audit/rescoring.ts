/** How an audit scores records again: as a validator does, but with all of GitHub's rate limit, and keeping nothing on the disk. */
import { Effect, Layer, Option } from "effect"
import packageFile from "../../../package.json"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import type { EpochFacts } from "../../domain/EpochFacts.ts"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import { identifiedRoster } from "../../layers/roster/Roster.ts"
import { readRoster } from "../../layers/roster/readRoster.ts"
import * as ContributionScoring from "../../scoring/oss_contributions/ContributionScoring.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rescoreBy } from "../../validator/rescoring.ts"
import { InvalidGitHubToken } from "../score/run.ts"
import { inForceAs } from "../shared/weighing.ts"

/** By the roster at a path; without one, by the one that comes with the program. */
export const rescoring = (path: Option.Option<string>) =>
  Effect.fn("auditRescoring")(function* (facts: EpochFacts, inForce: string | null) {
    const document = Option.getOrElse(yield* Effect.transposeMapOption(path, readRoster), () => defaultRoster)
    const known = inForceAs(document, facts, inForce)
    if ("missing" in known) return known
    return (yield* rescoreBy(identifiedRoster(document, known.sha256), facts.block)) ?? { missing: "contributions are not scored" }
  })

export const layer = Layer.unwrapEffect(
  Effect.gen(function* () {
    if ((yield* gitHubSettings).tokens.length === 0) return yield* new InvalidGitHubToken()
    return ContributionScoring.layer(packageFile.version).pipe(
      Layer.provide(PullRequestScores.layer),
      Layer.provide([Contributions.layerWithoutReserve, FileScorer.layer()])
    )
  })
)
