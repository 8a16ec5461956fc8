/**
 * GitHub's public record of one registered issue at one time: the only input of a verdict that is not on the chain. It holds facts only;
 * `rules/verdicts/verdict.ts` judges them. Ids are GitHub's database ids, which survive renames of accounts, repositories and
 * branches. Times are milliseconds since 1970 (GitHub's own have whole seconds).
 */
import { Schema } from "effect"
import { ConsentRecord } from "./consent.ts"
import { WorkStanding } from "./WorkStanding.ts"

/** GitHub's database id of an account or a repository. */
const GitHubId = Schema.Int.pipe(Schema.positive())

/** Milliseconds since 1970-01-01 UTC. */
const Milliseconds = Schema.Int.pipe(Schema.nonNegative())

/** The account that did something. `id`: null if GitHub does not say, as for a deleted account. */
export const Actor = Schema.Struct({ id: Schema.NullOr(GitHubId), isBot: Schema.optional(Schema.Boolean) })
export interface Actor extends Schema.Schema.Type<typeof Actor> {}

/** Counts of lines that were added or removed, without those that have no letter or digit outside of comments. */
const lineCounts = {
  lines: Schema.Int,
  /** Those outside of files that tools write alike for everybody. Undefined: as many. */
  written: Schema.optional(Schema.Int),
  /** Added ones that neither the issue's text nor the repository had, and that are in no lock file. Undefined: as many. */
  fresh: Schema.optional(Schema.Int)
}

/** The size of a change. */
export const Work = Schema.Struct(lineCounts)
export interface Work extends Schema.Schema.Type<typeof Work> {}

/** A formal review of a pull request, or a comment that names a commit; other comments are none. `mayPush`: whether GitHub says that its author may push. */
export const Answer = Schema.Struct({
  at: Milliseconds,
  by: Schema.NullOr(GitHubId),
  as: Schema.Literal("Approved", "ChangesRequested", "NamedCommit"),
  mayPush: Schema.optional(Schema.Boolean),
  isBot: Schema.optional(Schema.Boolean),
  /** The commit that was reviewed. */
  head: Schema.optional(Schema.String)
})
export interface Answer extends Schema.Schema.Type<typeof Answer> {}

/** A pull request became a draft or ready for review, or was closed or opened again. `isByCommit`: a commit closed it. */
export const Turn = Schema.Struct({
  at: Milliseconds,
  by: Actor,
  as: Schema.Literal("Draft", "Ready", "Closed", "Reopened"),
  isByCommit: Schema.optional(Schema.Boolean)
})
export interface Turn extends Schema.Schema.Type<typeof Turn> {}

/**
 * A push to a pull request's branch. `before`: its head until then. `thereSince`: since when that is proved to have been there, by a review of it or an
 * earlier push. Undefined: nothing proves a time.
 */
export const Push = Schema.Struct({ at: Milliseconds, before: Schema.String, thereSince: Schema.optional(Milliseconds) })
export interface Push extends Schema.Schema.Type<typeof Push> {}

/** An earlier head of a pull request: the lines of its change, how many of them are in the last one, and the lines of that. */
const EarlierHead = Schema.Struct({ head: Schema.String, lines: Schema.Int, kept: Schema.Int, of: Schema.Int })

/** The part of a pull request's evidence that takes further requests. It is read only where the rules need it: `NEEDS` in fromGitHub/candidates.ts. */
const Details = {
  /** Undefined: it was not read, or GitHub does not show the whole change. */
  work: Schema.optional(Work),
  /** The time since which the head is proved to exist. Undefined: nothing proves one. */
  thereSince: Schema.optional(Milliseconds),
  /** When its newest change was pushed. Undefined: GitHub does not say. */
  changedAt: Schema.optional(Milliseconds),
  answers: Schema.optional(Schema.Array(Answer)),
  /** Oldest first. Undefined: not read. */
  turns: Schema.optional(Schema.Array(Turn)),
  /** Since when its text says that it is a draft because of the repository's limit on open pull requests. Undefined: it does not, or it was not read. */
  limitedSince: Schema.optional(Milliseconds),
  /** The pushes that GitHub shows, oldest first. */
  pushes: Schema.optional(Schema.Array(Push)),
  /** Whether a tenth or more of its lines came by no other pull request, or GitHub does not show it. Undefined: not asked. */
  bringsOwn: Schema.optional(Schema.Boolean),
  /** The earlier heads that the rules ask about. */
  earlier: Schema.optional(Schema.Array(EarlierHead)),
  /** Whether the merged work still stands; null: it was not checked. */
  standing: Schema.NullOr(WorkStanding)
}
export type Detail = keyof typeof Details

