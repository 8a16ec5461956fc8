/**
 * GitHub's public record of one registered issue at one moment: the only input of a verdict that is not on the chain. It holds facts only;
 * `scoring/issue_competitions/rules/verdict.ts` judges them. Ids are GitHub's database ids, which survive renames of accounts, repositories and
 * branches. Times are milliseconds since 1970 (GitHub's own have whole seconds).
 */
import { Schema } from "effect"
import { ConsentRecord } from "./consent.ts"
import { Standing } from "./Standing.ts"

/** GitHub's database id of an account or a repository. */
const GitHubId = Schema.Int.pipe(Schema.positive())

/** Milliseconds since 1970-01-01 UTC. */
const Milliseconds = Schema.Int.pipe(Schema.nonNegative())

/** Whoever did something. `id`: null where GitHub does not say, as for an account that is gone. */
export const Actor = Schema.Struct({ id: Schema.NullOr(GitHubId), isBot: Schema.optional(Schema.Boolean) })
export interface Actor extends Schema.Schema.Type<typeof Actor> {}

/** How much somebody changed, in lines that say something. `product`: those of them in the program itself: no tests, documents, generated or vendored files. */
export const Work = Schema.Struct({ lines: Schema.Int, product: Schema.Int })
export interface Work extends Schema.Schema.Type<typeof Work> {}

/** What somebody said to a pull request. `mayPush`: whether GitHub says that he may push. */
export const Answer = Schema.Struct({
  at: Milliseconds,
  by: Schema.NullOr(GitHubId),
  as: Schema.Literal("Approved", "ChangesRequested", "Commented"),
  mayPush: Schema.optional(Schema.Boolean)
})
export interface Answer extends Schema.Schema.Type<typeof Answer> {}

/** A pull request that closed the issue, that GitHub lists as linked to it, or that names it. */
export const PullRequestEvidence = Schema.Struct({
  number: Schema.Int.pipe(Schema.positive()),
  /** null where the account is gone ("ghost"): the author is then unknown. */
  authorId: Schema.NullOr(GitHubId),
  /** For display only: logins can be renamed and reused. */
  authorLogin: Schema.NullOr(Schema.String),
  /** Whether its author is a bot's account. */
  isBots: Schema.optional(Schema.Boolean),
  createdAt: Milliseconds,
  isDraft: Schema.optional(Schema.Boolean),
  /** Whether it was closed, and when; merged ones are. */
  closedAt: Schema.optional(Schema.NullOr(Milliseconds)),
  /** null unless merged. */
  mergedAt: Schema.NullOr(Milliseconds),
  /** Undefined: GitHub does not say. */
  mergedBy: Schema.optional(Actor),
  /** The repository that it was merged into. A fork's differs from the issue's. */
  baseRepositoryId: GitHubId,
  /** Its base branch by GitHub's name. A merged pull request keeps the name that the branch had then. */
  baseBranch: Schema.String,
  /** The commit that GitHub names as the merge commit, also after a rebase or a merge queue. null unless merged. */
  mergeCommit: Schema.NullOr(Schema.String),
  /** Its newest commit, or the last one before it was merged. */
  head: Schema.optional(Schema.String),
  /** Undefined: it was not asked for, or GitHub does not show it all. */
  work: Schema.optional(Work),
  /** Since when its last head is proved to have been there. Undefined: nothing proves it. */
  thereSince: Schema.optional(Milliseconds),
  /** When its newest change of the program was pushed. Undefined: GitHub does not say. */
  changedAt: Schema.optional(Milliseconds),
  answers: Schema.optional(Schema.Array(Answer)),
  /** Whether what was merged is still there; null: it was not asked. */
  standing: Schema.NullOr(Standing)
})
export interface PullRequestEvidence extends Schema.Schema.Type<typeof PullRequestEvidence> {}

/** The cause of a closing according to GitHub. */
export const Closer = Schema.Union(
  Schema.TaggedStruct("PullRequest", { pullRequest: PullRequestEvidence }),
  /** A commit that says "fixes #n". `pullRequests`: the merged ones that have it. */
  Schema.TaggedStruct("Commit", {
    commit: Schema.String,
    pullRequests: Schema.Array(PullRequestEvidence),
    /** GitHub links more pull requests to it than it shows. */
    isPartial: Schema.optional(Schema.Boolean)
  }),
  Schema.TaggedStruct("Hand", {}),
  /** GitHub names none, and it is not proved to have been a hand. */
  Schema.TaggedStruct("Hidden", {})
)
export type Closer = typeof Closer.Type

