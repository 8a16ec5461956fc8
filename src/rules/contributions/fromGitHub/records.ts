/**
 * Turns GitHub's answers into the records of a round: the state of a pull request or an issue at one time. Later events are ignored, so that
 * validators that ask minutes apart record the same. Pure. Timestamps are microseconds since 1970.
 */
import type {
  RecordedIssue,
  RecordedLabel,
  RecordedLinkedIssue,
  RecordedPullRequest,
  RecordedSolvingPullRequest
} from "../../../domain/contributions/RoundRecord.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import type * as answers from "../../../domain/github/ContributionAnswers.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import type { View } from "../../github/associations.ts"
import type { LandedChange } from "./landedChanges.ts"

/** A pull request with all pages of its lists. */
export interface FullPullRequest {
  readonly found: answers.PullRequest
  readonly labels: ReadonlyArray<{ readonly id: string; readonly name: string }>
  readonly reviews: ReadonlyArray<NonNullable<NonNullable<answers.PullRequest["reviews"]>["nodes"][number]>>
  readonly events: ReadonlyArray<answers.TimelineItem>
  /** Issues of the same repository that it closes: node ids. */
  readonly closes: ReadonlyArray<string>
}

type Pages<List> = ReadonlyArray<NonNullable<List>>

/** A pull request with the pages of its lists. What GitHub hides is left out. */
export const fullPullRequest = (
  found: answers.PullRequest,
  pages: {
    readonly labels: Pages<answers.PullRequest["labels"]>
    readonly reviews: Pages<answers.PullRequest["reviews"]>
    readonly events: Pages<answers.PullRequest["timelineItems"]>
    readonly closes: Pages<answers.PullRequest["closingIssuesReferences"]>
  }
): FullPullRequest => ({
  found,
  labels: pages.labels.flatMap(({ nodes }) => nodes),
  reviews: pages.reviews.flatMap(({ nodes }) => shownEntries(nodes)),
  events: pages.events.flatMap(({ nodes }) => shownEntries(nodes)),
  closes: pages.closes
    .flatMap(({ nodes }) => shownEntries(nodes))
    // In a repository of their own, authors could have others write issues.
    .filter(({ repository }) => repository.databaseId === found.repository.databaseId)
    .map(({ id }) => id)
})

/** A repository's state at `now`. */
export interface RepositorySnapshot {
  /** As the roster spells it. */
  readonly repository: string
  readonly now: number
  /** An account's association with the repository; null if GitHub does not say. */
  readonly associationOf: (account: number) => string | null
  /** Maps an association that GitHub showed to this validator to every viewer's. */
  readonly everybodysView: View
  /** Whether the default branch had this name before it was renamed. */
  readonly isFormerDefault: (branch: string) => boolean
  /** The net change of the default branch by a merged pull request; undefined if it is not known, or the roster does not score by it. */
  readonly landedChangeOf: (number: number) => LandedChange | undefined
  /** By node id. */
  readonly issues: ReadonlyMap<string, answers.Issue>
  /** Whether the roster has `"scoring": "work"`, which needs more facts in the record. */
  readonly isForWork: boolean
}

const HOUR = 3_600_000_000

const ifBy = (moment: number | null, now: number): number | null => (moment === null || moment > now ? null : moment)

const latestMoment = (moments: ReadonlyArray<number | null>): number | null =>
  moments.reduce((last, moment) => (moment === null ? last : Math.max(last ?? moment, moment)), null)

const idOf = (account: answers.Account): string | null =>
  account?.databaseId === undefined || account.databaseId === null ? null : String(account.databaseId)

/** A label with who put it on. An app has no association. */
const putOn = (id: string, name: string, actor: answers.Account, { associationOf }: RepositorySnapshot): RecordedLabel => ({
  name,
  github_id: id,
  actor_github_id: idOf(actor),
  actor_association:
    actor === null || actor.__typename === "Bot" || typeof actor.databaseId !== "number" ? null : associationOf(actor.databaseId)
})

