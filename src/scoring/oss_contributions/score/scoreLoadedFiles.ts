/** Scores the files of a round that was loaded from GitHub. Loads their texts pull request by pull request: all of them would not fit into memory. */
import { Array as Arrays, Effect, Either } from "effect"
import { type MissingEvidence, sortedMissing } from "../../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { Contributions, type LoadedRound, type RoundRequest } from "../../../layers/github/contributions/Contributions.ts"
import { contained } from "../../../layers/machine/effects/contained.ts"
import { filesToLoad, type NeededFiles } from "../load/filesToLoad.ts"
import { type FileTotals, totalsOf } from "../rules/files/totals.ts"
import { heldToMaintainers } from "../rules/maintainers.ts"
import type { MeasuredRound } from "../rules/scoreRound.ts"
import type { ScoredFiles } from "./FileScorer.ts"
import { PullRequestScores } from "./PullRequestScores.ts"

/** Pull requests that are loaded together before the first of them is scored, and cached until then. */
const AHEAD = 200

export interface FilesOptions {
  /** Also scores pull requests closed without a merge, whose files decide nothing. Default: false. */
  readonly includeClosed?: boolean
}

/**
 * Scores the files of a loaded round. A pull request whose files cannot be loaded is missing for every account whose score depends on it. `keep`:
 * selects what to keep of its scored files besides their totals, since all scored files together may not fit into memory.
 */
export const scoreLoadedFiles = Effect.fn("scoreLoadedFiles")(function* <A>(
  { record: loaded, missing: unread, names }: Pick<LoadedRound, "record" | "missing" | "names">,
  keep: (scored: ScoredFiles) => A,
  { includeClosed = false }: FilesOptions = {}
) {
  const scores = yield* PullRequestScores
  const { consent, fileRules } = yield* Roster
  const record = heldToMaintainers(loaded, consent)
  const spelled = new Map(Object.keys(record.repos).map((name) => [name.toLowerCase(), name]))
  const commitsOf = (needed: NeededFiles) => ({ ...needed, repository: names[needed.repository] ?? needed.repository })
  const parts = yield* Effect.forEach(Arrays.chunksOf(filesToLoad(record, includeClosed), AHEAD), (part) =>
    Effect.zipRight(
      scores.readAhead(part.map(commitsOf), fileRules),
      Effect.forEach(
        part,
        (needed) =>
          contained(
            "pull request",
            `${needed.repository}#${needed.number}`,
            Effect.map(scores.ofPullRequest(commitsOf(needed), fileRules), (scored) => ({
              totals: totalsOf(scored.files),
              kept: keep(scored)
            })),
            (message) => Effect.fail({ message })
          ).pipe(
            Effect.either,
            Effect.map((measured) => ({ needed, measured }))
          ),
        { concurrency: scores.atOnce }
      )
    )
  )
  const totals = new Map<string, FileTotals>()
  const kept = new Map<string, A>()
  const missing: Array<MissingEvidence> = []
  for (const { needed, measured } of parts.flat()) {
    const { repository, number, accounts } = needed
    const key = pullRequestKey(repository, number)
    if (Either.isRight(measured)) {
      totals.set(key, measured.right.totals)
      kept.set(key, measured.right.kept)
    } else
      for (const account of accounts)
        missing.push({ repository: spelled.get(repository) ?? repository, account, only: number, why: measured.left.message })
  }
  const round: MeasuredRound = { record, totals, missing: sortedMissing([...unread, ...missing]) }
  return { ...round, kept }
})

/** Loads a round from GitHub and scores its files, by `pullRequestKey`. Fails only if GitHub can serve no request, as without a token. */
export const loadAndScoreFiles = Effect.fn("loadAndScoreFiles")(function* (request: RoundRequest, options: FilesOptions = {}) {
  const contributions = yield* Contributions
  const loaded = yield* contributions.load(request)
  const { kept: files, ...round } = yield* scoreLoadedFiles(loaded, (scored) => scored, options)
  return { ...loaded, ...round, files }
})
