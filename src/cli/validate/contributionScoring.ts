/** Scores contributions if there is a roster and a GitHub token. The emission's pools come from the roster, or without one from the built-in roster. */
import { Effect, Layer, Option, type Redacted } from "effect"
import { defaultEmission } from "../../domain/Emission.ts"
import type { Chain } from "../../layers/chain/node/Chain.ts"
import { chainFileName } from "../../layers/chain/node/identity.ts"
import type { RosterSigner } from "../../layers/chain/roster/RosterSigner.ts"
import { readRoster, type UnusableRoster } from "../../layers/chain/roster/readRoster.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import { pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import type { StoreUnavailable } from "../../layers/storage/dataFolder/failure.ts"
import * as RosterArchive from "../../layers/storage/dataFolder/RosterArchive.ts"
import * as ContributionScoring from "../../scoring/oss_contributions/ContributionScoring.ts"
import { layerMirrored } from "../../scoring/rosters/mirroredRosters.ts"
import * as Rosters from "../../scoring/rosters/Rosters.ts"
import { type CacheShares, cacheShares } from "../shared/cacheShares.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { contributionsIn, scoreCacheIn, scoresIn } from "../shared/scoresIn.ts"

export interface ContributionScoringOptions {
  readonly roster: Option.Option<RosterSource>
  /** Folder of the caches: compared files, GitHub's answers about commits, and rosters from mirrors. */
  readonly folder: string
  /** Database of the workers that score files; none: this process scores. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  /** Whether weights are set by all validators' reports. */
  readonly byConsensus: boolean
  readonly version: string
}

const mirroredLayer = (folder: string, urls: ReadonlyArray<string>) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const [chain, { netuid }] = yield* Effect.all([chainFileName, Subnet])
      return layerMirrored(urls).pipe(Layer.provide(RosterArchive.layer({ file: pathIn(folder, "rosters"), chain, netuid })))
    })
  )

const rostersLayer = ({
  roster,
  folder
}: ContributionScoringOptions): Layer.Layer<
  Rosters.Rosters,
  UnusableRoster | StoreUnavailable | Effect.Effect.Error<typeof chainFileName>,
  Chain | RosterSigner | Subnet
> =>
  Option.match(roster, {
    onNone: (): ReturnType<typeof rostersLayer> => Rosters.layerBuiltIn,
    onSome: (source) => (source._tag === "Path" ? Rosters.layerPath(source.path) : mirroredLayer(folder, source.urls))
  })

/** Imports the engine's libraries only if workers are used. */
const scoresByWorkers = (database: Redacted.Redacted<string>, folder: string, shares: CacheShares) =>
  Effect.map(
    Effect.promise(() =>
      Promise.all([
        import("../../quality/fileScores/PullRequestScoresByWorkers.ts"),
        import("../../quality/fileScores/ScoreFiles.ts"),
        import("../../quality/WorkDatabase.ts"),
        import("../../layers/storage/durable/engine.ts")
      ])
    ),
    ([ByWorkers, { scoringGroup }, WorkDatabase, { layerClient }]) =>
      ByWorkers.layer.pipe(
        Layer.provide(scoreCacheIn(folder, shares)),
        Layer.provide(Layer.unwrapEffect(Effect.map(scoringGroup, layerClient))),
        Layer.provide(WorkDatabase.layer(database))
      )
  )

/** Describes the consequence of not scoring contributions. Such a validator reports no scores either. */
const consequenceOf = ({ roster, byConsensus }: ContributionScoringOptions) => {
  if (byConsensus) return Effect.succeed("this validator's weights follow what the others report")
  if (Option.isNone(roster)) return Effect.succeed(ContributionScoring.recycling(defaultEmission))
  // With mirrors, this is unknown until the first epoch.
  return roster.value._tag === "Mirrors"
    ? Effect.succeed(ContributionScoring.recycling(null))
    : Effect.map(readRoster(roster.value.path), ({ emission }) => ContributionScoring.recycling(emission))
}

const disabled = (reason: string, options: ContributionScoringOptions) =>
  Effect.map(consequenceOf(options), (consequence) => ContributionScoring.layerDisabled(reason, consequence))

export const contributionScoringLayer = (options: ContributionScoringOptions) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const { roster, folder, workDatabase, version } = options
      if (Option.isNone(roster)) return yield* disabled("no roster is given (--roster)", options)
      const { tokens } = yield* gitHubSettings
      if (tokens.length === 0)
        return yield* disabled("GitHub shows contributions only to requests with a token (GITTENSOR_GITHUB_TOKEN)", options)
      const shares = yield* cacheShares(folder)
      const scores = Option.isSome(workDatabase) ? yield* scoresByWorkers(workDatabase.value, folder, shares) : scoresIn(folder, shares)
      return ContributionScoring.layer(version).pipe(Layer.provide(scores), Layer.provide(contributionsIn(folder, shares)))
    })
  ).pipe(Layer.provideMerge(rostersLayer(options)))
