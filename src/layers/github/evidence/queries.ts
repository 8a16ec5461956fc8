/** The GraphQL queries for an issue's evidence and their answers. A test validates them against GitHub's schema. */
import { Schema } from "effect"
import { PageInfo, Time } from "../client/graphql.ts"

const PULL_REQUEST = /* GraphQL */ `
fragment PullRequestFacts on PullRequest {
  number
  author { __typename login ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId } }
  createdAt
  mergedAt
  baseRefName
  baseRepository { databaseId }
  mergeCommit { oid }
}`

/** Pages of 100 events (`after`) and 50 linked pull requests (`linkedAfter`). */
export const ISSUE = /* GraphQL */ `
query IssueEvidence($owner: String!, $name: String!, $number: Int!, $after: String, $linkedAfter: String) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    url
    createdAt
    isPrivate
    isDisabled
    defaultBranchRef { name target { oid } }
    issue(number: $number) {
      number
      repository { databaseId nameWithOwner }
      createdAt
      state
      stateReason(enableDuplicate: true)
      timelineItems(first: 100, after: $after, itemTypes: [CLOSED_EVENT, REOPENED_EVENT, TRANSFERRED_EVENT, CONVERTED_TO_DISCUSSION_EVENT]) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on ClosedEvent {
            createdAt
            stateReason
            closer {
              __typename
              ...PullRequestFacts
              ... on Commit { oid associatedPullRequests(first: 50) { pageInfo { hasNextPage endCursor } totalCount nodes { ...PullRequestFacts } } }
            }
          }
          ... on ReopenedEvent { createdAt }
          ... on TransferredEvent { createdAt }
          ... on ConvertedToDiscussionEvent { createdAt }
        }
      }
      closedByPullRequestsReferences(first: 50, after: $linkedAfter, includeClosedPrs: true) {
        pageInfo { hasNextPage endCursor }
        totalCount
        nodes { ...PullRequestFacts }
      }
    }
  }
}${PULL_REQUEST}`

/** Whether the default branch got anything between two moments. */
export const ARRIVALS = /* GraphQL */ `
query ArrivalsBetween($owner: String!, $name: String!, $since: GitTimestamp!, $until: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { target { __typename ... on Commit { history(first: 1, since: $since, until: $until) { pageInfo { hasNextPage endCursor } nodes { oid } } } } }
  }
}`

/** The pull requests that contain a commit. */
export const ASSOCIATED = /* GraphQL */ `
query PullRequestsOfCommit($owner: String!, $name: String!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      __typename
      ... on Commit {
        associatedPullRequests(first: 50, after: $after) {
          pageInfo { hasNextPage endCursor }
          totalCount
          nodes { ...PullRequestFacts }
        }
      }
    }
  }
}${PULL_REQUEST}`

/** An answer that leaves out when it was merged is none: it would say that nobody merged it. */
const hasItsMerge = ({ mergeCommit, mergedAt }: { readonly mergeCommit: object | null; readonly mergedAt: number | null }) =>
  mergeCommit === null || mergedAt !== null || "it has a merge commit, and no time says when it was merged"

const pullRequestFields = {
  number: Schema.Int,
  author: Schema.NullOr(Schema.Struct({ login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) })),
  createdAt: Time,
  mergedAt: Schema.NullOr(Time),
  baseRefName: Schema.String,
  baseRepository: Schema.NullOr(Schema.Struct({ databaseId: Schema.NullOr(Schema.Int) })),
  mergeCommit: Schema.NullOr(Schema.Struct({ oid: Schema.String }))
}
const PullRequest = Schema.Struct(pullRequestFields).pipe(Schema.filter(hasItsMerge))
export type PullRequest = typeof PullRequest.Type

/** GitHub may return null for a list that it could not compute. Decoding then fails: null is not an empty list. */
const PullRequests = Schema.Struct({
  pageInfo: PageInfo,
  totalCount: Schema.optional(Schema.Int),
  nodes: Schema.Array(Schema.NullOr(PullRequest))
})
export type PullRequests = typeof PullRequests.Type

const Closer = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...pullRequestFields }).pipe(Schema.filter(hasItsMerge)),
  Schema.Struct({ __typename: Schema.Literal("Commit"), oid: Schema.String, associatedPullRequests: PullRequests }),
  Schema.Struct({ __typename: Schema.Literal("ProjectV2") })
)
export type Closer = typeof Closer.Type

const Reason = Schema.Literal("COMPLETED", "NOT_PLANNED", "DUPLICATE", "REOPENED")
export type Reason = typeof Reason.Type

const TimelineItem = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("ClosedEvent"),
    createdAt: Time,
    stateReason: Schema.NullOr(Reason),
    closer: Schema.NullOr(Closer)
  }),
  Schema.Struct({ __typename: Schema.Literal("ReopenedEvent"), createdAt: Time }),
  Schema.Struct({ __typename: Schema.Literal("TransferredEvent"), createdAt: Time }),
  Schema.Struct({ __typename: Schema.Literal("ConvertedToDiscussionEvent"), createdAt: Time })
)
export type TimelineItem = typeof TimelineItem.Type

const Issue = Schema.Struct({
  number: Schema.Int,
  repository: Schema.Struct({ databaseId: Schema.NullOr(Schema.Int), nameWithOwner: Schema.String }),
  createdAt: Time,
  state: Schema.Literal("OPEN", "CLOSED"),
  stateReason: Schema.NullOr(Reason),
  timelineItems: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(TimelineItem)) }),
  closedByPullRequestsReferences: PullRequests
})

export const IssueAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      databaseId: Schema.Int,
      nameWithOwner: Schema.String,
      /** Missing from answers that are not GitHub's own: git is then asked at github.com. */
      url: Schema.optional(Schema.String),
      createdAt: Time,
      isPrivate: Schema.Boolean,
      isDisabled: Schema.Boolean,
      defaultBranchRef: Schema.NullOr(
        Schema.Struct({ name: Schema.String, target: Schema.optional(Schema.NullOr(Schema.Struct({ oid: Schema.String }))) })
      ),
      issue: Schema.NullOr(Issue)
    })
  )
})
export type IssueAnswer = typeof IssueAnswer.Type

export const ArrivalsAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      defaultBranchRef: Schema.NullOr(
        Schema.Struct({
          target: Schema.NullOr(
            Schema.Struct({
              history: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.Struct({ oid: Schema.String })) })
            })
          )
        })
      )
    })
  )
})

export const AssociatedAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      object: Schema.NullOr(Schema.Struct({ associatedPullRequests: Schema.optional(PullRequests) }))
    })
  )
})
