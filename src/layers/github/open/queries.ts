/** The GraphQL query for a repository's open issues, and for the effort behind recently closed ones. A test validates it against GitHub's schema. */
import { Schema } from "effect"
import { PageInfo, Time } from "../../../domain/github/answerParts.ts"
import { accessFields, choiceFields } from "../../../domain/github/ConsentAnswers.ts"
import { OneLine } from "../../../domain/onOneLine.ts"
import { YOUNG_FIELDS } from "../client/graphql.ts"
import { Account } from "../client/rest.ts"
import { chosenFields } from "./chosen.ts"

export const CHOICES = /* GraphQL */ `
query Choices($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isArchived
    ${chosenFields()}
  }
}`

/**
 * A page of a repository's issues. `$linked`: include closed linked pull requests; GitHub lists merged ones in any case. `$root`: include the default
 * branch's root tree.
 */
export const ISSUES = /* GraphQL */ `
query OpenIssues($owner: String!, $name: String!, $states: [IssueState!], $order: IssueOrder, $linked: Boolean!, $root: Boolean!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    isPrivate
    isArchived
    isDisabled
    ${YOUNG_FIELDS.pullRequests}
    primaryLanguage { name }
    ${chosenFields(" @include(if: $root)")}
    issues(first: 50, after: $after, states: $states, orderBy: $order) {
      pageInfo { hasNextPage endCursor }
      totalCount
      nodes {
        number
        title
        createdAt
        locked
        author { login }
        labels(first: 100) { nodes { name } }
        assignees(first: 1) { totalCount }
        comments(first: 1) { totalCount }
        reactions(first: 1) { totalCount }
        closedByPullRequestsReferences(first: 10, includeClosedPrs: $linked) {
          totalCount
          nodes { state additions deletions }
        }
      }
    }
  }
}`

const TotalCount = Schema.Struct({ totalCount: Schema.Int })

const PullRequest = Schema.Struct({
  state: Schema.Literal("OPEN", "CLOSED", "MERGED"),
  additions: Schema.Int,
  deletions: Schema.Int
})

const Issue = Schema.Struct({
  number: Schema.Int,
  title: OneLine,
  createdAt: Time,
  locked: Schema.Boolean,
  author: Schema.NullOr(Schema.Struct({ login: Schema.String })),
  labels: Schema.NullOr(Schema.Struct({ nodes: Schema.Array(Schema.NullOr(Schema.Struct({ name: Schema.String }))) })),
  assignees: TotalCount,
  comments: TotalCount,
  reactions: TotalCount,
  closedByPullRequestsReferences: Schema.Struct({ totalCount: Schema.Int, nodes: Schema.Array(Schema.NullOr(PullRequest)) })
})
export type Issue = typeof Issue.Type

export const ChoicesAnswer = Schema.Struct({
  repository: Schema.NullOr(Schema.Struct({ nameWithOwner: Schema.String, isArchived: Schema.Boolean, ...choiceFields }))
})

const Repository = Schema.Struct({
  databaseId: Schema.NullOr(Schema.Int),
  nameWithOwner: Schema.String,
  isPrivate: Schema.Boolean,
  isArchived: Schema.Boolean,
  isDisabled: Schema.Boolean,
  ...accessFields,
  primaryLanguage: Schema.NullOr(Schema.Struct({ name: Schema.String })),
  ...choiceFields,
  issues: Schema.Struct({ pageInfo: PageInfo, totalCount: Schema.Int, nodes: Schema.Array(Schema.NullOr(Issue)) })
})
export type Repository = typeof Repository.Type

export const IssuesAnswer = Schema.Struct({ repository: Schema.NullOr(Repository) })

/** A comment of a repository's issues, by REST. */
export const Comment = Schema.Struct({
  id: Schema.Int,
  body: Schema.optional(Schema.NullOr(Schema.String)),
  issue_url: Schema.String,
  user: Schema.NullOr(Account),
  author_association: Schema.optional(Schema.String),
  created_at: Time
})

/** An event of an issue, by REST. */
export const IssueEvent = Schema.Struct({
  id: Schema.Int,
  event: Schema.String,
  actor: Schema.NullOr(Account),
  created_at: Time,
  label: Schema.optional(Schema.Struct({ name: Schema.String }))
})