/** What a pull request says of the issue: that it closes it, its number, or that only since it landed. */
const Says = Schema.Literal("closing", "mention", "afterwards")
export type Says = typeof Says.Type

/** A pull request that closed the issue, that GitHub lists as linked to it, or that names it. */
export const PullRequestEvidence = Schema.Struct({
  number: Schema.Int.pipe(Schema.positive()),
  /** null if the account is gone ("ghost"): the author is then unknown. */
  authorId: Schema.NullOr(GitHubId),
  /** For display only: logins can be renamed and reused. */
  authorLogin: Schema.NullOr(Schema.String),
  /** Whether its author is a bot's account. */
  isBots: Schema.optional(Schema.Boolean),
  createdAt: Milliseconds,
  isDraft: Schema.optional(Schema.Boolean),
  /** When it was closed or merged; null if it is open. */
  closedAt: Schema.optional(Schema.NullOr(Milliseconds)),
  /** null unless merged. */
  mergedAt: Schema.NullOr(Milliseconds),
  /** The account that merged it. Undefined: GitHub does not say. */
  mergedBy: Schema.optional(Actor),
  /** The repository of its base branch. A fork's differs from the issue's. */
  baseRepositoryId: GitHubId,
  /** The base branch's name. A merged pull request keeps the name that the branch had at the merge. */
  baseBranch: Schema.String,
  /** The branch of the repository itself from which it comes. Undefined: it comes from a fork. */
  headBranch: Schema.optional(Schema.String),
  /** The commit that GitHub names as the merge commit, also after a rebase or a merge queue. null unless merged. */
  mergeCommit: Schema.NullOr(Schema.String),
  /** The pull request's newest commit, or the last one before the merge. */
  head: Schema.optional(Schema.String),
  /** The pull request that it takes back, by GitHub's own words of a revert. */
  reverts: Schema.optional(Schema.Int),
  /** By its own title, text and commits when it landed, or while it is open. Undefined: it does not name the issue, or that was not read. */
  says: Schema.optional(Says),
  ...Details
})
export interface PullRequestEvidence extends Schema.Schema.Type<typeof PullRequestEvidence> {}

/** The cause of a closing according to GitHub. */
export const Closer = Schema.Union(
  Schema.TaggedStruct("PullRequest", { pullRequest: PullRequestEvidence }),
  /** A commit that says "fixes #n". `pullRequests`: the merged ones that contain it; if there is none, the others that were opened before the closing. */
  Schema.TaggedStruct("Commit", {
    commit: Schema.String,
    pullRequests: Schema.Array(PullRequestEvidence),
    /** The numbers of issues and pull requests in its message. */
    names: Schema.optional(Schema.Array(Schema.Int)),
    /** The commit that it takes back, by git's own words of a revert. */
    reverts: Schema.optional(Schema.String),
    /** GitHub links more pull requests to the commit than it shows. */
    isPartial: Schema.optional(Schema.Boolean)
  }),
  Schema.TaggedStruct("Hand", {}),
  /** GitHub names no closer, and a closing by hand is not proved. */
  Schema.TaggedStruct("Hidden", {})
)
export type Closer = typeof Closer.Type

/** The pull requests by which an issue was closed: one, or those that have the commit that closed it. */
const pullRequestsOf = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []

const mapPullRequests = (closer: Closer, change: (pullRequest: PullRequestEvidence) => PullRequestEvidence): Closer =>
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
  /** GitHub hides the event. `at`: of the event before. */
  Schema.TaggedStruct("Hidden", { at: Milliseconds })
)
export type TimelineEvent = typeof TimelineEvent.Type

/** The pull requests of all closings, in the timeline's order. */
export const closersIn = (timeline: ReadonlyArray<TimelineEvent>): ReadonlyArray<PullRequestEvidence> =>
  timeline.flatMap((event) => (event._tag === "Closed" ? pullRequestsOf(event.closer) : []))

/**
 * An account named the issue in a pull request, wrote that the pull request solved it (`solves`), or linked the two by hand (`links`). A link that was taken
 * away again is none.
 */
