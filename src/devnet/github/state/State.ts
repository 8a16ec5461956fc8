/**
 * What the GitHub stand-in knows, as one immutable value: accounts, repositories with their issues, pull requests and default branch, and
 * gists. Times are milliseconds since 1970. `operations.ts` changes it, `rest/` and `graphql/` show it.
 */
import { HashMap, Option } from "effect"
import type { FactFile, PullRequestFact } from "../../../domain/GitHubFacts.ts"
import type { CloseReason } from "../../../domain/IssueEvidence.ts"

export interface Account {
  readonly id: number
  readonly login: string
  readonly kind: "User" | "Organization" | "Bot"
  readonly createdAt: number
  /** It is gone: what it wrote stays, and nobody is named as its author. */
  readonly deleted?: boolean
}

/** Who closed an issue through what: null is a person who pressed the button. `repositoryId`: where that is, when elsewhere. */
export type Closer =
  | { readonly _tag: "PullRequest"; readonly number: number; readonly repositoryId?: number }
  | { readonly _tag: "Commit"; readonly sha: string; readonly repositoryId?: number }
  | null

/** What people do to an issue that says nothing of its end. */
export type Remark =
  | { readonly _tag: "Renamed"; readonly from: string; readonly to: string }
  | { readonly _tag: "Locked" }
  | { readonly _tag: "Unlocked" }
  | { readonly _tag: "Labeled"; readonly label: string }
  | { readonly _tag: "Unlabeled"; readonly label: string }
  | { readonly _tag: "Commented"; readonly body: string }

export type IssueEvent = { readonly id: number; readonly at: number; readonly actorId: number } & (
  | { readonly _tag: "Closed"; readonly reason: CloseReason; readonly closer: Closer }
  | { readonly _tag: "Reopened" }
  | { readonly _tag: "Transferred"; readonly fromRepositoryId: number }
  | { readonly _tag: "ConvertedToDiscussion" }
  | { readonly _tag: "CrossReferenced"; readonly pullRequest: number }
  | Remark
)

interface Item {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string
  readonly authorId: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly closedAt: number | null
  /** When its text was changed last. */
  readonly editedAt?: number | null
}

export interface Issue extends Item {
  readonly _tag: "Issue"
  readonly reason: CloseReason | "reopened" | null
  readonly events: ReadonlyArray<IssueEvent>
  /** Set when it is here no more: deleted (410), or transferred (301 to its new place). */
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
  readonly closes: ReadonlyArray<number>
  /** Issues of other repositories that its description says it closes. */
  readonly closesElsewhere?: ReadonlyArray<{ readonly repository: string; readonly number: number }>
  /** Issues that a commit of it says it closes, where the description does not: GitHub does not link them. */
  readonly commitCloses?: ReadonlyArray<number>
  readonly draft?: boolean
  /** Whether its branch is in a fork, as everybody's who may not push. */
  readonly fromFork?: boolean
  readonly files: ReadonlyArray<FactFile>
  readonly contents?: ReadonlyArray<FileContents>
  readonly events?: ReadonlyArray<PullRequestEvent>
  readonly reviews?: ReadonlyArray<Review>
}

/** What is in a file: a text, or any bytes. */
export type Content = string | { readonly base64: string }

/** Both sides of a changed file, where somebody told them; null: there is none. */
export interface FileContents {
  readonly path: string
  readonly previousPath?: string | undefined
  readonly status?: "added" | "removed" | "modified" | "renamed" | "copied" | "changed" | "unchanged" | undefined
  readonly base: Content | null
  readonly head: Content | null
}

export interface Review {
  readonly id: number
  readonly authorId: number
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED"
  readonly at: number
}

/** What happened to a pull request beside its end. */
export type PullRequestEvent = { readonly id: number; readonly at: number; readonly actorId: number } & Remark

