/**
 * The GitHub stand-in's state as one immutable value: accounts, repositories with their issues, pull requests and default branch, and gists. Times
 * are milliseconds since 1970. The steps in this folder change the state; `rest/` and `graphql/` show it.
 */
import { HashMap, Option } from "effect"
import type { CloseReason } from "../../../../src/domain/IssueEvidence.ts"
import type { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import type { FactFile, PullRequestFact } from "../facts/GitHubFacts.ts"
import type * as Asked from "./asked.ts"

export interface Account {
  readonly id: number
  readonly login: string
  readonly kind: "User" | "Organization" | "Bot"
  readonly createdAt: number
  /** A deleted account. Its texts remain, without an author. */
  readonly deleted?: boolean
  /** Flagged by GitHub as spam: nobody else sees the account's content. */
  readonly flagged?: boolean
}

/** What closed an issue; null when a person or a bot did. `repositoryId`: the closer's repository, if it is another one. */
export type Closer =
  | { readonly _tag: "Project" }
  | { readonly _tag: "PullRequest"; readonly number: number; readonly repositoryId?: number }
  | { readonly _tag: "Commit"; readonly sha: string; readonly repositoryId?: number }
  | null

/** As GraphQL names them; REST writes `spam`, `off-topic`, `too heated` and `resolved`. */
export type LockReason = "SPAM" | "OFF_TOPIC" | "TOO_HEATED" | "RESOLVED"

/** An event that opens or closes nothing. */
export type Remark =
  | { readonly _tag: "Renamed"; readonly from: string; readonly to: string }
  | { readonly _tag: "Locked"; readonly reason?: LockReason | undefined }
  | { readonly _tag: "Unlocked" }
  | { readonly _tag: "Labeled"; readonly label: string }
  | { readonly _tag: "Unlabeled"; readonly label: string }
  | {
      readonly _tag: "Commented"
      readonly body: string
      readonly editedAt?: number | undefined
      /** Why it is hidden, such as "off-topic"; null or undefined: it is not. */
      readonly minimized?: string | null | undefined
      readonly reactions?: Asked.Reactions
    }

export type IssueEvent = {
  readonly id: number
  readonly at: number
  readonly actorId: number
} /** `isByAgent`: an agent did it under the account's name, and told GitHub why. */ & (
  | { readonly _tag: "Closed"; readonly reason: CloseReason; readonly closer: Closer; readonly isByAgent?: boolean | undefined }
  | { readonly _tag: "Reopened" }
  | { readonly _tag: "Transferred"; readonly fromRepositoryId: number }
  | { readonly _tag: "ConvertedToDiscussion" }
  | { readonly _tag: "CrossReferenced" | "Connected" | "Disconnected"; readonly pullRequest: number }
  | Remark
)

export interface Edition {
  readonly id: number
  readonly at: number
  readonly editorId: number
  readonly body: string
}

interface Item {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string
  readonly authorId: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly closedAt: number | null
  /** The time of the last change of the text. */
  readonly editedAt?: number | null
  /** Every edition of the text, the first one included, oldest first. Undefined: it was never edited. */
  readonly editions?: ReadonlyArray<Edition>
}

export interface Issue extends Item {
  readonly _tag: "Issue"
  readonly reason: CloseReason | "reopened" | null
  /** Ids of the assignees, and of the accounts that reacted with a thumbs up. */
  readonly assignees?: ReadonlyArray<number>
  readonly reactions?: ReadonlyArray<number>
  readonly events: ReadonlyArray<IssueEvent>
  /** Why the issue is gone: deleted (410), or transferred (301 to its new URL). */
  readonly gone:
    | { readonly _tag: "Deleted" }
    | { readonly _tag: "Transferred"; readonly repositoryId: number; readonly number: number }
    | null
}

export interface PullRequest extends Item {
  readonly _tag: "PullRequest"
  readonly mergedAt: number | null
  readonly mergedById: number | null
  readonly mergeCommit: string | null
  readonly baseBranch: string
  readonly headBranch: string
  /** Issues that its text says it closes. */
  readonly closes: ReadonlyArray<number>
  /** Those of `closes` that GitHub links: all, if it goes into the default branch. */
  readonly linked: ReadonlyArray<number>
  /** Issues to which somebody linked it by hand. */
  readonly byHand?: ReadonlyArray<number>
  /** Issues of other repositories that the description closes. */
  readonly closesElsewhere?: ReadonlyArray<{ readonly repository: string; readonly number: number }>
  /** Issues that one of its commits closes, but its description does not name. GitHub does not link them. */
  readonly commitCloses?: ReadonlyArray<number>
  /** Numbers of other pull requests whose commits are on its branch, as in a rollup or a release. */
  readonly carries?: ReadonlyArray<number> | undefined
  /** Numbers of pull requests whose commits are on its branch as copies, as in a backport. */
  readonly copies?: ReadonlyArray<number> | undefined
  /** The trailers in its commits' messages that name further authors. */
  readonly trailers?: string
  /** When the default branch was last merged into its branch ("Update branch", or by hand). */
  readonly branchUpdatedAt?: number | undefined
  readonly draft?: boolean
  /** Whether the branch is in a fork, as it is for authors without push access. */
  readonly fromFork?: boolean
  readonly files: ReadonlyArray<FactFile>
  readonly contents?: ReadonlyArray<FileContents>
  readonly events?: ReadonlyArray<PullRequestEvent>
  readonly reviews?: ReadonlyArray<Review>
  /** The combined state of the checks of each head, by hash, and since when. A new head has none. */
  readonly checks?: Readonly<Record<string, { readonly say: Checks; readonly at: number }>>
  /** Oldest first. */
  readonly turns?: ReadonlyArray<PullRequestTurn>
  /** How often a force-push replaced its head. */
  readonly pushes?: number
  /** It before each push: GitHub keeps the commits that a force-push replaces. */
  readonly replaced?: ReadonlyArray<PullRequest>
  /** In a repository with git objects: the pull request's merge base and head. */
  readonly git?: { readonly base: GitCommit; readonly head: GitCommit }
}

/** A change of a pull request other than remarks, reviews and its merge, named as in GitHub's timeline. */
export type PullRequestTurn = { readonly id: number; readonly at: number; readonly actorId: number } & (
  | { readonly _tag: "ReadyForReview" | "ConvertToDraft" | "ReviewRequested" | "Reopened" }
  /** `commit`: what a commit on the default branch closed by its message. */
  | { readonly _tag: "Closed"; readonly commit?: string }
  | { readonly _tag: "HeadRefForcePushed"; readonly before: string; readonly after: string }
)

/** The combined state of a commit's checks, in GitHub's terms. */
export type Checks = "PENDING" | "SUCCESS" | "FAILURE"

/** A submodule: a commit of another repository, `owner/name`. */
export interface Submodule {
  readonly submodule: string
  readonly of: RepositoryName
}

/** The content at a path: text, arbitrary bytes, or a submodule. */
export type Content = string | { readonly base64: string } | Submodule

/** Both sides of a changed file, if they were given; null for a side that does not exist. */
export type FileContents = typeof Asked.FileContents.Encoded

export interface GitObject {
  readonly oid: string
  readonly type: "blob" | "tree" | "commit"
  readonly bytes: Buffer
}

/** A git tree, with its entries in git's order. */
export interface GitFolder {
  readonly oid: string
  readonly entries: ReadonlyArray<GitEntry>
}

export interface GitEntry {
  readonly mode: string
  readonly name: string
  readonly oid: string
  /** Its bytes in the enclosing tree object, as one character each. */
  readonly line: string
  readonly is: { readonly _tag: "File"; readonly content: Content } | { readonly _tag: "Folder"; readonly folder: GitFolder }
}

export interface GitCommit {
  readonly oid: string
  /** The content of the commit object. */
  readonly text: string
  readonly tree: GitFolder
  readonly parents: ReadonlyArray<GitCommit>
}

export interface Review {
  readonly id: number
  readonly authorId: number
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED"
  readonly at: number
}

/** An event of a pull request other than its opening, merge or closing. */
export type PullRequestEvent = { readonly id: number; readonly at: number; readonly actorId: number } & Remark

/** A commit on the default branch. */
export interface Commit {
  readonly sha: string
  readonly message: string
  readonly authorId: number
  readonly at: number
  readonly pullRequest: number | null
  /** The author's timestamp, if it differs from the committer's. A rebase keeps it. */
  readonly authoredAt?: number
  /** The author's email in the commit. Default: GitHub's noreply address of the account. The owner of any other address can claim it later. */
  readonly email?: string | undefined
  /** The committer's timestamp, if the committer's clock is wrong. */
  readonly committedAt?: number | undefined
  /** Parents other than the preceding commit. The first one is the branch's previous head. */
  readonly parents?: ReadonlyArray<string> | undefined
  /** Its changes against its first parent. */
  readonly files: ReadonlyArray<FactFile>
  /** Both sides of its files, if they differ from its pull request's. */
  readonly contents?: ReadonlyArray<FileContents> | undefined
  /** The unmerged pull request that the commit lands: with all of its commits, the same changes, or other changes. */
  readonly lands?: { readonly number: number; readonly as: "Commits" | "Same" | "Changed" } | undefined
}

/** A change of a branch. */
export interface Activity {
  readonly id: number
  readonly at: number
  readonly actorId: number
  readonly branch: string
  /** The branch's head before and after, by hash. */
  readonly before: string
  readonly after: string
  readonly type: "push" | "force_push" | "branch_creation" | "pr_merge" | "merge_queue_merge"
}

/** A held-back fact, and its author's account, which may have been renamed since. */
export interface HeldPullRequest {
  readonly fact: PullRequestFact
  readonly authorId: number
}

export interface CommitStatus {
  readonly id: number
  readonly sha: string
  readonly at: number
  readonly creatorId: number
  readonly state: "error" | "failure" | "pending" | "success"
  readonly context: string
  readonly description: string | null
  readonly targetUrl: string | null
}

export interface Repository {
  readonly id: number
  readonly ownerId: number
  readonly name: string
  readonly private: boolean
  readonly archived: boolean
  /** Whose pull requests it takes. Default: everybody's. */
  readonly pullRequests?: "none" | "collaborators" | "all"
  readonly deleted: boolean
  /** The id of the repository that it is a fork of. */
  readonly forkOf?: number
  /** Whom alone it lets comment and open pull requests. */
  readonly interactions?: typeof Asked.Interactions.Type | null
  readonly defaultBranch: string
  /** The present names of renamed labels, by their first names. Events use the first name. */
  readonly labelNames?: Readonly<Record<string, string>>
  /** Former names of the default branch, left by renames. */
  readonly formerBranches?: ReadonlyArray<string>
  /** The main language: the given one, or that of the first files. Later files do not change it. */
  readonly language?: string | null
  /** Commits of former default branches that are not in the present one. */
  readonly abandoned?: ReadonlyArray<Commit>
  readonly createdAt: number
  readonly updatedAt: number
  readonly collaborators: ReadonlyArray<number>
  /** Members of the owning organization. */
  readonly members?: ReadonlyArray<number>
  /** The members whose membership is private. */
  readonly privateMembers?: ReadonlyArray<number>
  readonly items: HashMap.HashMap<number, Issue | PullRequest>
  /** Pull request numbers by the hashes of their head, base and merge base commits. */
  readonly ends?: HashMap.HashMap<string, number>
  /** Pull requests of the facts that are held back, and so invisible. */
  readonly held: HashMap.HashMap<number, HeldPullRequest>
  /** The default branch in git, where the repository's files are known. */
  readonly git?: GitCommit | undefined
  /** Oldest first. */
  readonly commits: ReadonlyArray<Commit>
  /** Changes of branches, oldest first. */
  readonly activities?: ReadonlyArray<Activity>
  /** Oldest first. */
  readonly statuses?: ReadonlyArray<CommitStatus>
  readonly lastNumber: number
}

export interface Gist {
  readonly id: string
  readonly ownerId: number
  readonly description: string
  readonly public: boolean
  readonly files: Readonly<Record<string, string>>
  readonly createdAt: number
}

export interface State {
  readonly accounts: HashMap.HashMap<number, Account>
  /** Account ids by lower-case login. */
  readonly logins: HashMap.HashMap<string, number>
  readonly repositories: HashMap.HashMap<number, Repository>
  /** Repository ids by `owner/name` in lower case, including former names. */
  readonly places: HashMap.HashMap<string, number>
  readonly gists: HashMap.HashMap<string, Gist>
  /** The last id assigned to anything but an account. */
  readonly lastId: number
}

export const empty: State = {
  accounts: HashMap.empty(),
  logins: HashMap.empty(),
  repositories: HashMap.empty(),
  places: HashMap.empty(),
  gists: HashMap.empty(),
  lastId: 0
}

export const accountByLogin = (state: State, login: string): Option.Option<Account> =>
  Option.flatMap(HashMap.get(state.logins, login.toLowerCase()), (id) => HashMap.get(state.accounts, id))

export const accountOf = (state: State, id: number): Account => HashMap.unsafeGet(state.accounts, id)

/** The existing repository that has, or once had, this name. */
export const repositoryByName = (state: State, name: string): Option.Option<Repository> =>
  Option.flatMap(HashMap.get(state.places, name.toLowerCase()), (id) => repositoryById(state, id))

export const repositoryById = (state: State, id: number): Option.Option<Repository> =>
  Option.filter(HashMap.get(state.repositories, id), (repository) => !repository.deleted)

export const fullName = (state: State, repository: Repository): string => `${accountOf(state, repository.ownerId).login}/${repository.name}`

/** Whether an account (null: nobody) may see a repository. */
export const maySee = (repository: Repository, accountId: number | null): boolean =>
  !repository.private || (accountId !== null && (repository.ownerId === accountId || repository.collaborators.includes(accountId)))

export const issueOf = (repository: Repository, number: number): Option.Option<Issue> =>
  Option.filter(HashMap.get(repository.items, number), (item): item is Issue => item._tag === "Issue")

export const pullRequestOf = (repository: Repository, number: number): Option.Option<PullRequest> =>
  Option.filter(HashMap.get(repository.items, number), (item): item is PullRequest => item._tag === "PullRequest")

export type Association = "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE"

/** Whether an account is a public member of the repository's owning organization. */
export const isPublicMember = ({ members = [], privateMembers = [] }: Repository, accountId: number): boolean =>
  members.includes(accountId) && !privateMembers.includes(accountId)

/** An account's `author_association` with a repository, as a viewer sees it. `viewer` null: a request without a token. */
export const associationOf = (repository: Repository, accountId: number, viewer: number | null): Association => {
  const { collaborators, members = [], ownerId } = repository
  if (ownerId === accountId) return "OWNER"
  const isMember = viewer !== null && members.includes(viewer) ? members.includes(accountId) : isPublicMember(repository, accountId)
  if (isMember) return "MEMBER"
  if (collaborators.includes(accountId)) return "COLLABORATOR"
  return repository.commits.some((commit) => commit.authorId === accountId) ? "CONTRIBUTOR" : "NONE"
}

export const mayPush = ({ collaborators, members = [], ownerId }: Repository, accountId: number): boolean =>
  [ownerId, ...members, ...collaborators].includes(accountId)

/** A label's present name. */
export const labelNow = ({ labelNames }: Repository, label: string): string => labelNames?.[label] ?? label

/** The present labels of an issue or a pull request, in the order in which they were applied. */
export const labelsOf = ({ events = [] }: Issue | PullRequest): ReadonlyArray<string> => {
  const labels = new Set<string>()
  for (const event of events) {
    if (event._tag === "Labeled") labels.add(event.label)
    if (event._tag === "Unlabeled") labels.delete(event.label)
  }
  return [...labels]
}

/** A commit of a repository's present or former default branch. */
export const commitOf = (repository: Repository, sha: string): Commit | undefined =>
  [...repository.commits, ...(repository.abandoned ?? [])].find((commit) => commit.sha === sha)

export const parentsOf = (repository: Repository, commit: Commit): ReadonlyArray<string> => {
  const line = repository.commits.includes(commit) ? repository.commits : (repository.abandoned ?? [])
  const before = line[line.indexOf(commit) - 1]
  return commit.parents ?? (before === undefined ? [] : [before.sha])
}

/** Whether an issue is locked; the last event decides. */
export const isLocked = (issue: Issue): boolean =>
  issue.events.findLast(({ _tag }) => _tag === "Locked" || _tag === "Unlocked" || _tag === "ConvertedToDiscussion")?._tag !== "Unlocked" &&
  issue.events.some(({ _tag }) => _tag === "Locked" || _tag === "ConvertedToDiscussion")
