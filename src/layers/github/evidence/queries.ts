/**
 * The GraphQL queries for an issue's evidence, and their answers' schemas. A test validates them against GitHub's schema;
 * `domain/github/IssueAnswers.ts` has the parts that decide.
 */
import { Schema } from "effect"
import { branchHistory, nodes, PageInfo, Time } from "../../../domain/github/answerParts.ts"
import { accessFields, choiceFields, issueSigns } from "../../../domain/github/ConsentAnswers.ts"
import { Account, Details, Mention, Oid, PullRequests, Reason, TimelineItem } from "../../../domain/github/IssueAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { YOUNG_FIELDS } from "../client/graphql.ts"
import { ISSUE_FIELDS, REPOSITORY_FIELDS, SPEAKER_FIELDS } from "../open/consent.ts"

const ACCOUNT = /* GraphQL */ `
fragment Account on Actor { __typename login ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId } }`

const PULL_REQUEST = /* GraphQL */ `
fragment PullRequestFacts on PullRequest {
  number
  author { ...Account }
  createdAt
  isDraft
  closedAt
  mergedAt
  mergedBy { ...Account }
  baseRefName
  baseRepository { databaseId }
  headRefOid
  headRefName
  headRepository { databaseId }
  mergeCommit { oid }
}${ACCOUNT}`

const OWN_WORDS = "title body lastEditedAt"

/** Pages of 100 events (`after`), 50 linked pull requests (`linkedAfter`), 100 mentions and comments (`mentionsAfter`) and 100 events of labels (`signsAfter`). */
export const ISSUE_QUERY = /* GraphQL */ `
query IssueEvidence($owner: String!, $name: String!, $number: Int!, $after: String, $linkedAfter: String, $mentionsAfter: String, $signsAfter: String) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    url
    createdAt
    isPrivate
    isDisabled
    defaultBranchRef { name target { oid } }
    owner { ... on User { databaseId } }
    ${REPOSITORY_FIELDS}
    issue(number: $number) {
      ${ISSUE_FIELDS}
      number
      body
      lastEditedAt
      author { ...Account }
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
            actor { ...Account }
            ${YOUNG_FIELDS.intent}
            stateReason
            closer {
              __typename
              ...PullRequestFacts
              ... on PullRequest { body }
              ... on Commit { oid message associatedPullRequests(first: 50) { pageInfo { hasNextPage endCursor } totalCount nodes { ...PullRequestFacts } } }
            }
          }
          ... on ReopenedEvent { createdAt actor { ...Account } }
          ... on TransferredEvent { createdAt }
          ... on ConvertedToDiscussionEvent { createdAt }
        }
      }
      mentions: timelineItems(first: 100, after: $mentionsAfter, itemTypes: [CROSS_REFERENCED_EVENT, ISSUE_COMMENT, CONNECTED_EVENT, DISCONNECTED_EVENT]) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on CrossReferencedEvent { createdAt actor { ...Account } source { __typename ...PullRequestFacts ... on PullRequest { ${OWN_WORDS} } } }
          ... on IssueComment { createdAt author { ...Account } body ${SPEAKER_FIELDS} }
          ... on ConnectedEvent { createdAt actor { ...Account } subject { __typename ...PullRequestFacts ... on PullRequest { ${OWN_WORDS} } } }
          ... on DisconnectedEvent { createdAt subject { __typename ... on PullRequest { number baseRepository { databaseId } } } }
        }
      }
      byHand: closedByPullRequestsReferences(first: 100, includeClosedPrs: true, userLinkedOnly: true) { nodes { number baseRepository { databaseId } } }
      closedByPullRequestsReferences(first: 50, after: $linkedAfter, includeClosedPrs: true) {
        pageInfo { hasNextPage endCursor }
        totalCount
        nodes { ...PullRequestFacts ${OWN_WORDS} }
      }
    }
  }
}${PULL_REQUEST}`

/** Whether the default branch has a commit between two times. */
export const ARRIVALS_QUERY = /* GraphQL */ `
query ArrivalsBetween($owner: String!, $name: String!, $since: GitTimestamp!, $until: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { target { __typename ... on Commit { history(first: 1, since: $since, until: $until) { pageInfo { hasNextPage endCursor } nodes { oid } } } } }
  }
}`

