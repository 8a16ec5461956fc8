/**
 * Schemas of GitHub's answers about an issue and its pull requests, from which the evidence for a verdict is made
 * (`rules/verdicts/fromGitHub`). Timestamps are milliseconds since 1970.
 */
import { Schema } from "effect"
import { nodes, PageInfo, Time } from "./answerParts.ts"
import { spoken } from "./ConsentAnswers.ts"

/** Refuses an answer about a merged pull request without the merge's timestamp: decoded, it would look unmerged. */
const hasItsMerge = ({ mergeCommit, mergedAt }: { readonly mergeCommit: object | null; readonly mergedAt: number | null }) =>
  mergeCommit === null || mergedAt !== null || "it has a merge commit, and no time says when it was merged"

export const Account = Schema.NullOr(
  Schema.Struct({
    __typename: Schema.optional(Schema.String),
    login: Schema.String,
    databaseId: Schema.optional(Schema.NullOr(Schema.Int))
  })
)
export type Account = typeof Account.Type

const pullRequestFields = {
  number: Schema.Int,
  author: Account,
  createdAt: Time,
  isDraft: Schema.Boolean,
  closedAt: Schema.NullOr(Time),
  mergedAt: Schema.NullOr(Time),
  mergedBy: Account,
  baseRefName: Schema.String,
  headRefOid: Schema.String,
  headRefName: Schema.String,
  headRepository: Schema.NullOr(Schema.Struct({ databaseId: Schema.NullOr(Schema.Int) })),
  baseRepository: Schema.NullOr(Schema.Struct({ databaseId: Schema.NullOr(Schema.Int) })),
  mergeCommit: Schema.NullOr(Schema.Struct({ oid: Schema.String })),
  /** Asked where it may name the issue. */
  title: Schema.optional(Schema.String),
  body: Schema.optional(Schema.String),
  lastEditedAt: Schema.optional(Schema.NullOr(Time))
}
const PullRequest = Schema.Struct(pullRequestFields).pipe(Schema.filter(hasItsMerge))
export type PullRequest = typeof PullRequest.Type

/** GitHub may return null for a list that it could not compute. Decoding then fails: null is not an empty list. */
export const PullRequests = Schema.Struct({
  pageInfo: PageInfo,
  totalCount: Schema.optional(Schema.Int),
  nodes: Schema.Array(Schema.NullOr(PullRequest))
})
export type PullRequests = typeof PullRequests.Type

const Closer = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...pullRequestFields }).pipe(Schema.filter(hasItsMerge)),
  Schema.Struct({ __typename: Schema.Literal("Commit"), oid: Schema.String, message: Schema.String, associatedPullRequests: PullRequests }),
  Schema.Struct({ __typename: Schema.Literal("ProjectV2") })
)
export type Closer = typeof Closer.Type

export const Reason = Schema.Literal("COMPLETED", "NOT_PLANNED", "DUPLICATE", "REOPENED")
export type Reason = typeof Reason.Type

export const TimelineItem = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("ClosedEvent"),
    createdAt: Time,
    actor: Account,
    /** Not null: an agent did it. Servers that do not know the field omit it. */
    intent: Schema.optional(Schema.NullOr(Schema.Unknown)),
    stateReason: Schema.NullOr(Reason),
    closer: Schema.NullOr(Closer)
  }),
  Schema.Struct({ __typename: Schema.Literal("ReopenedEvent"), createdAt: Time, actor: Account }),
  Schema.Struct({ __typename: Schema.Literal("TransferredEvent"), createdAt: Time }),
  Schema.Struct({ __typename: Schema.Literal("ConvertedToDiscussionEvent"), createdAt: Time })
)
export type TimelineItem = typeof TimelineItem.Type

/** Events that link pull requests to the issue. A source that GitHub hides from the token, as in a private repository, links nothing. */
export const Mention = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("CrossReferencedEvent"),
    createdAt: Time,
    actor: Account,
    source: Schema.NullOr(
      Schema.Union(
        Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...pullRequestFields }),
        Schema.Struct({ __typename: Schema.Literal("Issue") })
      )
    )
  }),
  Schema.Struct({ __typename: Schema.Literal("IssueComment"), ...spoken, author: Account }),
  Schema.Struct({
    __typename: Schema.Literal("ConnectedEvent"),
    createdAt: Time,
    actor: Account,
    subject: Schema.NullOr(
      Schema.Union(
        Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...pullRequestFields }),
        Schema.Struct({ __typename: Schema.Literal("Issue") })
      )
    )
  }),
  Schema.Struct({
    __typename: Schema.Literal("DisconnectedEvent"),
    createdAt: Time,
    subject: Schema.NullOr(
      Schema.Union(
        Schema.Struct({
          __typename: Schema.Literal("PullRequest"),
          number: Schema.Int,
          baseRepository: pullRequestFields.baseRepository
        }),
        Schema.Struct({ __typename: Schema.Literal("Issue") })
      )
    )
  })
)
export type Mention = typeof Mention.Type

