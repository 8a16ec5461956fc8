/**
 * Schemas of GitHub's answers about contributions, in GraphQL and in REST's lists, from which the records of a round are made
 * (`rules/contributions/fromGitHub`). Timestamps are microseconds since 1970.
 */
import { Schema } from "effect"
import { Instant } from "../Instant.ts"
import { PageInfo } from "./answerParts.ts"

/** null: the account was deleted, or GitHub hides it from everybody. A user without an id is an invalid answer. */
const Account = Schema.NullOr(
  Schema.Struct({ __typename: Schema.String, login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }).pipe(
    Schema.filter(({ __typename, databaseId }) => __typename !== "User" || typeof databaseId === "number" || "the account has no id")
  )
)
export type Account = typeof Account.Type

const list = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(node) })

/** An entry that GitHub hides, from this token or from everybody, is null. */
const listWithHidden = <A, I>(node: Schema.Schema<A, I>) => list(Schema.NullOr(node))

/** Refuses an answer about a closed or merged entry without its timestamp: decoded, it would look open. */
const hasItsTimes = ({
  state,
  closedAt,
  mergedAt
}: {
  readonly state: string
  readonly closedAt: number | null
  readonly mergedAt?: number | null
}) =>
  state.toUpperCase() === "OPEN" ||
  (closedAt !== null && (state !== "MERGED" || mergedAt !== null)) ||
  "it is closed, and no time says when"

const Review = Schema.Struct({
  state: Schema.String,
  submittedAt: Schema.NullOr(Instant),
  authorAssociation: Schema.String,
  authorCanPushToRepository: Schema.optional(Schema.Boolean),
  commit: Schema.optional(Schema.NullOr(Schema.Struct({ oid: Schema.String }))),
  author: Account
}).pipe(Schema.filter(({ state, submittedAt }) => state === "PENDING" || submittedAt !== null || "a review lacks its time"))

const LabelWithId = Schema.Struct({ id: Schema.String, name: Schema.String })
/** Answers of other servers may leave out the id: the name then stands for it. */
const Label = Schema.transform(Schema.Struct({ ...LabelWithId.fields, id: Schema.optional(Schema.String) }), LabelWithId, {
  strict: true,
  decode: ({ id, name }) => ({ id: id ?? name, name }),
  encode: (label) => label
})

const TimelineItem = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("LabeledEvent"), createdAt: Instant, label: Label, actor: Account }),
  Schema.Struct({ __typename: Schema.Literal("UnlabeledEvent"), createdAt: Instant, label: Label }),
  Schema.Struct({ __typename: Schema.Literal("RenamedTitleEvent", "UnlockedEvent"), createdAt: Instant }),
  Schema.Struct({ __typename: Schema.Literal("ClosedEvent"), createdAt: Instant, actor: Account }),
  Schema.Struct({
    __typename: Schema.Literal("AddedToMergeQueueEvent", "AutoMergeEnabledEvent", "AutoRebaseEnabledEvent", "AutoSquashEnabledEvent"),
    createdAt: Instant,
    actor: Account
  }),
  Schema.Struct({ __typename: Schema.Literal("LockedEvent"), createdAt: Instant, lockReason: Schema.NullOr(Schema.String), actor: Account })
)
export type TimelineItem = typeof TimelineItem.Type

const Place = Schema.Struct({ databaseId: Schema.Int })

const lists = {
  labels: Schema.NullOr(list(Label)),
  reviews: Schema.NullOr(listWithHidden(Review)),
  timelineItems: listWithHidden(TimelineItem),
  closingIssuesReferences: Schema.NullOr(listWithHidden(Schema.Struct({ id: Schema.String, number: Schema.Int, repository: Place })))
}

export const PullRequest = Schema.Struct({
  __typename: Schema.Literal("PullRequest"),
  id: Schema.String,
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literal("OPEN", "CLOSED", "MERGED"),
  createdAt: Instant,
  closedAt: Schema.NullOr(Instant),
  mergedAt: Schema.NullOr(Instant),
  lastEditedAt: Schema.NullOr(Instant),
  additions: Schema.Int,
  deletions: Schema.Int,
  changedFiles: Schema.Int,
  baseRefName: Schema.String,
  baseRefOid: Schema.String,
  headRefName: Schema.String,
  headRefOid: Schema.String,
  mergeCommit: Schema.optional(Schema.NullOr(Schema.Struct({ oid: Schema.String }))),
  authorAssociation: Schema.String,
  author: Account,
  mergedBy: Account,
  repository: Schema.Struct({ ...Place.fields, nameWithOwner: Schema.String, defaultBranchRef: Schema.Struct({ name: Schema.String }) }),
  headRepository: Schema.NullOr(Schema.Struct({ nameWithOwner: Schema.String })),
  ...lists
}).pipe(Schema.filter(hasItsTimes))
export type PullRequest = typeof PullRequest.Type

