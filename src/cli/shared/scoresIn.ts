/** Scoring of pull requests with caches in a data folder, for a validator and its workers. */
import { Layer } from "effect"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import * as ScoreCache from "../../layers/storage/dataFolder/ScoreCache.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import type { CacheShares } from "./cacheShares.ts"

export const contributionsIn = (folder: string, { commits }: CacheShares) => Contributions.layer(pathIn(folder, "commits"), commits)

export const scoreCacheIn = (folder: string, { scored }: CacheShares) => ScoreCache.layerFile(pathIn(folder, "scored"), scored)

/** Scores in this process. */
export const scoresIn = (folder: string, shares: CacheShares) =>
  PullRequestScores.layerCached.pipe(
    Layer.provide([
      FileScorer.layer({
        cache: { file: pathIn(folder, "trees"), bytes: shares.trees }
      }),
      scoreCacheIn(folder, shares)
    ])
  )