/** The pull requests that contain a commit. */
export const ASSOCIATED_QUERY = /* GraphQL */ `
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

const Issue = Schema.Struct({
  /** An answer without these shows nothing about consent. */
  locked: Schema.optional(issueSigns.locked),
  labels: Schema.optional(issueSigns.labels),
  signs: Schema.optional(issueSigns.signs),
  number: Schema.Int,
  body: Schema.optional(Schema.String),
  lastEditedAt: Schema.optional(Schema.NullOr(Time)),
  author: Account,
  repository: Schema.Struct({ databaseId: Schema.NullOr(Schema.Int), nameWithOwner: Schema.String }),
  createdAt: Time,
  state: Schema.Literal("OPEN", "CLOSED"),
  stateReason: Schema.NullOr(Reason),
  timelineItems: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(TimelineItem)) }),
  mentions: Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(Mention)) }),
  /** Those that somebody linked. The others are linked by their own words. */
  byHand: nodes(
    Schema.Struct({ number: Schema.Int, baseRepository: Schema.NullOr(Schema.Struct({ databaseId: Schema.NullOr(Schema.Int) })) })
  ),
  closedByPullRequestsReferences: PullRequests
})

export const IssueAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      databaseId: Schema.Int,
      nameWithOwner: Schema.String,
      /** Servers other than GitHub's may omit it; git then uses github.com. */
      url: Schema.optional(Schema.String),
      createdAt: Time,
      isPrivate: Schema.Boolean,
      isDisabled: Schema.Boolean,
      defaultBranchRef: Schema.NullOr(
        Schema.Struct({ name: Schema.String, target: Schema.optional(Schema.NullOr(Schema.Struct({ oid: Schema.String }))) })
      ),
      isArchived: Schema.optional(Schema.Boolean),
      ...accessFields,
      ...choiceFields,
      choices: Schema.optional(choiceFields.choices),
      issue: Schema.NullOr(Issue)
    })
  )
})
export type IssueAnswer = typeof IssueAnswer.Type

export const ArrivalsAnswer = branchHistory(Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Oid) }))

export const AssociatedAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      object: Schema.NullOr(Schema.Struct({ associatedPullRequests: Schema.optional(PullRequests) }))
    })
  )
})

/** Merged pull requests, those changed last first, with their words and the accounts that wrote them. Pages of 50 (`after`). */
export const MERGED_QUERY = /* GraphQL */ `
query Merged($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    url
    databaseId
    defaultBranchRef { name target { oid } }
    pullRequests(first: 50, after: $after, states: [MERGED], orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        title
        body
        updatedAt
        mergedAt
        baseRefName
        author { ... on User { databaseId } }
        mergeCommit { oid }
        commits(last: 50) { nodes { commit { message } } }
      }
    }
  }
}`

export const MergedAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      nameWithOwner: RepositoryName,
      url: Schema.String,
      databaseId: Schema.Int,
      defaultBranchRef: Schema.NullOr(Schema.Struct({ name: Schema.String, target: Schema.NullOr(Oid) })),
      pullRequests: Schema.Struct({
        pageInfo: PageInfo,
        nodes: Schema.Array(
          Schema.NullOr(
            Schema.Struct({
              number: Schema.Int,
              title: Schema.String,
              body: Schema.String,
              updatedAt: Time,
              mergedAt: Schema.NullOr(Time),
              baseRefName: Schema.String,
              author: Schema.NullOr(Schema.Struct({ databaseId: Schema.optional(Schema.NullOr(Schema.Int)) })),
              mergeCommit: Schema.NullOr(Oid),
              commits: nodes(Schema.Struct({ commit: Schema.Struct({ message: Schema.String }) }))
            })
          )
        )
      })
    })
  )
})

/** How many editions of a text are asked for: GitHub gives the newest first, each with the whole text. */
const EDITIONS = 50
const EARLIER_WORDS = /* GraphQL */ `userContentEdits(first: ${EDITIONS}) { nodes { editedAt editor { ...Account } diff } } commits(last: 100) { nodes { commit { message } } }`

const BRANCH = /* GraphQL */ `branch: commits(last: 100) { totalCount nodes { commit { additions deletions parents(first: 1) { totalCount } associatedPullRequests(first: 10) { nodes { number mergedAt } } } } }`

export interface AskedDetails {
  /** Its earlier texts and its commits' messages. */
  readonly words: boolean
  /** Which pull requests brought the commits of its branch. */
  readonly branch: boolean
}

/**
 * Proof of when some pull requests got their heads, and their answers: several at once, as `$number0`, `$number1` and so on. `asked`: what else is asked for
 * each.
 */
export const detailsQuery = (asked: ReadonlyArray<AskedDetails>): string => {
  const places = asked.map((_, place) => place)
  const more = (place: number) => `${asked[place]?.words === true ? EARLIER_WORDS : ""} ${asked[place]?.branch === true ? BRANCH : ""}`
  return /* GraphQL */ `
query PullRequestDetails($owner: String!, $name: String!, ${places.map((place) => `$number${place}: Int!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${places.map((place) => `pull${place}: pullRequest(number: $number${place}) { ...Details ${more(place)} }`).join("\n    ")}
  }
}
fragment Details on PullRequest {
  number
  title
  body
  lastEditedAt
  baseRefOid
  headRefOid
  headRefName
  headRepository { nameWithOwner }
  statusCheckRollup { contexts(first: 20) { nodes { __typename ... on CheckRun { completedAt } ... on StatusContext { createdAt } } } }
  reviews(last: 100) { nodes { state submittedAt authorCanPushToRepository author { ...Account } commit { oid } } }
  timelineItems(last: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT, ISSUE_COMMENT, CONVERT_TO_DRAFT_EVENT, READY_FOR_REVIEW_EVENT, CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT]) {
    nodes {
      __typename
      ... on HeadRefForcePushedEvent { createdAt beforeCommit { oid } afterCommit { oid } }
      ... on IssueComment { createdAt author { ...Account } body }
      ... on ConvertToDraftEvent { createdAt actor { ...Account } }
      ... on ReadyForReviewEvent { createdAt actor { ...Account } }
      ... on ReopenedEvent { createdAt actor { ...Account } }
      ... on ClosedEvent { createdAt actor { ...Account } closer { __typename } }
      ... on RenamedTitleEvent { createdAt previousTitle }
    }
  }
}${ACCOUNT}`
}

/** By alias: `pull0`, `pull1` and so on. */
export const DetailsAnswer = Schema.Struct({
  repository: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(Details) }))
})
