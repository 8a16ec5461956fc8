/** Scores the files of a round that was loaded from GitHub. Loads their texts pull request by pull request: all of them would not fit into memory. */
import { Array as Arrays, Effect, Either } from "effect"
import { type MissingEvidence, sortedMissing } from "../../../domain/contributions/MissingEvidence.ts"
import { mapLists, pullRequestKey, type RecordedSolvingPullRequest, type RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import {
  Contributions,
  type LoadedRound,
  type MeasuredShares,
  type MergedWork,
  type RoundRequest
} from "../../../layers/github/contributions/Contributions.ts"
import { contained } from "../../../layers/machine/effects/contained.ts"
import { type FileTotals, totalsOf } from "../../../rules/contributions/files/totals.ts"
import { applyMaintainerRules } from "../../../rules/contributions/maintainers.ts"
import { repositoriesOf } from "../../../rules/contributions/repositories.ts"
import type { MeasuredRound } from "../../../rules/contributions/scoreRound.ts"
import { tokensIn, withoutHad } from "../../../rules/contributions/work/whatCounts.ts"
import { filesToLoad, type NeededFiles } from "../load/filesToLoad.ts"
import { isMeasured, TOOK_TOO_LONG } from "./FileScorer.ts"
import { PullRequestScores } from "./PullRequestScores.ts"
import type { ScoredFiles } from "./scoredFilesText.ts"

/** Pull requests that are loaded together before the first of them is scored, and cached until then. */
const LOADED_AHEAD = 200

type Merged = Pick<RecordedSolvingPullRequest, "author_github_id" | "created_at" | "merged_at" | "pr_number">

const NOT_MEASURED: ReadonlyMap<string, MeasuredShares> = new Map()

/** How much was had before of the merged pull requests whose files decide a score, if the roster has `"scoring": "work"`. */
const sharesOf = Effect.fn("sharesOf")(function* (
  record: RoundRecord,
  scored: ReadonlyArray<{ readonly needed: NeededFiles; readonly measured: Either.Either<ScoredFiles, unknown> }>
) {
  if (!Object.values(record.repos).some(({ work }) => work !== undefined)) return NOT_MEASURED
  const [contributions, { fileRules }] = yield* Effect.all([Contributions, Roster])
  const repositories = repositoriesOf(record.repos)
  const commits = new Map(
    scored.flatMap(({ measured, needed: { base, head, number, repository } }) => {
      const work = repositories.get(repository)?.work
      return Either.isLeft(measured) || work === undefined
        ? []
        : [[pullRequestKey(repository, number), { repository, number, base, head, tokens: tokensIn(measured.right.files, work) }] as const]
    })
  )
  const merged = new Map<string, MergedWork>()
  const add = (repository: string, { author_github_id: author, created_at, merged_at, pr_number }: Merged) => {
    const key = pullRequestKey(repository, pr_number)
    const found = commits.get(key)
    if (found !== undefined && merged_at !== null)
      merged.set(key, { ...found, author, openedAt: created_at ?? merged_at, mergedAt: merged_at })
  }
  for (const pull of Object.values(record.pulls).flat()) add(pull.repo_full_name, pull)
  for (const { repo_full_name, solving_pr: solver } of Object.values(record.issues).flat()) if (solver !== null) add(repo_full_name, solver)
  return yield* contributions.hadShares({ repositories: record.repos, extensions: [...fileRules.languages.keys()] }, [...merged.values()])
})

/** The record with the shares of whole pull requests. */
const withShares = (record: RoundRecord, shares: ReadonlyMap<string, MeasuredShares>): RoundRecord => {
  const marked = <A extends { readonly pr_number: number }>(repository: string, pull: A): A => {
    const share = shares.get(pullRequestKey(repository, pull.pr_number))
    return share === undefined ? pull : { ...pull, copied_share: share.whole, ...(share.isPartial ? { copied_in_part: true } : {}) }
  }
  return {
    ...record,
    pulls: mapLists(record.pulls, (pulls) => pulls.map((pull) => marked(pull.repo_full_name, pull))),
    issues: mapLists(record.issues, (issues) =>
      issues.map((issue) => (issue.solving_pr === null ? issue : { ...issue, solving_pr: marked(issue.repo_full_name, issue.solving_pr) }))
    )
  }
}

export interface FilesOptions {
  /** Also scores pull requests closed without a merge, whose files decide nothing. Default: false. */
  readonly includeClosed?: boolean
}

/**
 * Scores the files of a loaded round. A pull request whose files cannot be loaded, or not be compared in time, is missing for every account whose score depends on it. `keep`:
 * selects what to keep of its scored files besides their totals, since all scored files together may not fit into memory.
 */
export const scoreLoadedFiles = Effect.fn("scoreLoadedFiles")(function* <A>(
  { record: loaded, missing: unread, names }: Pick<LoadedRound, "record" | "missing" | "names">,
  keep: (scored: ScoredFiles) => A,
  { includeClosed = false }: FilesOptions = {}
) {
  const scores = yield* PullRequestScores
  const { consent, fileRules } = yield* Roster
  const held = applyMaintainerRules(loaded, consent)
  const needed = filesToLoad(held, includeClosed)
  const spelled = new Map(Object.keys(held.repos).map((name) => [name.toLowerCase(), name]))
  const commitsOf = (needed: NeededFiles) => ({ ...needed, repository: names[needed.repository] ?? needed.repository })
  const parts = yield* Effect.forEach(Arrays.chunksOf(needed, LOADED_AHEAD), (part) =>
    Effect.zipRight(
      scores.readAhead(part.map(commitsOf), fileRules),
      Effect.forEach(
        part,
        (needed) =>
          contained(
            "pull request",
            `${needed.repository}#${needed.number}`,
            scores.ofPullRequest(commitsOf(needed), fileRules),
            (message) => Effect.fail({ message })
          ).pipe(
            Effect.filterOrFail(
              (scored) => isMeasured(scored, fileRules),
              () => ({ message: TOOK_TOO_LONG })
            ),
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
  const shares = yield* sharesOf(held, parts.flat())
  const repositories = repositoriesOf(held.repos)
  for (const { needed, measured } of parts.flat()) {
    const { repository, number, accounts } = needed
    const key = pullRequestKey(repository, number)
    if (Either.isRight(measured)) {
      const share = shares.get(key)
      const files =
        share === undefined
          ? measured.right.files
          : withoutHad(measured.right.files, share.of, repositories.get(repository)?.work, share.comparedOf)
      totals.set(key, totalsOf(files))
      kept.set(key, keep({ ...measured.right, files }))
    } else
      for (const account of accounts)
        missing.push({ repository: spelled.get(repository) ?? repository, account, only: number, why: measured.left.message })
  }
  const round: MeasuredRound = { record: withShares(held, shares), totals, missing: sortedMissing([...unread, ...missing]) }
  return { ...round, kept }
})

/** Loads a round from GitHub and scores its files, by `pullRequestKey`. Fails only if GitHub can serve no request, as without a token. */
export const loadAndScoreFiles = Effect.fn("loadAndScoreFiles")(function* (request: RoundRequest, options: FilesOptions = {}) {
  const contributions = yield* Contributions
  const loaded = yield* contributions.load(request)
  const { kept: files, ...round } = yield* scoreLoadedFiles(loaded, (scored) => scored, options)
  return { ...loaded, ...round, files }
})
