/** Scores the files of a round that was loaded from GitHub. Their texts are loaded pull request by pull request: together they would not fit into memory. */
import { Array as Arrays, Effect, Either } from "effect"
import { type MissingEvidence, sortedMissing } from "../../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import { Contributions, type LoadedRound, type RoundRequest } from "../../../layers/github/contributions/Contributions.ts"
import { Roster } from "../../../layers/roster/Roster.ts"
import { filesToLoad, type NeededFiles } from "../load/filesToLoad.ts"
import { totalsOf } from "../rules/files/totals.ts"
import type { MeasuredRound } from "../rules/scoreRound.ts"
import type { ScoredFiles } from "./FileScorer.ts"
import { PullRequestScores } from "./PullRequestScores.ts"

/** With the scores of its files, by `pullRequestKey`. */
export interface MeasuredFiles extends MeasuredRound {
  readonly files: ReadonlyMap<string, ScoredFiles>
}

/** Pull requests that are loaded together before the first of them is scored: the caches hold them until then. */
const AHEAD = 200

export interface FilesOptions {
  /** Also scores pull requests closed without a merge, whose files decide nothing. Default: false. */
  readonly includeClosed?: boolean
}

/** A pull request whose files cannot be loaded is missing for every account whose score depends on it. */
export const scoreLoadedFiles = Effect.fn("scoreLoadedFiles")(function* (
  { record, missing: unread, names }: Pick<LoadedRound, "record" | "missing" | "names">,
  { includeClosed = false }: FilesOptions = {}
) {
  const scores = yield* PullRequestScores
  const { fileRules } = yield* Roster
  const spelled = new Map(Object.keys(record.repos).map((name) => [name.toLowerCase(), name]))
  const commitsOf = (needed: NeededFiles) => ({ ...needed, repository: names[needed.repository] ?? needed.repository })
  const parts = yield* Effect.forEach(Arrays.chunksOf(filesToLoad(record, includeClosed), AHEAD), (part) =>
    Effect.zipRight(
      scores.readAhead(part.map(commitsOf), fileRules),
      Effect.forEach(
        part,
        (needed) => Effect.map(Effect.either(scores.ofPullRequest(commitsOf(needed), fileRules)), (scored) => ({ needed, scored })),
        { concurrency: scores.atOnce }
      )
    )
  )
  const files = new Map<string, ScoredFiles>()
  const missing: Array<MissingEvidence> = []
  for (const { needed, scored } of parts.flat()) {
    const { repository, number, accounts } = needed
    if (Either.isRight(scored)) files.set(pullRequestKey(repository, number), scored.right)
    else
      for (const account of accounts)
        missing.push({ repository: spelled.get(repository) ?? repository, account, only: number, why: scored.left.message })
  }
  const round: MeasuredFiles = {
    record,
    totals: new Map([...files].map(([key, one]) => [key, totalsOf(one.files)])),
    missing: sortedMissing([...unread, ...missing]),
    files
  }
  return round
})

/** Loads a round from GitHub and scores its files. Fails only when GitHub cannot be asked anything, as without a token. */
export const loadAndScoreFiles = Effect.fn("loadAndScoreFiles")(function* (request: RoundRequest, options: FilesOptions = {}) {
  const contributions = yield* Contributions
  const loaded = yield* contributions.load(request)
  return { ...loaded, ...(yield* scoreLoadedFiles(loaded, options)) }
})