const Cost = Schema.NullOr(Schema.Struct({ cost: Schema.Int }))

const answer = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ rateLimit: Cost, nodes: Schema.Array(Schema.NullOr(node)) })

export const PullRequestsAnswer = answer(PullRequest)

const SomeLists = Schema.partial(Schema.Struct(lists))
export type Lists = typeof SomeLists.Type

/** The answer with a further page of one list. */
export const FurtherPage = Schema.Struct({ rateLimit: Cost, node: Schema.NullOr(SomeLists) })

const Solver = Schema.Struct({ id: Schema.String, number: Schema.Int, mergedAt: Schema.NullOr(Instant), repository: Place })
export type Solver = typeof Solver.Type

const Closer = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...Solver.fields }),
  Schema.Struct({
    __typename: Schema.Literal("Commit"),
    associatedPullRequests: Schema.NullOr(Schema.Struct({ nodes: Schema.Array(Schema.NullOr(Solver)) }))
  }),
  Schema.Struct({ __typename: Schema.Literal("ProjectV2") })
)

export const Issue = Schema.Struct({
  __typename: Schema.Literal("Issue"),
  id: Schema.String,
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literal("OPEN", "CLOSED"),
  stateReason: Schema.NullOr(Schema.String),
  createdAt: Instant,
  closedAt: Schema.NullOr(Instant),
  updatedAt: Instant,
  lastEditedAt: Schema.NullOr(Instant),
  authorAssociation: Schema.String,
  author: Account,
  repository: Schema.Struct({ ...Place.fields, nameWithOwner: Schema.String }),
  closings: Schema.Struct({ nodes: Schema.Array(Schema.Struct({ createdAt: Instant, closer: Schema.NullOr(Closer) })) }),
  transfers: Schema.Struct({ totalCount: Schema.Int }),
  /** The first hundred. */
  labelings: Schema.optional(Schema.Struct({ nodes: Schema.Array(Schema.NullOr(Schema.Struct({ createdAt: Instant, actor: Account }))) })),
  renames: Schema.Struct({ nodes: Schema.Array(Schema.Struct({ createdAt: Instant })) })
}).pipe(Schema.filter(hasItsTimes))
export type Issue = typeof Issue.Type

export const IssuesAnswer = answer(Issue)

const listed = {
  node_id: Schema.String,
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literal("open", "closed"),
  user: Schema.NullOr(Schema.Struct({ id: Schema.Int, login: Schema.String })),
  author_association: Schema.String,
  created_at: Instant,
  updated_at: Instant,
  closed_at: Schema.NullOr(Instant)
}

/** An issue or a pull request as REST lists it among issues. */
export const Listed = Schema.Struct({
  ...listed,
  state_reason: Schema.optional(Schema.NullOr(Schema.String)),
  pull_request: Schema.optional(Schema.Struct({ merged_at: Schema.optional(Schema.NullOr(Instant)) }))
}).pipe(Schema.filter(({ state, closed_at }) => hasItsTimes({ state, closedAt: closed_at })))
export interface Listed extends Schema.Schema.Type<typeof Listed> {}

/** A pull request as REST lists it among pull requests. */
export const ListedPull = Schema.Struct({ ...listed, merged_at: Schema.NullOr(Instant) }).pipe(
  Schema.filter(({ state, closed_at }) => hasItsTimes({ state, closedAt: closed_at }))
)

/** A changed file, as REST lists it. `sha`: of its blob at the head; for a removed file, at the base. */
export const DiffEntry = Schema.Struct({
  sha: Schema.NullOr(Schema.String),
  filename: Schema.String,
  previous_filename: Schema.optional(Schema.String),
  status: Schema.Literal("added", "removed", "modified", "renamed", "copied", "changed", "unchanged"),
  additions: Schema.Int,
  deletions: Schema.Int,
  changes: Schema.Int
})
export interface DiffEntry extends Schema.Schema.Type<typeof DiffEntry> {}

export const Comparison = Schema.Struct({
  merge_base_commit: Schema.Struct({ sha: Schema.String }),
  files: Schema.optionalWith(Schema.Array(DiffEntry), { default: () => [] })
})

/** A branch by its name today. */
export const Branch = Schema.Struct({ name: Schema.String })

export const AtPath = Schema.Struct({ type: Schema.String })

const Bringing = Schema.Struct({ mergedAt: Schema.NullOr(Instant), repository: Place, author: Account })

/** By alias, `commit<n>`; null: GitHub does not show the commit. */
export const BroughtAnswer = Schema.Struct({
  rateLimit: Cost,
  repository: Schema.NullOr(
    Schema.Record({
      key: Schema.String,
      value: Schema.NullOr(
        Schema.Struct({
          associatedPullRequests: Schema.optional(
            Schema.NullOr(Schema.Struct({ nodes: Schema.NullOr(Schema.Array(Schema.NullOr(Bringing))) }))
          )
        })
      )
    })
  )
})
