/**
 * From GitHub's answers to a recorded round: how a pull request and an issue stood at one moment. What happened later is not seen, so that all
 * who ask for the same moment, minutes apart, record the same. Pure; moments are microseconds since 1970.
 */
import type {
  RecordedIssue,
  RecordedLabel,
  RecordedLinkedIssue,
  RecordedPullRequest,
  RecordedSolvingPullRequest
} from "../../../domain/contributions/RoundRecord.ts"
import type * as queries from "./queries.ts"

/** What GitHub calls those who may merge. */
export const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** A pull request with all pages of its lists. */
export interface Whole {
  readonly found: queries.PullRequest
  readonly labels: ReadonlyArray<string>
  readonly reviews: ReadonlyArray<NonNullable<NonNullable<queries.PullRequest["reviews"]>["nodes"][number]>>
  readonly events: ReadonlyArray<queries.TimelineItem>
  /** Issues of the same repository that it closes: node ids. */
  readonly closes: ReadonlyArray<string>
}

/** How it stood when: `now`, what each account is to the repository (null where GitHub does not say), and the issues by node id. */
export interface Standing {
  /** As the roster writes it. */
  readonly repository: string
  readonly now: number
  readonly associationOf: (account: number) => string | null
  readonly issues: ReadonlyMap<string, queries.Issue>
}

const HOUR = 3_600_000_000

const by = (moment: number | null, now: number): number | null => (moment === null || moment > now ? null : moment)

const latest = (moments: ReadonlyArray<number | null>): number | null =>
  moments.reduce((last, moment) => (moment === null ? last : Math.max(last ?? moment, moment)), null)

const idOf = (account: queries.Account): string | null =>
  account?.databaseId === undefined || account.databaseId === null ? null : String(account.databaseId)

/** Who put a label on: of an app there is no association. */
const putOn = (name: string, actor: queries.Account, { associationOf }: Standing): RecordedLabel => ({
  name,
  actor_github_id: idOf(actor),
  actor_association:
    actor === null || actor.__typename === "Bot" || typeof actor.databaseId !== "number" ? null : associationOf(actor.databaseId)
})

