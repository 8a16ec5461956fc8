/** Scores the files of a round that was loaded from GitHub. Their texts are loaded pull request by pull request: together they would not fit into memory. */
import { Effect, Either } from "effect"
import { type MissingEvidence, sortedMissing } from "../../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey, type RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { Contributions, type RoundRequest } from "../../../layers/github/contributions/Contributions.ts"
import { Roster } from "../../../layers/roster/Roster.ts"
import { filesToLoad } from "../load/filesToLoad.ts"
import { totalsOf } from "../rules/files/totals.ts"
import type { TotalsByPullRequest } from "../rules/scoreRound.ts"
import type { ScoredFiles } from "./FileScorer.ts"
import { PullRequestScores } from "./PullRequestScores.ts"

export interface ScoredRoundFiles {
  readonly totals: TotalsByPullRequest
  /** File by file, by `pullRequestKey`. */
  readonly files: ReadonlyMap<string, ScoredFiles>
  /** Pull requests whose files could not be loaded, for every account whose score depends on them. */
  readonly missing: ReadonlyArray<MissingEvidence>
}

/** Pull requests in progress at once, because their texts are held in memory. */
const CONCURRENCY = 8

export interface FilesOptions {
  /** Also scores pull requests closed without a merge, whose files decide nothing. Default: false. */
  readonly includeClosed?: boolean
}

export const scoreLoadedFiles = Effect.fn("scoreLoadedFiles")(function* (
  record: RoundRecord,
  { includeClosed = false }: FilesOptions = {}
) {
  const scores = yield* PullRequestScores
  const { fileRules } = yield* Roster
  const spelled = new Map(Object.keys(record.repos).map((name) => [name.toLowerCase(), name]))
  const results = yield* Effect.forEach(
    filesToLoad(record, includeClosed),
    (needed) => Effect.map(Effect.either(scores.ofPullRequest(needed, fileRules)), (scored) => ({ needed, scored })),
    { concurrency: CONCURRENCY }
  )
  const files = new Map<string, ScoredFiles>()
  const missing: Array<MissingEvidence> = []
  for (const { needed, scored } of results) {
    const { repository, number, accounts } = needed
    if (Either.isRight(scored)) files.set(pullRequestKey(repository, number), scored.right)
    else
      for (const account of accounts) missing.push({ repository: spelled.get(repository) ?? repository, account, why: scored.left.message })
  }
  const round: ScoredRoundFiles = { totals: new Map([...files].map(([key, one]) => [key, totalsOf(one.files)])), files, missing }
  return round
})

/** Loads a round from GitHub and scores its files. Fails only when GitHub cannot be asked anything, as without a token. */
export const loadAndScoreFiles = Effect.fn("loadAndScoreFiles")(function* (request: RoundRequest, options: FilesOptions = {}) {
  const contributions = yield* Contributions
  const loaded = yield* contributions.load(request)
  const { missing, ...scored } = yield* scoreLoadedFiles(loaded.record, options)
  return { ...loaded, ...scored, missing: sortedMissing([...loaded.missing, ...missing]) }
})