/** The pull requests by which an issue was closed: one, or those that have the commit that closed it. */
const pullRequestsOf = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []

/** A closer whose pull requests are changed. */
export const withPullRequests = (closer: Closer, change: (pullRequest: PullRequestEvidence) => PullRequestEvidence): Closer =>
  closer._tag === "PullRequest"
    ? { ...closer, pullRequest: change(closer.pullRequest) }
    : closer._tag === "Commit"
      ? { ...closer, pullRequests: closer.pullRequests.map(change) }
      : closer

export const CloseReason = Schema.Literal("completed", "not_planned", "duplicate")
export type CloseReason = typeof CloseReason.Type

/** Closings and reopenings in the order of GitHub's timeline, oldest first. Verdicts need no other events. */
export const TimelineEvent = Schema.Union(
  Schema.TaggedStruct("Closed", { at: Milliseconds, reason: CloseReason, closer: Closer, by: Schema.optional(Actor) }),
  Schema.TaggedStruct("Reopened", { at: Milliseconds, by: Schema.optional(Actor) }),
  /** GitHub does not show what happened. `at`: of the event before. */
  Schema.TaggedStruct("Hidden", { at: Milliseconds })
)
export type TimelineEvent = typeof TimelineEvent.Type

/** The pull requests of all closings, in the timeline's order. */
export const closersIn = (timeline: ReadonlyArray<TimelineEvent>): ReadonlyArray<PullRequestEvidence> =>
  timeline.flatMap((event) => (event._tag === "Closed" ? pullRequestsOf(event.closer) : []))

/** Somebody tied a pull request to the issue: by a link, or by words in either of them. */
export const Naming = Schema.Struct({ pullRequest: Schema.Int, at: Milliseconds, by: Schema.NullOr(GitHubId) })
export interface Naming extends Schema.Schema.Type<typeof Naming> {}

/** How many lines a pull request's change shares, in the same files, with that of another pull request, by its number, or of a commit. */
export const Likeness = Schema.Struct({
  pullRequest: Schema.Int,
  with: Schema.Union(Schema.Int, Schema.String),
  lines: Schema.Int,
  product: Schema.Int,
  /** Whether the other names the pull request. */
  names: Schema.optional(Schema.Boolean)
})
export interface Likeness extends Schema.Schema.Type<typeof Likeness> {}

/** The issue is still in the public repository where it was registered. Renamed or archived repositories and locked issues count as found. */
export const IssueFound = Schema.TaggedStruct("Found", {
  repositoryId: GitHubId,
  /** The repository's name today. */
  repository: Schema.String,
  defaultBranch: Schema.String,
  number: Schema.Int.pipe(Schema.positive()),
  state: Schema.Literal("open", "closed"),
  /** Whether the repository's people want a bounty on it, but for who asked for one. Undefined: it was not asked. */
  consent: Schema.optional(ConsentRecord),
  /** The complete timeline; an incomplete one is `GitHubSilent`. */
  timeline: Schema.Array(TimelineEvent),
  /** Pull requests that GitHub links as closing the issue (closedByPullRequestsReferences), merged or not. */
  linkedPullRequests: Schema.Array(PullRequestEvidence),
  /** GitHub links more pull requests than it shows. */
  hasHiddenLinks: Schema.optional(Schema.Boolean),
  /** Who wrote the issue. */
  authorId: Schema.optional(Schema.NullOr(GitHubId)),
  /** Accounts that are proved to have been able to push, ascending. */
  writers: Schema.optional(Schema.Array(GitHubId)),
  /** Further pull requests of the repository that name the issue, or are named in it. */
  namedPullRequests: Schema.optional(Schema.Array(PullRequestEvidence)),
  /** When pull requests were tied to the issue, oldest first. One that is linked without any was linked by hand, which takes rights. */
  namings: Schema.optional(Schema.Array(Naming)),
  /** What commits changed that closed the issue and that no pull request brought. */
  pushes: Schema.optional(
    Schema.Array(
      Schema.Struct({
        commit: Schema.String,
        work: Schema.optional(Work),
        /** As of a pull request. */
        standing: Schema.NullOr(Standing)
      })
    )
  ),
  likenesses: Schema.optional(Schema.Array(Likeness))
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