/** The labels at `now` by their ids, sorted by their newest names, each with who put it on last. */
const labelsAt = (full: FullPullRequest, snapshot: RepositorySnapshot): ReadonlyArray<RecordedLabel> => {
  const present = new Set(full.labels.map(({ id }) => id))
  const names = new Map(
    [...full.events.flatMap((event) => ("label" in event ? [event.label] : [])), ...full.labels].map(({ id, name }) => [id, name])
  )
  const sorted = [...names].toSorted(([one, left], [other, right]) => byText(left, right) || byText(one, other))
  return sorted.flatMap(([id, name]) => {
    const own = full.events.filter((event) => "label" in event && event.label.id === id)
    const [before, after] = [
      own.filter(({ createdAt }) => createdAt <= snapshot.now),
      own.filter(({ createdAt }) => createdAt > snapshot.now)
    ]
    const last = before.at(-1)
    if (last === undefined) return present.has(id) && after.length === 0 ? [putOn(id, name, null, snapshot)] : []
    // A label that was put on, never taken off and is absent was deleted from the repository.
    const isThere = last.__typename === "LabeledEvent" && (present.has(id) || after.length > 0)
    return isThere ? [putOn(id, name, last.actor, snapshot)] : []
  })
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const reviewsAt = ({ reviews }: FullPullRequest, { everybodysView, now }: RepositorySnapshot) => {
  const given = reviews.filter(({ submittedAt }) => submittedAt !== null && submittedAt <= now)
  const of = (state: string) => given.filter((review) => review.state === state)
  const requests = of("CHANGES_REQUESTED")
  const byMaintainer = ({ author, authorAssociation: by }: (typeof given)[0]) => isMaintainer(everybodysView(by, author?.databaseId))
  return {
    maintainer_changes_requested_count: requests.filter(byMaintainer).length,
    changes_requested_count: requests.length,
    approved_count: of("APPROVED").length,
    commented_count: of("COMMENTED").length
  }
}

/** When the text or the title was last changed. */
const editedAt = ({ found, events }: FullPullRequest, now: number): number | null =>
  latestMoment([
    ifBy(found.lastEditedAt, now),
    ...events.flatMap(({ __typename, createdAt }) => (__typename === "RenamedTitleEvent" ? [ifBy(createdAt, now)] : []))
  ])

export const stateAt = (found: Pick<answers.PullRequest, "mergedAt" | "closedAt" | "state">, now: number) =>
  ifBy(found.mergedAt, now) !== null ? "MERGED" : found.mergedAt === null && ifBy(found.closedAt, now) !== null ? "CLOSED" : "OPEN"

/** The accounts that closed it without a merge and that locked it as spam. Apps do not count, nor does an account that GitHub does not show. */
const turnedDownAt = ({ events, found }: FullPullRequest, now: number) => {
  const before = events.filter(({ createdAt }) => createdAt <= now)
  const personOf = (actor: answers.Account | undefined) => (actor?.__typename === "User" ? idOf(actor) : null)
  const closing = before.findLast((event) => event.__typename === "ClosedEvent")
  const lock = before.findLast((event) => event.__typename === "LockedEvent" || event.__typename === "UnlockedEvent")
  const closedBy = stateAt(found, now) === "CLOSED" ? personOf(closing?.actor) : null
  const lockedBy = lock?.__typename === "LockedEvent" && lock.lockReason === "SPAM" ? personOf(lock.actor) : null
  return {
    ...(closedBy === null ? {} : { closed_by_github_id: closedBy }),
    ...(lockedBy === null ? {} : { locked_as_spam_by_github_id: lockedBy })
  }
}

/** The pull request that last closed an issue: its number in the issue's repository, 0 if it is in another repository, null if no pull request closed it. */
const solverOf = (issue: answers.Issue, now: number): { readonly number: number | null; readonly solver: answers.Solver | null } => {
  const none = { number: null, solver: null }
  const closing = issue.closings.nodes.at(-1)
  if (ifBy(issue.closedAt, now) === null || closing === undefined || closing.closer === null) return none
  const { closer } = closing
  if (closer.__typename === "ProjectV2") return none
  const candidates =
    closer.__typename === "PullRequest"
      ? [closer]
      : (closer.associatedPullRequests?.nodes ?? []).flatMap((one) => (one === null || one.mergedAt === null ? [] : [one]))
  const here = candidates.filter(({ repository }) => repository.databaseId === issue.repository.databaseId)
  const [first] = here.toSorted((a, b) => a.number - b.number)
  if (first !== undefined) return { number: first.number, solver: first }
  return candidates.length === 0 ? none : { number: 0, solver: null }
}

/** Whether GraphQL's details match REST's entry and are not older: GitHub answers from replicas, some of which are behind. */
export const agree = (
  { closed_at, number, pull_request }: answers.Listed,
  found: { readonly number: number; readonly closedAt: number | null; readonly mergedAt?: number | null }
): boolean =>
  found.number === number &&
  (closed_at === null || found.closedAt !== null) &&
  ((pull_request?.merged_at ?? null) === null || (found.mergedAt ?? null) !== null)

/** The node id of the pull request that solved an issue; null: none did. */
export const solverIdOf = (issue: answers.Issue, now: number): string | null => solverOf(issue, now).solver?.id ?? null

/** The head repository. A repository that was renamed since the roster was written keeps the roster's name. */
const headRepositoryOf = ({ headRepository, repository }: answers.PullRequest, snapshot: RepositorySnapshot): string | null =>
  headRepository?.nameWithOwner === repository.nameWithOwner
    ? snapshot.repository.toLowerCase()
    : (headRepository?.nameWithOwner.toLowerCase() ?? null)

/** The account that merged it, and the accounts whose newest review approves the head that was merged. Empty unless the roster has `"scoring": "work"`. */
const approvalsAt = ({ found, reviews }: FullPullRequest, { isForWork, now }: RepositorySnapshot) => {
  if (!isForWork || stateAt(found, now) !== "MERGED" || reviews.some(({ commit }) => commit === undefined)) return {}
  const opinions = new Map<string, (typeof reviews)[number]>()
  for (const review of reviews.toSorted((left, right) => (left.submittedAt ?? now) - (right.submittedAt ?? now))) {
    const author = idOf(review.author)
    if (author !== null && review.state !== "COMMENTED" && ifBy(review.submittedAt, now) !== null) opinions.set(author, review)
  }
  return {
    merged_by_github_id: found.mergedBy?.__typename === "User" ? idOf(found.mergedBy) : null,
    head_approved_by: [...opinions]
      .flatMap(([author, { commit, state }]) => (state === "APPROVED" && commit?.oid === found.headRefOid ? [author] : []))
      .toSorted(byText)
  }
}

/** The people who had put a label on an issue by then, and when. Empty unless the roster has `"scoring": "work"`. */
const labelledAt = ({ labelings }: answers.Issue, { isForWork, now }: RepositorySnapshot) =>
  !isForWork || labelings === undefined
    ? {}
    : {
        labelled: shownEntries(labelings.nodes).flatMap(({ actor, createdAt: at }) => {
          const id = actor?.__typename === "User" ? idOf(actor) : null
          return id === null || at > now ? [] : [{ actor_github_id: id, at }]
        })
      }

const branchesOf = ({ found }: FullPullRequest, snapshot: RepositorySnapshot) => {
  const landedChange = snapshot.landedChangeOf(found.number)
  return {
    base_ref: found.baseRefName,
    head_ref: found.headRefName,
    head_repo_full_name: headRepositoryOf(found, snapshot),
    // A merged pull request keeps the name that its base had then.
    default_branch: snapshot.isFormerDefault(found.baseRefName) ? found.baseRefName : found.repository.defaultBranchRef.name,
    head_sha: landedChange?.head ?? found.headRefOid,
    base_sha: landedChange?.base ?? found.baseRefOid,
    merge_base_sha: null
  }
}

const whyNothing = ({ found }: FullPullRequest, snapshot: RepositorySnapshot) => {
  const nothing = snapshot.landedChangeOf(found.number)?.nothing ?? null
  return nothing === null ? {} : { scores_nothing: nothing }
}

/** The merge's fields; null and false if the pull request was not merged by `now`. */
const mergeAt = (full: FullPullRequest, now: number) => {
  const mergedAt = ifBy(full.found.mergedAt, now)
  const edited = editedAt(full, now)
  return {
    merged_at: mergedAt,
    hours_since_merge: mergedAt === null ? null : (now - mergedAt) / HOUR,
    edited_after_merge: mergedAt !== null && edited !== null && edited > mergedAt
  }
}

const issueState = (issue: answers.Issue, now: number) => {
  const closedAt = ifBy(issue.closedAt, now)
  return closedAt === null
    ? ({ state: "OPEN", state_reason: null, closed_at: null } as const)
    : ({ state: "CLOSED", state_reason: issue.stateReason, closed_at: closedAt } as const)
}

const linkedIssue = (issue: answers.Issue, { found }: FullPullRequest, snapshot: RepositorySnapshot): RecordedLinkedIssue => ({
  number: issue.number,
  title: issue.title,
  ...issueState(issue, snapshot.now),
  author_github_id: idOf(issue.author),
  author_association: snapshot.everybodysView(issue.authorAssociation, issue.author?.databaseId),
  created_at: issue.createdAt,
  updated_at: issue.updatedAt,
  is_transferred: issue.transfers.totalCount > 0 || issue.repository.databaseId !== found.repository.databaseId,
  solved_by_pr: solverOf(issue, snapshot.now).number,
  labels: []
})

/** The record of a pull request. `listed`: as REST lists it, whose author decides what counts. Linked issues that the snapshot lacks are left out: they are gone. */
export const pullRecordOf = (full: FullPullRequest, listed: answers.Listed, snapshot: RepositorySnapshot): RecordedPullRequest => {
  const { updated_at, user: author } = listed
  const { found } = full
  const { now } = snapshot
  return {
    repo_full_name: snapshot.repository,
    pr_number: found.number,
    title: found.title,
    body: null,
    state: stateAt(found, now),
    author_github_id: author === null ? "" : String(author.id),
    author_login: author?.login ?? "",
    author_association: snapshot.everybodysView(found.authorAssociation, found.author?.databaseId),
    created_at: found.createdAt,
    closed_at: ifBy(found.closedAt, now),
    ...turnedDownAt(full, now),
    ...mergeAt(full, now),
    last_edited_at: editedAt(full, now),
    merged_by_login: ifBy(found.mergedAt, now) === null ? null : (found.mergedBy?.login ?? null),
    ...branchesOf(full, snapshot),
    additions: found.additions,
    deletions: found.deletions,
    commits_count: 0,
    scoring_data_stored: true,
    review_summary: reviewsAt(full, snapshot),
    labels: labelsAt(full, snapshot),
    linked_issues: full.closes
      .flatMap((id) => snapshot.issues.get(id) ?? [])
      .map((issue) => linkedIssue(issue, full, snapshot))
      .toSorted((a, b) => a.number - b.number),
    updated_at,
    ...approvalsAt(full, snapshot),
    ...whyNothing(full, snapshot)
  }
}

/** The base and default branch of a pull request without details: it counts as merged, by its entry in the list. */
const UNREAD_BRANCH = "main"

/** The record of a pull request of which only the entry in the list is known: it counts as merged, open or closed, and its own score is unknown. */
export const unreadPullRecordOf = (listed: answers.Listed, { now, repository }: RepositorySnapshot): RecordedPullRequest => {
  const mergedAt = ifBy(listed.pull_request?.merged_at ?? null, now)
  return {
    repo_full_name: repository,
    pr_number: listed.number,
    title: listed.title,
    body: null,
    state: stateAt({ mergedAt, closedAt: listed.closed_at, state: listed.state === "open" ? "OPEN" : "CLOSED" }, now),
    author_github_id: listed.user === null ? "" : String(listed.user.id),
    author_login: listed.user?.login ?? "",
    author_association: listed.author_association,
    created_at: listed.created_at,
    closed_at: ifBy(listed.closed_at, now),
    merged_at: mergedAt,
    hours_since_merge: mergedAt === null ? null : (now - mergedAt) / HOUR,
    edited_after_merge: false,
    last_edited_at: null,
    merged_by_login: null,
    base_ref: UNREAD_BRANCH,
    head_ref: null,
    head_repo_full_name: null,
    default_branch: UNREAD_BRANCH,
    head_sha: null,
    base_sha: null,
    merge_base_sha: null,
    additions: 0,
    deletions: 0,
    commits_count: 0,
    scoring_data_stored: false,
    review_summary: { maintainer_changes_requested_count: 0, changes_requested_count: 0, approved_count: 0, commented_count: 0 },
    labels: [],
    linked_issues: []
  }
}

const solvingPullRequestAt = (full: FullPullRequest, snapshot: RepositorySnapshot): RecordedSolvingPullRequest => ({
  pr_number: full.found.number,
  author_github_id: idOf(full.found.author) ?? "",
  state: stateAt(full.found, snapshot.now),
  ...mergeAt(full, snapshot.now),
  ...branchesOf(full, snapshot),
  review_summary: reviewsAt(full, snapshot),
  labels: labelsAt(full, snapshot),
  ...(snapshot.isForWork ? { created_at: full.found.createdAt } : {}),
  edited_at: editedAt(full, Number.POSITIVE_INFINITY) ?? full.found.createdAt,
  ...approvalsAt(full, snapshot),
  ...whyNothing(full, snapshot)
})

/** The record of a closed issue. `author`: as REST lists it. `solver`: the pull request of `solverIdOf`; undefined if there is none. */
export const issueRecordOf = (
  issue: answers.Issue,
  author: answers.Listed["user"],
  solver: FullPullRequest | undefined,
  snapshot: RepositorySnapshot
): RecordedIssue => ({
  repo_full_name: snapshot.repository,
  issue_number: issue.number,
  title: issue.title,
  ...issueState(issue, snapshot.now),
  author_github_id: author === null ? null : String(author.id),
  author_login: author?.login ?? null,
  author_association: snapshot.everybodysView(issue.authorAssociation, issue.author?.databaseId),
  created_at: issue.createdAt,
  updated_at: issue.updatedAt,
  last_edited_at: latestMoment([
    ifBy(issue.lastEditedAt, snapshot.now),
    ...issue.renames.nodes.map(({ createdAt }) => ifBy(createdAt, snapshot.now))
  ]),
  is_transferred: issue.transfers.totalCount > 0,
  solved_by_pr: solverOf(issue, snapshot.now).number,
  labels: [],
  ...labelledAt(issue, snapshot),
  solving_pr: solver === undefined ? null : solvingPullRequestAt(solver, snapshot)
})

/** The record of an issue that counts only as open. */
export const openIssueRecordOf = (listed: answers.Listed, snapshot: Pick<RepositorySnapshot, "repository" | "now">): RecordedIssue => {
  const closedAt = ifBy(listed.closed_at, snapshot.now)
  return {
    repo_full_name: snapshot.repository,
    issue_number: listed.number,
    title: listed.title,
    state: closedAt === null ? "OPEN" : "CLOSED",
    state_reason: closedAt === null ? null : (listed.state_reason?.toUpperCase() ?? null),
    author_github_id: listed.user === null ? null : String(listed.user.id),
    author_login: listed.user?.login ?? null,
    author_association: listed.author_association,
    created_at: listed.created_at,
    closed_at: closedAt,
    updated_at: listed.updated_at,
    last_edited_at: null,
    is_transferred: false,
    solved_by_pr: null,
    labels: [],
    solving_pr: null
  }
}