export const Naming = Schema.Struct({
  pullRequest: Schema.Int,
  at: Milliseconds,
  by: Schema.NullOr(GitHubId),
  solves: Schema.optional(Schema.Boolean),
  links: Schema.optional(Schema.Boolean)
})
export interface Naming extends Schema.Schema.Type<typeof Naming> {}

/** How many lines of a pull request's change are, in whatever files, in that of another pull request (`with`: its number) or of a commit. */
export const Likeness = Schema.Struct({
  pullRequest: Schema.Int,
  with: Schema.Union(Schema.Int, Schema.String),
  ...lineCounts,
  /** How many would be with one and the same replacement of names throughout, if these are more. Then `fresh` counts these. */
  renamed: Schema.optional(Schema.Int),
  /** Whether the other one names the pull request. */
  names: Schema.optional(Schema.Boolean)
})
export interface Likeness extends Schema.Schema.Type<typeof Likeness> {}

/** The issue is still in the public repository in which it was registered. Renamed or archived repositories and locked issues count as found. */
export const IssueFound = Schema.TaggedStruct("Found", {
  repositoryId: GitHubId,
  /** The repository's name today. */
  repository: Schema.String,
  defaultBranch: Schema.String,
  number: Schema.Int.pipe(Schema.positive()),
  state: Schema.Literal("open", "closed"),
  /** The record of the repository's consent to a bounty on the issue, without the requests for one. Undefined: it was not read. */
  consent: Schema.optional(ConsentRecord),
  /** The complete timeline; an incomplete one is `GitHubSilent`. */
  timeline: Schema.Array(TimelineEvent),
  /** Pull requests that GitHub links as closing the issue (closedByPullRequestsReferences), merged or not. */
  linkedPullRequests: Schema.Array(PullRequestEvidence),
  /** GitHub links more pull requests to the issue than it shows. */
  hasHiddenLinks: Schema.optional(Schema.Boolean),
  authorId: Schema.optional(Schema.NullOr(GitHubId)),
  /** Accounts that are proved to have had push access, ascending. */
  writers: Schema.optional(Schema.Array(GitHubId)),
  /** Further pull requests of the repository that name the issue, or are named in it. */
  namedPullRequests: Schema.optional(Schema.Array(PullRequestEvidence)),
  /** When pull requests were linked or named, oldest first. */
  namings: Schema.optional(Schema.Array(Naming)),
  /** The changes of commits that closed the issue and belong to no pull request. */
  pushes: Schema.optional(
    Schema.Array(
      Schema.Struct({
        commit: Schema.String,
        work: Schema.optional(Work),
        /** As in `PullRequestEvidence`. */
        standing: Schema.NullOr(WorkStanding)
      })
    )
  ),
  likenesses: Schema.optional(Schema.Array(Likeness))
})
export interface IssueFound extends Schema.Schema.Type<typeof IssueFound> {}

/** The record with every pull request in it changed, wherever it stands. */
export const mapEveryPullRequest = (issue: IssueFound, change: (pullRequest: PullRequestEvidence) => PullRequestEvidence): IssueFound => ({
  ...issue,
  timeline: issue.timeline.map((event) => (event._tag === "Closed" ? { ...event, closer: mapPullRequests(event.closer, change) } : event)),
  linkedPullRequests: issue.linkedPullRequests.map(change),
  ...(issue.namedPullRequests === undefined ? {} : { namedPullRequests: issue.namedPullRequests.map(change) })
})

export const IssueEvidence = Schema.Union(
  IssueFound,
  /** GitHub says that the issue was deleted (410), or does not know it in a repository that exists. */
  Schema.TaggedStruct("Deleted", {}),
  /** Moved to another repository, or converted to a discussion. `to`: the destination, if GitHub names it. */
  Schema.TaggedStruct("Transferred", { to: Schema.NullOr(Schema.String) }),
  /**
   * The repository is deleted, disabled or private. Concluded only from an answer: a 404 for an accepted token, or "private". Also if another
   * repository now has its name; `why` says how that is known.
   */
  Schema.TaggedStruct("RepositoryGone", { why: Schema.optional(Schema.String) }),
  /**
   * No answer, an error, a rate limit, or an incomplete or unreadable body. Never a reason for a verdict. `isIll`: GitHub itself is at fault, or does
   * not know the token, so that its other answers at that time prove little.
   */
  Schema.TaggedStruct("GitHubSilent", { why: Schema.String, isIll: Schema.optional(Schema.Boolean) })
)
export type IssueEvidence = typeof IssueEvidence.Type
