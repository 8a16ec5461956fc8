/**
 * GitHub's public record of one registered issue at one moment: the only input of a verdict that is not on the chain. It holds facts only;
 * `scoring/issue_competitions/rules/verdict.ts` judges them. Ids are GitHub's database ids, which survive renames of accounts, repositories and
 * branches. Times are milliseconds since 1970 (GitHub's own have whole seconds).
 */
import { Schema } from "effect"
import { Standing } from "./standing.ts"

/** GitHub's database id of an account or a repository. */
const GitHubId = Schema.Int.pipe(Schema.positive())

/** Milliseconds since 1970-01-01 UTC. */
const Milliseconds = Schema.Int.pipe(Schema.nonNegative())

/** A pull request that closed the issue, or that GitHub lists as linked to it. */
export const PullRequestEvidence = Schema.Struct({
  number: Schema.Int.pipe(Schema.positive()),
  /** null where the account is gone ("ghost"): the author is then unknown. */
  authorId: Schema.NullOr(GitHubId),
  /** For display only: logins can be renamed and reused. */
  authorLogin: Schema.NullOr(Schema.String),
  createdAt: Milliseconds,
  /** null unless merged. */
  mergedAt: Schema.NullOr(Milliseconds),
  /** When the default branch got it, if it was merged into another branch before. */
  arrivedAt: Schema.optional(Milliseconds),
  /** The repository that it was merged into. A fork's differs from the issue's. */
  baseRepositoryId: GitHubId,
  /** Its base branch by GitHub's name. A merged pull request keeps the name that the branch had then. */
  baseBranch: Schema.String,
  /**
   * Whether it was merged into the default branch of that time: its base has today's default branch name, or GitHub closed the issue by it, or the
   * default branch's history holds its merge commit. When absent, the name alone decides.
   */
  intoDefaultBranch: Schema.optional(Schema.Boolean),
  /** The commit that GitHub names as the merge commit, also after a rebase or a merge queue. null unless merged. */
  mergeCommit: Schema.NullOr(Schema.String),
  /** Whether what was merged is still there; null: it was not asked. */
  standing: Schema.NullOr(Standing),
  /**
   * It was not merged into the default branch itself, and what closed the issue carries it: all its commits, or the same patch by the same author
   * (layers/github/evidence/landings.ts). `mergedAt` and `mergeCommit` are then those of that closing.
   */
  landedBy: Schema.optional(Schema.Literal("commits", "patch"))
})
export interface PullRequestEvidence extends Schema.Schema.Type<typeof PullRequestEvidence> {}

const mayCarry = Schema.optional(Schema.Array(Schema.Int))

/** The cause of a closing according to GitHub. `Hand`: a person pressed "close". */
export const Closer = Schema.Union(
  /** `carries`: others that it is proved to carry, as a rollup does. `mayCarry`: those by number of which that is not known. */
  Schema.TaggedStruct("PullRequest", {
    pullRequest: PullRequestEvidence,
    carries: Schema.optional(Schema.Array(PullRequestEvidence)),
    mayCarry
  }),
  /** A commit that says "fixes #n". `pullRequests`: those that brought it, and those that it, or one of them, is proved to carry. */
  Schema.TaggedStruct("Commit", {
    commit: Schema.String,
    pullRequests: Schema.Array(PullRequestEvidence),
    mayCarry,
    /** GitHub links more pull requests to it than it shows. */
    isPartial: Schema.optional(Schema.Boolean)
  }),
  /** `mayCarry`: pull requests by number of whose authors the default branch had got something before, which may be their work. */
  Schema.TaggedStruct("Hand", { mayCarry }),
  /** GitHub names none, and does not say that it was by hand either: it may be somebody's whom GitHub hides. */
  Schema.TaggedStruct("Hidden", {})
)
export type Closer = typeof Closer.Type

export const CloseReason = Schema.Literal("completed", "not_planned", "duplicate")
export type CloseReason = typeof CloseReason.Type

/** Closings and reopenings in the order of GitHub's timeline, oldest first. Verdicts need no other events. */
export const TimelineEvent = Schema.Union(
  Schema.TaggedStruct("Closed", { at: Milliseconds, reason: CloseReason, closer: Closer }),
  Schema.TaggedStruct("Reopened", { at: Milliseconds }),
  /** GitHub does not show what happened. `at`: of the event before. */
  Schema.TaggedStruct("Hidden", { at: Milliseconds })
)
export type TimelineEvent = typeof TimelineEvent.Type

/** The issue is still in the public repository where it was registered. Renamed or archived repositories and locked issues count as found. */
export const IssueFound = Schema.TaggedStruct("Found", {
  repositoryId: GitHubId,
  /** The repository's name today. */
  repository: Schema.String,
  defaultBranch: Schema.String,
  number: Schema.Int.pipe(Schema.positive()),
  state: Schema.Literal("open", "closed"),
  /** The complete timeline; an incomplete one is `GitHubSilent`. */
  timeline: Schema.Array(TimelineEvent),
  /** Pull requests that GitHub links as closing the issue (closedByPullRequestsReferences), merged or not. */
  linkedPullRequests: Schema.Array(PullRequestEvidence),
  /** GitHub links more pull requests than it shows. */
  hasHiddenLinks: Schema.optional(Schema.Boolean)
})
export interface IssueFound extends Schema.Schema.Type<typeof IssueFound> {}

export const IssueEvidence = Schema.Union(
  IssueFound,
  /** GitHub says that the issue was deleted (410), or does not know it in a repository that exists. */
  Schema.TaggedStruct("Deleted", {}),
  /** Moved to another repository, or converted to a discussion. `to`: the destination, if GitHub names it. */
  Schema.TaggedStruct("Transferred", { to: Schema.NullOr(Schema.String) }),
  /**
   * The repository is deleted, disabled or private. Concluded only from an answer: a 404 for an accepted token, or "private". Also when another
   * repository now has its name; `why` says how that is known.
   */
  Schema.TaggedStruct("RepositoryGone", { why: Schema.optional(Schema.String) }),
  /**
   * No answer, an error, a rate limit, or an incomplete or unreadable body. Never a reason for a verdict. `isIll`: GitHub itself is at fault, or does
   * not know the token; so its other answers of that moment prove little.
   */
  Schema.TaggedStruct("GitHubSilent", { why: Schema.String, isIll: Schema.optional(Schema.Boolean) })
)
export type IssueEvidence = typeof IssueEvidence.Type
