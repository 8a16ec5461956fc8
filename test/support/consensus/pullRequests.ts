/** A GitHub of merged pull requests that never change, without sockets, and an honest validator's records of them. */
import { Effect, Layer } from "effect"
import type { FileScore } from "../../../src/domain/contributions/FileScore.ts"
import type { RecordedPullRequest } from "../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { compareRecords, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { baseScore } from "../../../src/rules/contributions/baseScore.ts"
import { methodsOf, totalsOf } from "../../../src/rules/contributions/files/totals.ts"
import { PullRequestScores } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { recordOf } from "../validator/reports.ts"

const [repository, rules] = Object.entries(defaultRoster.repositories)[0] ?? []
if (repository === undefined || rules === undefined) throw new TypeError("the built-in roster has no repository")
export const REPOSITORY = repository.toLowerCase()

const commit = (what: string, number: number): string => `${what === "base" ? "b" : "a"}${number.toString(16).padStart(39, "0")}`

/** Whose pull request it is: the UID, which is its account, too. */
const authorOf = (number: number): number => 1 + (number % 9)

/** Two hours before the network's chain begins, in microseconds: within the time in which nothing decays. */
const MERGED_AT = 1_785_000_000_000_000 - 2 * 3_600_000_000

const filesOf = (number: number): ReadonlyArray<FileScore> => {
  const part = { count: 3, score: number / 3 }
  const difference = { structuralAdded: part, structuralDeleted: part, leafAdded: part, leafDeleted: part }
  const score = part.score + part.score + part.score + part.score
  return [
    { path: "a.ts", method: "tree-diff", score, category: "source", isTest: false, nodes: 12, lines: 9, difference },
    { path: "a.md", method: "line-count", score: 0.6, category: "non_code", isTest: false, nodes: 5, lines: 5, difference: null }
  ]
}

/** Records of pull requests 1 to `count`, sorted. */
export const mergedRecords = (count: number): ReadonlyArray<ScoredRecord> =>
  Array.from({ length: count }, (_, index): ScoredRecord => {
    const number = index + 1
    const files = filesOf(number)
    const totals = totalsOf(files)
    const score = rules.fixed_base_score ?? baseScore(totals, rules.scoring.src_tok_saturation_scale)
    return recordOf(authorOf(number), number, {
      repository: REPOSITORY,
      author: String(authorOf(number)),
      base: commit("base", number),
      head: commit("head", number),
      mergedAt: MERGED_AT,
      methods: { ...methodsOf(files) },
      tokens: totals.tokenScore,
      source: totals.sourceScore,
      total: totals.total,
      score,
      points: score,
      label: 1
    })
  }).toSorted(compareRecords)

const pullRequest = (number: number): RecordedPullRequest => ({
  repo_full_name: repository,
  pr_number: number,
  title: "",
  body: null,
  state: "MERGED",
  author_github_id: String(authorOf(number)),
  author_login: "bob",
  author_association: null,
  created_at: 0,
  closed_at: null,
  merged_at: MERGED_AT,
  last_edited_at: null,
  edited_after_merge: false,
  hours_since_merge: 24,
  merged_by_login: null,
  base_ref: "main",
  head_ref: "work",
  head_repo_full_name: null,
  default_branch: "main",
  base_sha: commit("base", number),
  head_sha: commit("head", number),
  merge_base_sha: null,
  additions: 0,
  deletions: 0,
  commits_count: 0,
  scoring_data_stored: true,
  review_summary: { maintainer_changes_requested_count: 0, changes_requested_count: 0, approved_count: 0, commented_count: 0 },
  labels: [],
  linked_issues: []
})

/** The services that score records again. */
export const pullRequests = Layer.mergeAll(
  Layer.mock(Contributions, {
    pullRequest: ({ number }) =>
      Effect.succeed({ pull: pullRequest(number), repository: RepositoryName.make(repository), isWithinWindow: true })
  }),
  Layer.mock(PullRequestScores, {
    atOnce: 8,
    readAhead: () => Effect.void,
    ofPullRequest: ({ number }) => Effect.succeed({ files: filesOf(number), exceeded: false })
  })
)
