/**
 * What is asked of contributions: the GraphQL queries, the forms of their answers, and those of REST's lists. A test holds the queries against
 * GitHub's schema. Moments are microseconds since 1970.
 */
import { Schema } from "effect"
import { Instant } from "../../../domain/Instant.ts"
import { PageInfo } from "../client/graphql.ts"

const ACCOUNT =
  "__typename login ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId }"

/** Lists of a pull request, each 100 entries a page: without nested lists, so that 25 pull requests cost one point. */
const LISTS = {
  labels: "labels(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } }",
  reviews: `reviews(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { state submittedAt authorAssociation author { ${ACCOUNT} } } }`,
  timelineItems: `timelineItems(first: 100, after: $after, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, RENAMED_TITLE_EVENT, CLOSED_EVENT, LOCKED_EVENT, UNLOCKED_EVENT]) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on LabeledEvent { createdAt label { id name } actor { ${ACCOUNT} } }
      ... on UnlabeledEvent { createdAt label { id name } }
      ... on RenamedTitleEvent { createdAt }
      ... on ClosedEvent { createdAt actor { ${ACCOUNT} } }
      ... on LockedEvent { createdAt lockReason actor { ${ACCOUNT} } }
      ... on UnlockedEvent { createdAt }
    }
  }`,
  closingIssuesReferences:
    "closingIssuesReferences(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id number repository { databaseId } } }"
} as const
export type ListName = keyof typeof LISTS
export const LIST_NAMES = ["labels", "reviews", "timelineItems", "closingIssuesReferences"] as const

const firstPage = (list: string) => list.replace(", after: $after", "")

/** Up to 100 pull requests by their node ids. */
export const PULL_REQUESTS = /* GraphQL */ `
query Contributions($ids: [ID!]!) {
  rateLimit { cost }
  nodes(ids: $ids) {
    __typename
    ... on PullRequest {
      id number title state createdAt closedAt mergedAt lastEditedAt
      additions deletions changedFiles
      baseRefName baseRefOid headRefName headRefOid
      mergeCommit { oid }
      authorAssociation
      author { ${ACCOUNT} }
      mergedBy { ${ACCOUNT} }
      repository { databaseId nameWithOwner defaultBranchRef { name } }
      headRepository { nameWithOwner }
      ${LIST_NAMES.map((name) => firstPage(LISTS[name])).join("\n      ")}
    }
  }
}`

/** A further page of one of a pull request's lists. */
export const furtherPage = (list: ListName) => /* GraphQL */ `
query ContributionList($id: ID!, $after: String) {
  rateLimit { cost }
  node(id: $id) { __typename ... on PullRequest { ${LISTS[list]} } }
}`

/** Up to 100 issues by their node ids: how each was closed last, and whether it came from elsewhere. */
export const ISSUES = /* GraphQL */ `
query ContributionIssues($ids: [ID!]!) {
  rateLimit { cost }
  nodes(ids: $ids) {
    __typename
    ... on Issue {
      id number title state stateReason(enableDuplicate: true) createdAt closedAt updatedAt lastEditedAt
      authorAssociation
      author { ${ACCOUNT} }
      repository { databaseId nameWithOwner }
      closings: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes {
          __typename
          ... on ClosedEvent {
            createdAt
            closer {
              __typename
              ... on PullRequest { id number mergedAt repository { databaseId } }
              ... on Commit { associatedPullRequests(first: 10) { nodes { id number mergedAt repository { databaseId } } } }
            }
          }
        }
      }
      transfers: timelineItems(first: 1, itemTypes: [TRANSFERRED_EVENT]) { totalCount }
      renames: timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { __typename ... on RenamedTitleEvent { createdAt } } }
    }
  }
}`

/** null: the account was deleted, or GitHub hides it from everybody. A person's id that is left out is neither. */
const Account = Schema.NullOr(
  Schema.Struct({ __typename: Schema.String, login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }).pipe(
    Schema.filter(({ __typename, databaseId }) => __typename !== "User" || typeof databaseId === "number" || "the account has no id")
  )
)
export type Account = typeof Account.Type

const list = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(node) })

/** What GitHub hides, from this token or from everybody, is null. */
const listWithHidden = <A, I>(node: Schema.Schema<A, I>) => list(Schema.NullOr(node))

/** What is closed was closed at some time. An answer that leaves the time out is none: it would turn what is closed into what is open. */
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
  author: Account
}).pipe(Schema.filter(({ state, submittedAt }) => state === "PENDING" || submittedAt !== null || "a review lacks its time"))

const LabelWithId = Schema.Struct({ id: Schema.String, name: Schema.String })
/** Answers that are not GitHub's own may leave out the id: then a label is known by its name. */
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

/** Of a further page: the one list that was asked for. */
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
  renames: Schema.Struct({ nodes: Schema.Array(Schema.Struct({ createdAt: Instant })) })
}).pipe(Schema.filter(hasItsTimes))
export type Issue = typeof Issue.Type

export const IssuesAnswer = answer(Issue)

/** An issue or a pull request as REST lists it. */
export const Listed = Schema.Struct({
  node_id: Schema.String,
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literal("open", "closed"),
  state_reason: Schema.optional(Schema.NullOr(Schema.String)),
  user: Schema.NullOr(Schema.Struct({ id: Schema.Int, login: Schema.String })),
  author_association: Schema.String,
  created_at: Instant,
  updated_at: Instant,
  closed_at: Schema.NullOr(Instant),
  pull_request: Schema.optional(Schema.Struct({ merged_at: Schema.optional(Schema.NullOr(Instant)) }))
}).pipe(Schema.filter(({ state, closed_at }) => hasItsTimes({ state, closedAt: closed_at })))
export interface Listed extends Schema.Schema.Type<typeof Listed> {}

/** A changed file, as REST lists it. `sha`: of its blob at the head; of a removed file, at the base. */
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

/** What is at a path, alone. */
export const AtPath = Schema.Struct({ type: Schema.String })