/** A commit on the default branch. */
export interface Commit {
  readonly sha: string
  readonly message: string
  readonly authorId: number
  readonly at: number
  readonly pullRequest: number | null
  readonly files: ReadonlyArray<FactFile>
}

/** A fact that has not happened yet, and the account that wrote it, whatever that is called by now. */
export interface HeldPullRequest {
  readonly fact: PullRequestFact
  readonly authorId: number
}

export interface Repository {
  readonly id: number
  readonly ownerId: number
  readonly name: string
  readonly private: boolean
  readonly archived: boolean
  readonly deleted: boolean
  readonly defaultBranch: string
  /** Commits of the default branches of before, which the one of now does not hold. */
  readonly abandoned?: ReadonlyArray<Commit>
  readonly createdAt: number
  readonly updatedAt: number
  readonly collaborators: ReadonlyArray<number>
  /** Of the organization that owns it. */
  readonly members?: ReadonlyArray<number>
  readonly items: HashMap.HashMap<number, Issue | PullRequest>
  /** The ends of pull requests and where they parted: number by hash. */
  readonly ends?: HashMap.HashMap<string, number>
  /** Pull requests of the facts that have not happened yet: nobody sees them. */
  readonly held: HashMap.HashMap<number, HeldPullRequest>
  /** Oldest first. */
  readonly commits: ReadonlyArray<Commit>
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
  /** By login in lower case. */
  readonly logins: HashMap.HashMap<string, number>
  readonly repositories: HashMap.HashMap<number, Repository>
  /** Repository by `owner/name` in lower case, its former names among them. */
  readonly places: HashMap.HashMap<string, number>
  readonly gists: HashMap.HashMap<string, Gist>
  /** The last id given to anything but an account. */
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

/** The account of an id that the state itself holds. */
export const accountOf = (state: State, id: number): Account => HashMap.unsafeGet(state.accounts, id)

/** The repository that has, or once had, this name and still exists. */
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

/** Pull requests that say they close an issue, by number. */
export const linkedPullRequests = (repository: Repository, issue: number): ReadonlyArray<PullRequest> =>
  Array.from(HashMap.values(repository.items))
    .filter((item): item is PullRequest => item._tag === "PullRequest" && item.closes.includes(issue))
    .sort((a, b) => a.number - b.number)

export type Association = "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE"

/** How an account is related to a repository, in GitHub's words. */
export const associationOf = (repository: Repository, accountId: number): Association => {
  if (repository.ownerId === accountId) return "OWNER"
  if (repository.members?.includes(accountId) === true) return "MEMBER"
  if (repository.collaborators.includes(accountId)) return "COLLABORATOR"
  return repository.commits.some((commit) => commit.authorId === accountId) ? "CONTRIBUTOR" : "NONE"
}

/** Whether an account may push to a repository. */
export const mayPush = (repository: Repository, accountId: number): boolean =>
  ["OWNER", "MEMBER", "COLLABORATOR"].includes(associationOf(repository, accountId))

/** The labels of an issue or a pull request now, in the order in which it got them. */
export const labelsOf = ({ events = [] }: Issue | PullRequest): ReadonlyArray<string> => {
  const labels = new Set<string>()
  for (const event of events) {
    if (event._tag === "Labeled") labels.add(event.label)
    if (event._tag === "Unlabeled") labels.delete(event.label)
  }
  return [...labels]
}

/** A commit of a repository's default branch, or of one that was it. */
export const commitOf = (repository: Repository, sha: string): Commit | undefined =>
  [...repository.commits, ...(repository.abandoned ?? [])].find((commit) => commit.sha === sha)

/** Whether an issue is locked: the last that was said of it counts. */
export const isLocked = (issue: Issue): boolean =>
  issue.events.findLast(({ _tag }) => _tag === "Locked" || _tag === "Unlocked" || _tag === "ConvertedToDiscussion")?._tag !== "Unlocked" &&
  issue.events.some(({ _tag }) => _tag === "Locked" || _tag === "ConvertedToDiscussion")
