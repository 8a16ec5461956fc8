/** The GraphQL query for the displayed facts of several issues, and its answer's schema. A test validates it against GitHub's schema. */
import { Schema } from "effect"
import { PageInfo, Time } from "../../../domain/github/answerParts.ts"
import { OneLine } from "../../../domain/onOneLine.ts"
import { STATUS_CONTEXT } from "./ownStatus.ts"

/** How a pull request stands. Asked with its steps as well, so that both are of one moment. */
export const STANDING = /* GraphQL */ `
fragment Standing on PullRequest { state isDraft reviewDecision mergedAt closedAt }`

const FRAGMENTS = /* GraphQL */ `${STANDING}
fragment ShownPullRequest on PullRequest {
  ...Standing
  id
  number
  title
  statusCheckRollup { state commit { status { context(name: "${STATUS_CONTEXT}") { id } } } }
  createdAt
  additions
  deletions
  changedFiles
  repository { nameWithOwner isPrivate }
  author { __typename login ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId } }
}
fragment ShownIssue on Issue {
  id
  number
  title
  body
  state
  createdAt
  closedAt
  repository { databaseId }
  author { login avatarUrl }
  labels(first: 50) { nodes { name color } }
  closedByPullRequestsReferences(first: 50, after: $linkedAfter, includeClosedPrs: true) {
    pageInfo { hasNextPage endCursor }
    nodes { ...ShownPullRequest }
  }
  timelineItems(first: 50, after: $mentionsAfter, itemTypes: [CROSS_REFERENCED_EVENT, CLOSED_EVENT]) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on CrossReferencedEvent { willCloseTarget source { __typename ...ShownPullRequest } }
      ... on ClosedEvent {
        closer {
          __typename
          ...ShownPullRequest
          ... on Commit { associatedPullRequests(first: 10) { nodes { ...ShownPullRequest } } }
        }
      }
    }
  }
}`

/** A query for `count` issues; the nth uses the variables $owner<n>, $name<n> and $number<n> and is returned as `issue<n>`. */
export const issuesQuery = (count: number): string => {
  const places = Array.from({ length: count }, (_, place) => place)
  const variables = places.map((place) => `$owner${place}: String!, $name${place}: String!, $number${place}: Int!`)
  const issues = places.map(
    (place) => /* GraphQL */ `
  issue${place}: repository(owner: $owner${place}, name: $name${place}) {
    databaseId
    createdAt
    isPrivate
    isDisabled
    primaryLanguage { name }
    issue(number: $number${place}) { ...ShownIssue }
  }`
  )
  return `query ShownIssues($linkedAfter: String, $mentionsAfter: String, ${variables.join(", ")}) {${issues.join("")}\n}${FRAGMENTS}`
}

/**
 * The first two check contexts of pull requests' heads: enough to see whether anything but an index's own status is there. Asked apart, because in
 * the query of issues they would cost 70 points of GitHub's limit.
 */
export const CHECKS = /* GraphQL */ `
query Checks($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on PullRequest {
      id
      statusCheckRollup { contexts(first: 2) { nodes { __typename ... on StatusContext { context } } } }
    }
  }
}`

export const Standing = Schema.Struct({
  state: Schema.Literal("OPEN", "CLOSED", "MERGED"),
  isDraft: Schema.Boolean,
  reviewDecision: Schema.NullOr(Schema.Literal("APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED")),
  mergedAt: Schema.NullOr(Time),
  closedAt: Schema.NullOr(Time)
})

const PullRequest = Schema.Struct({
  ...Standing.fields,
  id: Schema.String,
  number: Schema.Int,
  title: OneLine,
  statusCheckRollup: Schema.NullOr(
    Schema.Struct({
      state: Schema.Literal("ERROR", "EXPECTED", "FAILURE", "PENDING", "SUCCESS"),
      commit: Schema.NullOr(
        Schema.Struct({ status: Schema.NullOr(Schema.Struct({ context: Schema.NullOr(Schema.Struct({ id: Schema.String })) })) })
      )
    })
  ),
  createdAt: Time,
  additions: Schema.Int,
  deletions: Schema.Int,
  changedFiles: Schema.Int,
  repository: Schema.Struct({ nameWithOwner: Schema.String, isPrivate: Schema.Boolean }),
  author: Schema.NullOr(Schema.Struct({ login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }))
})
export type PullRequest = typeof PullRequest.Type

