/** The part of GitHub's GraphQL schema that the stand-in answers. A test compares every type, field and argument with GitHub's own schema. */
export const SDL = /* GraphQL */ `
scalar Base64String
scalar DateTime
scalar GitObjectID
scalar GitTimestamp
scalar URI

interface Node { id: ID! }
interface Actor { avatarUrl(size: Int): URI! login: String! url: URI! }
interface RepositoryOwner { avatarUrl(size: Int): URI! id: ID! login: String! repository(followRenames: Boolean = true, name: String!): Repository url: URI! }
interface GitObject { id: ID! oid: GitObjectID! }

type Query {
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  rateLimit(dryRun: Boolean = false): RateLimit
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  user(login: String!): User
  viewer: User!
}

type RateLimit { cost: Int! limit: Int! nodeCount: Int! remaining: Int! resetAt: DateTime! used: Int! }
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }

type User implements Node & Actor & RepositoryOwner { id: ID! avatarUrl(size: Int): URI! databaseId: Int login: String! repository(followRenames: Boolean = true, name: String!): Repository url: URI! createdAt: DateTime! }
type Organization implements Node & Actor & RepositoryOwner { id: ID! avatarUrl(size: Int): URI! databaseId: Int login: String! repository(followRenames: Boolean = true, name: String!): Repository url: URI! createdAt: DateTime! }
type Bot implements Node & Actor { id: ID! avatarUrl(size: Int): URI! databaseId: Int login: String! url: URI! createdAt: DateTime! }
type Mannequin implements Node & Actor { id: ID! avatarUrl(size: Int): URI! databaseId: Int login: String! url: URI! createdAt: DateTime! }

type Repository implements Node {
  createdAt: DateTime!
  databaseId: Int
  defaultBranchRef: Ref
  hasPullRequestsEnabled: Boolean!
  id: ID!
  interactionAbility: RepositoryInteractionAbility
  isArchived: Boolean!
  isDisabled: Boolean!
  isPrivate: Boolean!
  issue(number: Int!): Issue
  issues(after: String, before: String, first: Int, labels: [String!], last: Int, orderBy: IssueOrder, states: [IssueState!]): IssueConnection!
  name: String!
  nameWithOwner: String!
  object(expression: String, oid: GitObjectID): GitObject
  owner: RepositoryOwner!
  primaryLanguage: Language
  pullRequestCreationPolicy: PullRequestCreationPolicy
  pullRequest(number: Int!): PullRequest
  pullRequests(after: String, before: String, first: Int, last: Int, orderBy: IssueOrder, states: [PullRequestState!]): PullRequestConnection!
  url: URI!
}

enum RepositoryInteractionLimit { COLLABORATORS_ONLY CONTRIBUTORS_ONLY EXISTING_USERS NO_LIMIT }
enum RepositoryInteractionLimitOrigin { ORGANIZATION REPOSITORY USER }
type RepositoryInteractionAbility { expiresAt: DateTime limit: RepositoryInteractionLimit! origin: RepositoryInteractionLimitOrigin! }

type Language implements Node { color: String id: ID! name: String! }

type Ref implements Node { id: ID! name: String! target: GitObject }

type Commit implements Node & GitObject {
  additions: Int!
  associatedPullRequests(after: String, before: String, first: Int, last: Int): PullRequestConnection
  committedDate: DateTime!
  deletions: Int!
  file(path: String!): TreeEntry
  history(after: String, before: String, first: Int, last: Int, path: String, since: GitTimestamp, until: GitTimestamp): CommitHistoryConnection!
  id: ID!
  message: String!
  oid: GitObjectID!
  parents(after: String, before: String, first: Int, last: Int): CommitConnection!
  status: Status
  statusCheckRollup: StatusCheckRollup
}

type Tree implements Node & GitObject { entries: [TreeEntry!] id: ID! oid: GitObjectID! }
type TreeEntry { mode: Int! nameRaw: Base64String! object: GitObject oid: GitObjectID! }

type Blob implements Node & GitObject { byteSize: Int! id: ID! isBinary: Boolean isTruncated: Boolean! oid: GitObjectID! text: String }

type CommitConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type CommitHistoryConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! totalCount: Int! }
type IssueConnection { nodes: [Issue] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewConnection { nodes: [PullRequestReview] pageInfo: PageInfo! totalCount: Int! }
type PullRequestTimelineItemsConnection { nodes: [PullRequestTimelineItems] pageInfo: PageInfo! totalCount: Int! }
type IssueTimelineItemsConnection { nodes: [IssueTimelineItems] pageInfo: PageInfo! totalCount: Int! }

enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
enum OrderDirection { ASC DESC }
input IssueOrder { direction: OrderDirection! field: IssueOrderField! }

type IssueCommentConnection { nodes: [IssueComment] pageInfo: PageInfo! totalCount: Int! }
type ReactionConnection { nodes: [Reaction] pageInfo: PageInfo! totalCount: Int! }
type UserConnection { nodes: [User] pageInfo: PageInfo! totalCount: Int! }

enum CommentAuthorAssociation { COLLABORATOR CONTRIBUTOR FIRST_TIMER FIRST_TIME_CONTRIBUTOR MANNEQUIN MEMBER NONE OWNER }
enum IssueState { CLOSED OPEN }
enum IssueStateReason { COMPLETED DUPLICATE NOT_PLANNED REOPENED }
enum PullRequestState { CLOSED MERGED OPEN }
enum PullRequestReviewDecision { APPROVED CHANGES_REQUESTED REVIEW_REQUIRED }
enum StatusState { ERROR EXPECTED FAILURE PENDING SUCCESS }
enum PullRequestReviewState { APPROVED CHANGES_REQUESTED COMMENTED DISMISSED PENDING }
enum CheckConclusionState { ACTION_REQUIRED CANCELLED FAILURE NEUTRAL SKIPPED STALE STARTUP_FAILURE SUCCESS TIMED_OUT }
enum PullRequestTimelineItemsItemType { ADDED_TO_MERGE_QUEUE_EVENT AUTO_MERGE_ENABLED_EVENT AUTO_REBASE_ENABLED_EVENT AUTO_SQUASH_ENABLED_EVENT CLOSED_EVENT CONVERT_TO_DRAFT_EVENT CROSS_REFERENCED_EVENT HEAD_REF_FORCE_PUSHED_EVENT PULL_REQUEST_COMMIT PULL_REQUEST_REVIEW READY_FOR_REVIEW_EVENT REOPENED_EVENT REVIEW_DISMISSED_EVENT REVIEW_REQUESTED_EVENT ISSUE_COMMENT LABELED_EVENT LOCKED_EVENT RENAMED_TITLE_EVENT UNLABELED_EVENT UNLOCKED_EVENT }
enum LockReason { OFF_TOPIC RESOLVED SPAM TOO_HEATED }
enum IssueTimelineItemsItemType { CLOSED_EVENT CONNECTED_EVENT CONVERTED_TO_DISCUSSION_EVENT CROSS_REFERENCED_EVENT DISCONNECTED_EVENT ISSUE_COMMENT LABELED_EVENT LOCKED_EVENT RENAMED_TITLE_EVENT REOPENED_EVENT TRANSFERRED_EVENT UNLABELED_EVENT UNLOCKED_EVENT }

type Issue implements Node {
  assignees(after: String, before: String, first: Int, last: Int): UserConnection!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  closed: Boolean!
  closedAt: DateTime
  closedByPullRequestsReferences(after: String, before: String, first: Int, includeClosedPrs: Boolean = false, last: Int, userLinkedOnly: Boolean = false): PullRequestConnection
  comments(after: String, before: String, first: Int, last: Int): IssueCommentConnection!
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  labels(after: String, before: String, first: Int, last: Int): LabelConnection
  lastEditedAt: DateTime
  locked: Boolean!
  number: Int!
  reactions(after: String, before: String, first: Int, last: Int): ReactionConnection!
  repository: Repository!
  state: IssueState!
  stateReason(enableDuplicate: Boolean = false): IssueStateReason
  timelineItems(after: String, before: String, first: Int, itemTypes: [IssueTimelineItemsItemType!], last: Int, since: DateTime): IssueTimelineItemsConnection!
  title: String!
  updatedAt: DateTime!
  url: URI!
}

enum ReactionContent { CONFUSED EYES HEART HOORAY LAUGH ROCKET THUMBS_DOWN THUMBS_UP }
type Reaction implements Node { content: ReactionContent! id: ID! user: User }
type Label implements Node { color: String! id: ID! name: String! }
type LabelConnection { nodes: [Label] pageInfo: PageInfo! totalCount: Int! }

type PullRequest implements Node {
  additions: Int!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  baseRefName: String!
  baseRefOid: GitObjectID!
  baseRepository: Repository
  body: String!
  changedFiles: Int!
  commits(after: String, before: String, first: Int, last: Int): PullRequestCommitConnection!
  closed: Boolean!
  closedAt: DateTime
  closingIssuesReferences(after: String, before: String, first: Int, last: Int): IssueConnection
  createdAt: DateTime!
  databaseId: Int
  deletions: Int!
  headRefName: String!
  headRefOid: GitObjectID!
  headRepository: Repository
  id: ID!
  isCrossRepository: Boolean!
  isDraft: Boolean!
  labels(after: String, before: String, first: Int, last: Int): LabelConnection
  lastEditedAt: DateTime
  mergeCommit: Commit
  merged: Boolean!
  mergedAt: DateTime
  mergedBy: Actor
  number: Int!
  repository: Repository!
  reviewDecision: PullRequestReviewDecision
  reviews(after: String, before: String, first: Int, last: Int, states: [PullRequestReviewState!]): PullRequestReviewConnection
  state: PullRequestState!
  statusCheckRollup: StatusCheckRollup
  timelineItems(after: String, before: String, first: Int, itemTypes: [PullRequestTimelineItemsItemType!], last: Int, since: DateTime): PullRequestTimelineItemsConnection!
  title: String!
  updatedAt: DateTime!
  url: URI!
  userContentEdits(after: String, before: String, first: Int, last: Int): UserContentEditConnection
}

type UserContentEdit implements Node { diff: String editedAt: DateTime! editor: Actor id: ID! }
type UserContentEditConnection { nodes: [UserContentEdit] pageInfo: PageInfo! totalCount: Int! }
type PullRequestCommitConnection { nodes: [PullRequestCommit] pageInfo: PageInfo! totalCount: Int! }
type ProjectV2 implements Node { id: ID! title: String! }
type StatusCheckRollup implements Node { commit: Commit contexts(after: String, before: String, first: Int, last: Int): StatusCheckRollupContextConnection! id: ID! state: StatusState! }
type StatusCheckRollupContextConnection { nodes: [StatusCheckRollupContext] pageInfo: PageInfo! totalCount: Int! }
union StatusCheckRollupContext = CheckRun | StatusContext
type CheckRun implements Node { completedAt: DateTime conclusion: CheckConclusionState id: ID! name: String! }
type StatusContext implements Node { context: String! createdAt: DateTime! id: ID! state: StatusState! }
type Status implements Node { context(name: String!): StatusContext id: ID! state: StatusState! }
type PullRequestReview implements Node { author: Actor authorAssociation: CommentAuthorAssociation! authorCanPushToRepository: Boolean! commit: Commit id: ID! state: PullRequestReviewState! submittedAt: DateTime }

union Closer = Commit | ProjectV2 | PullRequest
union ReferencedSubject = Issue | PullRequest
union PullRequestTimelineItems = AddedToMergeQueueEvent | AutoMergeEnabledEvent | AutoRebaseEnabledEvent | AutoSquashEnabledEvent | ClosedEvent | ConvertToDraftEvent | CrossReferencedEvent | HeadRefForcePushedEvent | PullRequestCommit | PullRequestReview | ReadyForReviewEvent | ReopenedEvent | ReviewDismissedEvent | ReviewRequestedEvent | IssueComment | LabeledEvent | LockedEvent | RenamedTitleEvent | UnlabeledEvent | UnlockedEvent
union IssueTimelineItems = ClosedEvent | ConnectedEvent | ConvertedToDiscussionEvent | CrossReferencedEvent | DisconnectedEvent | IssueComment | LabeledEvent | LockedEvent | RenamedTitleEvent | ReopenedEvent | TransferredEvent | UnlabeledEvent | UnlockedEvent

enum PullRequestCreationPolicy { ALL COLLABORATORS_ONLY }
type IssueUpdateIntent { rationale: String }
type ClosedEvent implements Node { actor: Actor closer: Closer createdAt: DateTime! id: ID! intent: IssueUpdateIntent stateReason: IssueStateReason }
type AddedToMergeQueueEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type AutoMergeEnabledEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type AutoRebaseEnabledEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type AutoSquashEnabledEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type ReopenedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! stateReason: IssueStateReason }
type TransferredEvent implements Node { actor: Actor createdAt: DateTime! fromRepository: Repository id: ID! issue: Issue! }
type ConvertedToDiscussionEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type IssueComment implements Node { author: Actor authorAssociation: CommentAuthorAssociation! body: String! createdAt: DateTime! id: ID! isMinimized: Boolean! lastEditedAt: DateTime minimizedReason: String }
type LabeledEvent implements Node { actor: Actor createdAt: DateTime! id: ID! label: Label! }
type LockedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! lockReason: LockReason }
type UnlabeledEvent implements Node { actor: Actor createdAt: DateTime! id: ID! label: Label! }
type RenamedTitleEvent implements Node { actor: Actor createdAt: DateTime! currentTitle: String! id: ID! previousTitle: String! }
type UnlockedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type ConvertToDraftEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type ReadyForReviewEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type ReviewRequestedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! }
type ReviewDismissedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! previousReviewState: PullRequestReviewState! review: PullRequestReview }
type HeadRefForcePushedEvent implements Node { actor: Actor afterCommit: Commit beforeCommit: Commit createdAt: DateTime! id: ID! }
type PullRequestCommit implements Node { commit: Commit! id: ID! }
type ConnectedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! isCrossRepository: Boolean! source: ReferencedSubject! subject: ReferencedSubject! }
type DisconnectedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! isCrossRepository: Boolean! source: ReferencedSubject! subject: ReferencedSubject! }
type CrossReferencedEvent implements Node { actor: Actor createdAt: DateTime! id: ID! isCrossRepository: Boolean! source: ReferencedSubject! willCloseTarget: Boolean! }
`
