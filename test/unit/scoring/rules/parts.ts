/** An ordinary repository, pull request and issues, for tests that change one property. */
import { Schema } from "effect"
import {
  RecordedIssue,
  RecordedLinkedIssue,
  RecordedPullRequest,
  type RecordedSolvingPullRequest,
  type RoundRecord
} from "../../../../src/domain/contributions/RoundRecord.ts"
import { microsecondsOf } from "../../../../src/domain/Instant.ts"
import { RosterRepository } from "../../../../src/domain/Roster.ts"

export const NOW = microsecondsOf("2026-08-01T12:00:00Z")
const SECOND = 1_000_000
export const HOUR = 3600 * SECOND
export const DAY = 24 * HOUR

type Written<A, I> = Partial<Schema.Schema.Encoded<Schema.Schema<A, I>>>

export const repository = (fields: Written<RosterRepository, typeof RosterRepository.Encoded> = {}): RosterRepository =>
  Schema.decodeSync(RosterRepository)({ emission_share: 0.5, ...fields })

const plainPull = Schema.decodeSync(RecordedPullRequest)({
  repo_full_name: "acme/site",
  pr_number: 7,
  state: "MERGED",
  author_github_id: "100",
  author_login: "ann",
  author_association: "CONTRIBUTOR",
  created_at: "2026-07-20T12:00:00Z",
  merged_at: "2026-08-01T06:00:00Z",
  merged_by_login: "maud",
  base_ref: "main",
  head_ref: "fix",
  head_repo_full_name: "ann/site",
  default_branch: "main",
  scoring_data_stored: true
})

export const pullRequest = (fields: Partial<RecordedPullRequest> = {}): RecordedPullRequest => ({ ...plainPull, ...fields })

const plainLinked = Schema.decodeSync(RecordedLinkedIssue)({
  number: 3,
  state: "CLOSED",
  state_reason: "COMPLETED",
  author_github_id: "900",
  author_association: "NONE",
  created_at: "2026-07-19T12:00:00Z",
  closed_at: "2026-08-01T06:00:00Z"
})

export const linkedIssue = (fields: Partial<RecordedLinkedIssue> = {}): RecordedLinkedIssue => ({ ...plainLinked, ...fields })

export const solving = (pull: RecordedPullRequest, fields: Partial<RecordedSolvingPullRequest> = {}): RecordedSolvingPullRequest => ({
  ...pull,
  ...fields
})

const plainIssue = Schema.decodeSync(RecordedIssue)({
  repo_full_name: "acme/site",
  issue_number: 3,
  state: "CLOSED",
  state_reason: "COMPLETED",
  author_github_id: "200",
  author_association: "NONE",
  created_at: "2026-07-19T12:00:00Z",
  closed_at: "2026-08-01T06:00:00Z",
  solved_by_pr: 7
})

/** An issue of account 200 that `pullRequest()` solved. */
export const foundIssue = (fields: Partial<RecordedIssue> = {}): RecordedIssue => ({
  ...plainIssue,
  solving_pr: solving(pullRequest()),
  ...fields
})

export const round = (fields: Partial<RoundRecord> = {}): RoundRecord => ({
  now: NOW,
  repos: { "acme/site": repository() },
  uids: { "0": null, "1": "100", "2": "200", "111": null },
  pulls: {},
  issues: {},
  files: {},
  maintainer_uids_by_repo: {},
  ...fields
})
