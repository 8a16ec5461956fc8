/** A competition between Alice and Bob and GitHub's record of its issue, for tests of verdicts. */
import type { Closer, IssueFound, PullRequestEvidence, TimelineEvent } from "../../../src/domain/IssueEvidence.ts"
import type { CompetitionFacts } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"
import { hotkey } from "./world.ts"

export const HOUR = 3_600_000
export const START = 1_800_000_000_000
export const SUBMISSIONS_FROM = START + 48 * HOUR
export const DEADLINE = START + 336 * HOUR
export const ALICE = 101
export const BOB = 202
export const STRANGER = 303
export const REPOSITORY = 9_000
export const FORK = 9_001

export const competition: CompetitionFacts = {
  competitors: [
    { hotkey: hotkey(1), githubId: ALICE },
    { hotkey: hotkey(2), githubId: BOB }
  ],
  startedAt: START,
  headAt: DEADLINE + 1000 * HOUR,
  submissionsFrom: SUBMISSIONS_FROM,
  deadline: DEADLINE,
  isOverdue: false
}

export const pullRequest = (change: Partial<PullRequestEvidence> = {}): PullRequestEvidence => ({
  number: 57,
  authorId: ALICE,
  authorLogin: "alice",
  createdAt: SUBMISSIONS_FROM + HOUR,
  mergedAt: SUBMISSIONS_FROM + 5 * HOUR,
  baseRepositoryId: REPOSITORY,
  baseBranch: "main",
  mergeCommit: "aaaa",
  standing: null,
  ...change
})
export const bobs = (change: Partial<PullRequestEvidence> = {}) => pullRequest({ number: 58, authorId: BOB, authorLogin: "bob", ...change })
export const strangers = (change: Partial<PullRequestEvidence> = {}) =>
  pullRequest({ number: 59, authorId: STRANGER, authorLogin: "stranger", ...change })
export const TAKEN_BACK = { _tag: "TakenBack", changed: 6, takenBack: 5 } as const

export const HAND: Closer = { _tag: "Hand" }
export const by = (closer: PullRequestEvidence): Closer => ({ _tag: "PullRequest", pullRequest: closer })
export const byCommit = (...pullRequests: ReadonlyArray<PullRequestEvidence>): Closer => ({ _tag: "Commit", commit: "cccc", pullRequests })
export const closed = (
  closer: Closer,
  at = SUBMISSIONS_FROM + 5 * HOUR,
  reason: "completed" | "not_planned" | "duplicate" = "completed"
): TimelineEvent => ({
  _tag: "Closed",
  at,
  reason,
  closer
})
export const reopened = (at: number): TimelineEvent => ({ _tag: "Reopened", at })

export const issue = (timeline: ReadonlyArray<TimelineEvent>, change: Partial<IssueFound> = {}): IssueFound => ({
  _tag: "Found",
  repositoryId: REPOSITORY,
  repository: "acme/widgets",
  defaultBranch: "main",
  number: 42,
  state: "closed",
  timeline,
  linkedPullRequests: [],
  ...change
})

export const withCompetition = (change: Partial<CompetitionFacts>): CompetitionFacts => ({ ...competition, ...change })