const NamedPullRequest = Schema.Struct({ __typename: Schema.Literal("PullRequest"), ...PullRequest.fields })

/** Null for a commit without pull requests. */
const PullRequestsOfCommit = Schema.NullOr(Schema.Struct({ nodes: Schema.Array(Schema.NullOr(PullRequest)) }))

const TimelineItem = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("CrossReferencedEvent"),
    willCloseTarget: Schema.Boolean,
    source: Schema.Union(NamedPullRequest, Schema.Struct({ __typename: Schema.Literal("Issue") }))
  }),
  Schema.Struct({
    __typename: Schema.Literal("ClosedEvent"),
    closer: Schema.NullOr(
      Schema.Union(
        NamedPullRequest,
        Schema.Struct({ __typename: Schema.Literal("Commit"), associatedPullRequests: PullRequestsOfCommit }),
        Schema.Struct({ __typename: Schema.Literal("ProjectV2") })
      )
    )
  })
)
export type TimelineItem = typeof TimelineItem.Type

const Label = Schema.Struct({ name: OneLine, color: OneLine })

const Issue = Schema.Struct({
  id: Schema.String,
  number: Schema.Int,
  title: OneLine,
  body: Schema.String,
  state: Schema.Literal("OPEN", "CLOSED"),
  createdAt: Time,
  closedAt: Schema.NullOr(Time),
  repository: Schema.Struct({ databaseId: Schema.NullOr(Schema.Int) }),
  author: Schema.NullOr(Schema.Struct({ login: Schema.String, avatarUrl: Schema.String })),
  labels: Schema.NullOr(Schema.Struct({ nodes: Schema.Array(Schema.NullOr(Label)) })),
  closedByPullRequestsReferences: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(PullRequest)) }),
  timelineItems: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(TimelineItem)) })
})
export type Issue = typeof Issue.Type

const Repository = Schema.Struct({
  databaseId: Schema.NullOr(Schema.Int),
  createdAt: Time,
  isPrivate: Schema.Boolean,
  isDisabled: Schema.Boolean,
  primaryLanguage: Schema.NullOr(Schema.Struct({ name: OneLine })),
  issue: Schema.NullOr(Issue)
})
export type Repository = typeof Repository.Type

/** By `issue<n>`. */
export const IssuesAnswer = Schema.Record({ key: Schema.String, value: Schema.NullOr(Repository) })

export const ChecksAnswer = Schema.Struct({
  nodes: Schema.Array(
    Schema.NullOr(
      Schema.Struct({
        id: Schema.optional(Schema.String),
        statusCheckRollup: Schema.optional(
          Schema.NullOr(
            Schema.Struct({
              contexts: Schema.Struct({
                nodes: Schema.Array(Schema.NullOr(Schema.Struct({ __typename: Schema.String, context: Schema.optional(Schema.String) })))
              })
            })
          )
        )
      })
    )
  )
})

/** The same facts by REST, which needs no token but shows no pull requests. */
export const RestRepository = Schema.Struct({
  full_name: Schema.String,
  private: Schema.Boolean,
  disabled: Schema.Boolean,
  language: Schema.NullOr(OneLine),
  created_at: Time
})

export const RestIssue = Schema.Struct({
  node_id: Schema.String,
  title: OneLine,
  body: Schema.NullOr(Schema.String),
  state: Schema.Literal("open", "closed"),
  created_at: Time,
  closed_at: Schema.NullOr(Time),
  user: Schema.NullOr(Schema.Struct({ id: Schema.Int, login: Schema.String, avatar_url: Schema.String })),
  labels: Schema.Array(
    Schema.Union(Schema.String, Schema.Struct({ name: Schema.optional(OneLine), color: Schema.optional(Schema.NullOr(OneLine)) }))
  )
})

export const RestProfile = Schema.Struct({ id: Schema.Int, login: Schema.String, avatar_url: Schema.String })
