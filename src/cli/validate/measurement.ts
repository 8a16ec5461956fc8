/** How a validator measures contributions, by its options: with a roster and a token for GitHub, or not at all, and then it says why. */
import { Effect, Layer, Option } from "effect"
import * as ContributionScores from "../../layers/github/contributions/ContributionScores.ts"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import * as FileScorer from "../../layers/parser/FileScorer.ts"
import { readRoster } from "../../layers/roster/Roster.ts"
import { pathIn } from "../../layers/store/dataFolder.ts"
import { fileRulesOf } from "../../scoring/oss_contributions/files/rosterRules.ts"
import { Measurement, notMeasuring } from "../../scoring/oss_contributions/Measurement.ts"
import { measureRound } from "../../scoring/oss_contributions/measureRound.ts"

export interface MeasurementOptions {
  readonly roster: Option.Option<string>
  /** Where what can be had again is kept: pairs of files that were compared, and what GitHub said of commits. */
  readonly folder: string
  /** The program's. */
  readonly version: string
}

const measuring = Effect.fn("measurement")(function* (path: string, version: string) {
  const { roster, sha256 } = yield* readRoster(path)
  // Made once: what is known of files is known for these figures.
  const rules = fileRulesOf(roster)
  const { repositories } = roster
  const services = yield* Effect.context<Contributions.Contributions | ContributionScores.ContributionScores>()
  return Measurement.of({
    _tag: "Measuring",
    roster: sha256,
    program: version,
    repositories,
    measure: (now, uids) => measureRound({ now, uids, repositories, rules }).pipe(Effect.provide(services))
  })
})

export const measurementLayer = ({ roster, folder, version }: MeasurementOptions) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      if (Option.isNone(roster)) return notMeasuring("no roster is given (--roster)")
      // A roster that says what it must not stops the start, token or not.
      const { tokens } = yield* gitHubSettings
      if (tokens.length === 0) {
        yield* readRoster(roster.value)
        return notMeasuring("GitHub answers what contributions are scored by only to a token (GITTENSOR_GITHUB_TOKEN)")
      }
      return Layer.effect(Measurement, measuring(roster.value, version)).pipe(
        Layer.provide(ContributionScores.layer),
        Layer.provide(Layer.merge(Contributions.layer(pathIn(folder, "commits")), FileScorer.layer({ cacheFile: pathIn(folder, "files") })))
      )
    })
  )