export const Oid = Schema.Struct({ oid: Schema.String })

const OptionalTime = Schema.optional(Schema.NullOr(Time))

/** A commit of a pull request's branch, with the pull requests that brought it. */
const BranchCommit = Schema.Struct({
  additions: Schema.Int,
  deletions: Schema.Int,
  parents: Schema.Struct({ totalCount: Schema.Int }),
  associatedPullRequests: nodes(Schema.Struct({ number: Schema.Int, mergedAt: Schema.NullOr(Time) }))
})

export const Details = Schema.Struct({
  number: Schema.Int,
  title: Schema.String,
  body: Schema.String,
  baseRefOid: Schema.String,
  headRefOid: Schema.String,
  headRefName: Schema.String,
  headRepository: Schema.NullOr(Schema.Struct({ nameWithOwner: Schema.String })),
  /** Asked where they may change what it said of the issue when it landed. */
  lastEditedAt: OptionalTime,
  userContentEdits: Schema.optional(
    Schema.NullOr(nodes(Schema.Struct({ editedAt: Time, editor: Account, diff: Schema.NullOr(Schema.String) })))
  ),
  commits: Schema.optional(nodes(Schema.Struct({ commit: Schema.Struct({ message: Schema.String }) }))),
  /** Asked where other pull requests were merged into its branch. */
  branch: Schema.optional(Schema.Struct({ totalCount: Schema.Int, ...nodes(Schema.Struct({ commit: BranchCommit })).fields })),
  statusCheckRollup: Schema.NullOr(
    Schema.Struct({ contexts: nodes(Schema.Struct({ completedAt: OptionalTime, createdAt: OptionalTime })) })
  ),
  reviews: Schema.NullOr(
    nodes(
      Schema.Struct({
        state: Schema.String,
        submittedAt: Schema.NullOr(Time),
        authorCanPushToRepository: Schema.Boolean,
        author: Account,
        commit: Schema.NullOr(Oid)
      })
    )
  ),
  timelineItems: nodes(
    Schema.Union(
      Schema.Struct({
        __typename: Schema.Literal("HeadRefForcePushedEvent"),
        createdAt: Time,
        beforeCommit: Schema.optional(Schema.NullOr(Oid)),
        afterCommit: Schema.NullOr(Oid)
      }),
      Schema.Struct({ __typename: Schema.Literal("IssueComment"), createdAt: Time, author: Account, body: Schema.String }),
      Schema.Struct({
        __typename: Schema.Literal("ConvertToDraftEvent", "ReadyForReviewEvent", "ReopenedEvent"),
        createdAt: Time,
        actor: Account
      }),
      Schema.Struct({
        __typename: Schema.Literal("ClosedEvent"),
        createdAt: Time,
        actor: Account,
        closer: Schema.NullOr(Schema.Struct({ __typename: Schema.String }))
      }),
      Schema.Struct({ __typename: Schema.Literal("RenamedTitleEvent"), createdAt: Time, previousTitle: Schema.String })
    )
  )
})
export type Details = typeof Details.Type

/** A changed file as REST lists it. */
export const File = Schema.Struct({
  filename: Schema.String,
  previous_filename: Schema.optional(Schema.String),
  status: Schema.String,
  additions: Schema.Int,
  deletions: Schema.Int,
  /** The blob's hash; for a removed file, of the blob before. */
  sha: Schema.NullOr(Schema.String),
  /** Missing for binary and very large files, and if only the name or the mode changed. */
  patch: Schema.optional(Schema.String)
})
export type File = typeof File.Type

const Person = Schema.NullOr(Schema.Struct({ id: Schema.Int, login: Schema.String, type: Schema.optional(Schema.String) }))
/** A pull request as REST shows it. */
export const ListedPullRequest = Schema.Struct({
  number: Schema.Int,
  user: Person,
  created_at: Time,
  closed_at: Schema.NullOr(Time),
  merged_at: Schema.NullOr(Time),
  merged_by: Schema.optional(Person),
  draft: Schema.optional(Schema.Boolean),
  merge_commit_sha: Schema.NullOr(Schema.String),
  head: Schema.Struct({ sha: Schema.String, ref: Schema.String, repo: Schema.NullOr(Schema.Struct({ id: Schema.Int })) }),
  base: Schema.Struct({ ref: Schema.String, repo: Schema.NullOr(Schema.Struct({ id: Schema.Int })) })
})
