/** A competition between Alice and Bob, and GitHub's record of its issue, for tests of verdicts. */
import type { Actor, Answer, Closer, IssueFound, Likeness, PullRequestEvidence, TimelineEvent } from "../../../src/domain/IssueEvidence.ts"
import type { MatchContext, Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { hotkey } from "./world.ts"

export const HOUR = 3_600_000
export const START = 1_800_000_000_000
export const SUBMISSIONS_FROM = START + 48 * HOUR
export const DEADLINE = START + 336 * HOUR
export const ALICE = 101
export const BOB = 202
export const STRANGER = 303
export const MAINTAINER = 900
/** The issue's author, who has no push access. */
export const AUTHOR = 404
const BOT = 505
export const DAY = 24 * HOUR
export const REPOSITORY = 9_000
export const FORK = 9_001

export const competition: MatchContext = {
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
  says: "closing",
  work: { lines: 40 },
  standing: null,
  ...change
})
/** The fields of an unmerged pull request. */
export const OPEN = { mergedAt: null, mergeCommit: null } as const
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
  reason: "completed" | "not_planned" | "duplicate" = "completed",
  who: Actor = { id: MAINTAINER }
): TimelineEvent => ({
  _tag: "Closed",
  at,
  reason,
  closer,
  by: who
})
export const reopened = (at: number, who = MAINTAINER): TimelineEvent => ({ _tag: "Reopened", at, by: { id: who } })
export const someone = (id: number): Actor => ({ id })
export const bot: Actor = { id: BOT, isBot: true }

/** An answer to a pull request, by a maintainer or another account. */
export const answer = (as: Answer["as"], at: number, by = MAINTAINER): Answer => ({ as, at, by })

/** The likeness of two changes. */
export const alike = (pullRequest: number, other: number | string, lines = 40, change: Partial<Likeness> = {}): Likeness => ({
  pullRequest,
  with: other,
  lines,
  ...change
})

export const issue = (timeline: ReadonlyArray<TimelineEvent>, change: Partial<IssueFound> = {}): IssueFound => ({
  _tag: "Found",
  repositoryId: REPOSITORY,
  repository: "acme/widgets",
  defaultBranch: "main",
  number: 42,
  state: "closed",
  timeline,
  linkedPullRequests: [],
  authorId: AUTHOR,
  writers: [MAINTAINER],
  ...change
})

export const withCompetition = (change: Partial<MatchContext>): MatchContext => ({ ...competition, ...change })

/** A verdict in words. */
export const short = (verdict: Verdict): string => {
  const nameOf = (hotkeyOf: string) => (hotkeyOf === hotkey(1) ? "alice" : "bob")
  switch (verdict._tag) {
    case "Solved":
      return `Solved by ${nameOf(verdict.hotkey)} with #${verdict.pullRequest}`
    case "NoVote":
      return `NoVote: ${verdict.why}`
    case "Unsolved":
      return `Unsolved for ${["alice", "bob"].filter((_, side) => verdict.slashed[side] === true).join(" and ")}`
    case "Cancelled":
      return verdict.reason._tag === "SubmittedTooEarly"
        ? `Cancelled: SubmittedTooEarly by ${nameOf(verdict.reason.hotkey)}`
        : `Cancelled: ${verdict.reason._tag}`
  }
}
