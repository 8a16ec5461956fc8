/**
 * What GitHub's public record says of one registered issue at one moment: the only input of a verdict that is not on the chain.
 * It holds facts and no judgement; `scoring/issue_competitions/rules/verdict.ts` judges. Ids are GitHub's database ids, which stay the
 * same when an account, a repository or a branch is renamed. Times are milliseconds since 1970 (GitHub's own have whole seconds).
 */
import { Schema } from "effect"

/** GitHub's database id of an account or a repository. */
export const GitHubId = Schema.Int.pipe(Schema.positive())

/** Milliseconds since 1970-01-01 UTC. */
export const Milliseconds = Schema.Int.pipe(Schema.nonNegative())

/**
 * A commit on the default branch that says in the words of somebody with write access that it reverts an older one, and that was not itself
 * reverted since. What counts as such words: layers/github/reverts.ts.
 */
export const Revert = Schema.Struct({ commit: Schema.String, at: Milliseconds })
export interface Revert extends Schema.Schema.Type<typeof Revert> {}

/** A pull request that closed the issue, or that GitHub lists as linked to it. */
export const PullRequestEvidence = Schema.Struct({
  number: Schema.Int.pipe(Schema.positive()),
  /** null where the account is gone ("ghost"): the author is then unknown, not somebody else. */
  authorId: Schema.NullOr(GitHubId),
  /** For display only: a login may be renamed and taken by others. */
  authorLogin: Schema.NullOr(Schema.String),
  createdAt: Milliseconds,
  /** null while it is not merged. */
  mergedAt: Schema.NullOr(Milliseconds),
  /** The repository that it was merged into: a fork's differs from the issue's. */
  baseRepositoryId: GitHubId,
  /** Its base branch, as GitHub names it: that of a merged pull request keeps the name that it had then. */
  baseBranch: Schema.String,
  /**
   * Whether it was merged into what was the issue's repository's default branch then: its base has the default branch's name of today, or GitHub
   * closed the issue by it, or the default branch's history of today holds its merge commit. Left out: the name alone says it.
   */
  intoDefaultBranch: Schema.optional(Schema.Boolean),
  /** For a rebase or a merge queue the commit that GitHub names as the merge commit. null while it is not merged. */
  mergeCommit: Schema.NullOr(Schema.String),
  revertedBy: Schema.NullOr(Revert)
})
export interface PullRequestEvidence extends Schema.Schema.Type<typeof PullRequestEvidence> {}

/** What GitHub names as the cause of a closing. A person who presses "close" is `Hand`. */
export const Closer = Schema.Union(
  Schema.TaggedStruct("PullRequest", { pullRequest: PullRequestEvidence }),
  /** A commit that says "fixes #n". `pullRequests`: the merged ones that brought it in; none when it was pushed to the branch. */
  Schema.TaggedStruct("Commit", { commit: Schema.String, pullRequests: Schema.Array(PullRequestEvidence) }),
  Schema.TaggedStruct("Hand", {})
)
export type Closer = typeof Closer.Type

export const CloseReason = Schema.Literal("completed", "not_planned", "duplicate")
export type CloseReason = typeof CloseReason.Type

/** The closings and reopenings of the issue in the order of GitHub's timeline, oldest first; no other event is needed. */
export const TimelineEvent = Schema.Union(
  Schema.TaggedStruct("Closed", { at: Milliseconds, reason: CloseReason, closer: Closer }),
  Schema.TaggedStruct("Reopened", { at: Milliseconds })
)
export type TimelineEvent = typeof TimelineEvent.Type

/** The issue is where it was registered, in a public repository (renamed or archived ones count, locked issues too). */
export const IssueFound = Schema.TaggedStruct("Found", {
  repositoryId: GitHubId,
  /** As it is called today. */
  repository: Schema.String,
  defaultBranch: Schema.String,
  number: Schema.Int.pipe(Schema.positive()),
  state: Schema.Literal("open", "closed"),
  /** All pages of it: a cut timeline is `GitHubSilent`. */
  timeline: Schema.Array(TimelineEvent),
  /** Pull requests that GitHub links to the issue as closing it (closedByPullRequestsReferences), merged or not. */
  linkedPullRequests: Schema.Array(PullRequestEvidence)
})
export interface IssueFound extends Schema.Schema.Type<typeof IssueFound> {}

export const IssueEvidence = Schema.Union(
  IssueFound,
  /** GitHub answers that the issue was deleted (410), or does not know it in a repository that it knows. */
  Schema.TaggedStruct("Deleted", {}),
  /** Moved to another repository, or converted to a discussion. `to`: where, when GitHub says it. */
  Schema.TaggedStruct("Transferred", { to: Schema.NullOr(Schema.String) }),
  /**
   * The repository is deleted, disabled or private: only from an answer, 404 to a token that GitHub accepts, or "private". Or another one has its name
   * now, and `why` says how that is known.
   */
  Schema.TaggedStruct("RepositoryGone", { why: Schema.optional(Schema.String) }),
  /** No answer, an error, a rate limit, a body that was cut or not understood. Never a ground for a verdict. */
  Schema.TaggedStruct("GitHubSilent", { why: Schema.String })
)
export type IssueEvidence = typeof IssueEvidence.Type