/** The labels at the moment, each with who put it on last; by name. */
const labelsAt = (whole: Whole, standing: Standing): ReadonlyArray<RecordedLabel> => {
  const present = new Set(whole.labels)
  const names = new Set([...present, ...whole.events.flatMap((event) => ("label" in event ? [event.label.name] : []))])
  return [...names].toSorted(byText).flatMap((name) => {
    const own = whole.events.filter((event) => "label" in event && event.label.name === name)
    const [before, after] = [
      own.filter(({ createdAt }) => createdAt <= standing.now),
      own.filter(({ createdAt }) => createdAt > standing.now)
    ]
    const last = before.at(-1)
    if (last === undefined) return present.has(name) && after.length === 0 ? [putOn(name, null, standing)] : []
    // Put on, never taken off and yet not there: the repository deleted the label.
    const isThere = last.__typename === "LabeledEvent" && (present.has(name) || after.length > 0)
    return isThere ? [putOn(name, last.actor, standing)] : []
  })
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const reviewsAt = ({ reviews }: Whole, now: number) => {
  const given = reviews.filter(({ submittedAt }) => submittedAt !== null && submittedAt <= now)
  const of = (state: string) => given.filter((review) => review.state === state)
  const requests = of("CHANGES_REQUESTED")
  return {
    maintainer_changes_requested_count: requests.filter(({ authorAssociation }) => MAINTAINERS.has(authorAssociation)).length,
    changes_requested_count: requests.length,
    approved_count: of("APPROVED").length,
    commented_count: of("COMMENTED").length
  }
}

/** When its text or title was changed last. */
const editedAt = ({ found, events }: Whole, now: number): number | null =>
  latest([
    by(found.lastEditedAt, now),
    ...events.flatMap(({ __typename, createdAt }) => (__typename === "RenamedTitleEvent" ? [by(createdAt, now)] : []))
  ])

/** How it stood. */
export const stateAt = (found: Pick<queries.PullRequest, "mergedAt" | "closedAt" | "state">, now: number) =>
  by(found.mergedAt, now) !== null ? "MERGED" : found.mergedAt === null && by(found.closedAt, now) !== null ? "CLOSED" : "OPEN"

/**
 * The pull request that closed an issue last: its number in the issue's repository, 0 for something that is elsewhere, null where nobody says.
 */
const solverOf = (issue: queries.Issue, now: number): { readonly number: number | null; readonly solver: queries.Solver | null } => {
  const none = { number: null, solver: null }
  const closing = issue.closings.nodes.at(-1)
  if (by(issue.closedAt, now) === null || closing === undefined || closing.closer === null) return none
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

/** The node id of the pull request that solved an issue. */
export const solverIdOf = (issue: queries.Issue, now: number): string | null => solverOf(issue, now).solver?.id ?? null

/** A repository that was renamed since the roster was written is called as there, in both places. */
const headRepositoryOf = ({ headRepository, repository }: queries.PullRequest, standing: Standing): string | null =>
  headRepository?.nameWithOwner === repository.nameWithOwner
    ? standing.repository.toLowerCase()
    : (headRepository?.nameWithOwner.toLowerCase() ?? null)

const branchesOf = ({ found }: Whole, standing: Standing) => ({
  base_ref: found.baseRefName,
  head_ref: found.headRefName,
  head_repo_full_name: headRepositoryOf(found, standing),
  default_branch: found.repository.defaultBranchRef?.name ?? null,
  head_sha: found.headRefOid,
  base_sha: found.baseRefOid,
  merge_base_sha: null
})

/** What a merge was: all null of a pull request that was not merged by then. */
const mergeAt = (whole: Whole, now: number) => {
  const mergedAt = by(whole.found.mergedAt, now)
  const edited = editedAt(whole, now)
  return {
    merged_at: mergedAt,
    hours_since_merge: mergedAt === null ? null : (now - mergedAt) / HOUR,
    edited_after_merge: mergedAt !== null && edited !== null && edited > mergedAt
  }
}

const issueState = (issue: queries.Issue, now: number) => {
  const closedAt = by(issue.closedAt, now)
  return closedAt === null
    ? ({ state: "OPEN", state_reason: null, closed_at: null } as const)
    : ({ state: "CLOSED", state_reason: issue.stateReason, closed_at: closedAt } as const)
}

const linkedIssue = (issue: queries.Issue, { found }: Whole, now: number): RecordedLinkedIssue => ({
  number: issue.number,
  title: issue.title,
  ...issueState(issue, now),
  author_github_id: idOf(issue.author),
  author_association: issue.authorAssociation,
  created_at: issue.createdAt,
  updated_at: issue.updatedAt,
  is_transferred: issue.transfers.totalCount > 0 || issue.repository.databaseId !== found.repository.databaseId,
  solved_by_pr: solverOf(issue, now).number,
  labels: []
})

/** A pull request as it stood. An issue that is not among those given is gone, and linked to nothing. */
export const pullRequestAt = (whole: Whole, standing: Standing): RecordedPullRequest => {
  const { found } = whole
  const { now } = standing
  return {
    repo_full_name: standing.repository,
    pr_number: found.number,
    title: found.title,
    body: null,
    state: stateAt(found, now),
    author_github_id: idOf(found.author) ?? "",
    author_login: found.author?.login ?? "",
    author_association: found.authorAssociation,
    created_at: found.createdAt,
    closed_at: by(found.closedAt, now),
    ...mergeAt(whole, now),
    last_edited_at: editedAt(whole, now),
    merged_by_login: by(found.mergedAt, now) === null ? null : (found.mergedBy?.login ?? null),
    ...branchesOf(whole, standing),
    additions: found.additions,
    deletions: found.deletions,
    commits_count: 0,
    scoring_data_stored: true,
    review_summary: reviewsAt(whole, now),
    labels: labelsAt(whole, standing),
    linked_issues: whole.closes
      .flatMap((id) => standing.issues.get(id) ?? [])
      .map((issue) => linkedIssue(issue, whole, now))
      .toSorted((a, b) => a.number - b.number)
  }
}

const solvingPullRequestAt = (whole: Whole, standing: Standing): RecordedSolvingPullRequest => ({
  pr_number: whole.found.number,
  author_github_id: idOf(whole.found.author) ?? "",
  state: stateAt(whole.found, standing.now),
  ...mergeAt(whole, standing.now),
  ...branchesOf(whole, standing),
  review_summary: reviewsAt(whole, standing.now),
  labels: labelsAt(whole, standing)
})

/** A closed issue as it stood. `solver`: the pull request of `solverIdOf`, undefined when there is none. */
export const issueAt = (issue: queries.Issue, solver: Whole | undefined, standing: Standing): RecordedIssue => ({
  repo_full_name: standing.repository,
  issue_number: issue.number,
  title: issue.title,
  ...issueState(issue, standing.now),
  author_github_id: idOf(issue.author),
  author_login: issue.author?.login ?? null,
  author_association: issue.authorAssociation,
  created_at: issue.createdAt,
  updated_at: issue.updatedAt,
  last_edited_at: latest([
    by(issue.lastEditedAt, standing.now),
    ...issue.renames.nodes.map(({ createdAt }) => by(createdAt, standing.now))
  ]),
  is_transferred: issue.transfers.totalCount > 0,
  solved_by_pr: solverOf(issue, standing.now).number,
  labels: [],
  solving_pr: solver === undefined ? null : solvingPullRequestAt(solver, standing)
})

/** An issue of which nothing counts but that it is open, or that it was closed otherwise than as completed. */
export const plainIssueAt = (listed: queries.Listed, standing: Pick<Standing, "repository" | "now">): RecordedIssue => {
  const closedAt = by(listed.closed_at, standing.now)
  return {
    repo_full_name: standing.repository,
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
