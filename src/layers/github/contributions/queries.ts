/**
 * The GraphQL queries about contributions. A test validates them against GitHub's schema; `domain/github/ContributionAnswers.ts` has the answers'
 * schemas.
 */

const ACCOUNT =
  "__typename login ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId }"

/** A pull request's lists, with 100 entries a page. They have no nested lists, so that 25 pull requests cost one point. */
const LISTS = {
  labels: "labels(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } }",
  reviews: `reviews(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { state submittedAt authorAssociation authorCanPushToRepository commit { oid } author { ${ACCOUNT} } } }`,
  timelineItems: `timelineItems(first: 100, after: $after, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, RENAMED_TITLE_EVENT, CLOSED_EVENT, LOCKED_EVENT, UNLOCKED_EVENT, ADDED_TO_MERGE_QUEUE_EVENT, AUTO_MERGE_ENABLED_EVENT, AUTO_REBASE_ENABLED_EVENT, AUTO_SQUASH_ENABLED_EVENT]) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on LabeledEvent { createdAt label { id name } actor { ${ACCOUNT} } }
      ... on UnlabeledEvent { createdAt label { id name } }
      ... on RenamedTitleEvent { createdAt }
      ... on ClosedEvent { createdAt actor { ${ACCOUNT} } }
      ... on LockedEvent { createdAt lockReason actor { ${ACCOUNT} } }
      ... on UnlockedEvent { createdAt }
      ... on AddedToMergeQueueEvent { createdAt actor { ${ACCOUNT} } }
      ... on AutoMergeEnabledEvent { createdAt actor { ${ACCOUNT} } }
      ... on AutoRebaseEnabledEvent { createdAt actor { ${ACCOUNT} } }
      ... on AutoSquashEnabledEvent { createdAt actor { ${ACCOUNT} } }
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

/** One more page of one of a pull request's lists. */
export const furtherPage = (list: ListName) => /* GraphQL */ `
query ContributionList($id: ID!, $after: String) {
  rateLimit { cost }
  node(id: $id) { __typename ... on PullRequest { ${LISTS[list]} } }
}`

/** Up to 100 issues by their node ids, with each one's last closing and whether it was transferred. */
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
      labelings: timelineItems(first: 50, itemTypes: [LABELED_EVENT]) { nodes { __typename ... on LabeledEvent { createdAt actor { ${ACCOUNT} } } } }
      renames: timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { __typename ... on RenamedTitleEvent { createdAt } } }
    }
  }
}`

/** The pull requests that brought `count` commits; the nth is named by the variable `commit<n>`. GitHub lists those that were merged with it. */
export const broughtQuery = (count: number) => {
  const all = Array.from({ length: count }, (_, place) => place)
  return /* GraphQL */ `
query Brought($owner: String!, $name: String!, ${all.map((place) => `$commit${place}: GitObjectID!`).join(", ")}) {
  rateLimit { cost }
  repository(owner: $owner, name: $name) {
    ${all.map((place) => `commit${place}: object(oid: $commit${place}) { ...Bringing }`).join("\n    ")}
  }
}
fragment Bringing on GitObject {
  __typename
  ... on Commit { associatedPullRequests(first: 10) { nodes { mergedAt repository { databaseId } author { ${ACCOUNT} } } } }
}`
}
