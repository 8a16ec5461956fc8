/**
 * GitHub's record of one issue, put together from its answers. Everything here comes from an answer: where one is missing, the whole is
 * `GitHubUnavailable`.
 */
import { Clock, Duration, Effect, Option, Schema } from "effect"
import type { Closer, IssueEvidence, PullRequestEvidence, TimelineEvent } from "../../domain/IssueEvidence.ts"
import { IssueRef, RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import { GitHubUnavailable, NotAnIssue } from "./errors.ts"
import * as queries from "./queries.ts"
import type { Rest } from "./rest.ts"
import * as reverts from "./reverts.ts"

/** Pages of 100 commits that are searched for reverts at most. */
const HISTORY_PAGES = 100

/** Longer than a competition and its challenge period last: a revert of what was merged before changes no verdict. */
const REVERTS_MATTER = Duration.days(180)

type Repository = NonNullable<queries.IssueAnswer["repository"]>
type Issue = NonNullable<Repository["issue"]>

/** All pages of the issue's timeline and links as one answer. */
const readIssue = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const page = (after: string | null, linkedAfter: string | null) =>
      rest.graphql(`read ${ref}`, queries.ISSUE, { owner, name, number: ref.number, after, linkedAfter }, queries.IssueAnswer)
    const first = yield* page(null, null)
    const { repository } = first
    if (repository === null || repository.issue === null) return { repository, issue: null }

    const events = [...repository.issue.timelineItems.nodes]
    const linked = [...(repository.issue.closedByPullRequestsReferences?.nodes ?? [])]
    let eventsPage = repository.issue.timelineItems.pageInfo
    let linkedPage = repository.issue.closedByPullRequestsReferences?.pageInfo ?? { hasNextPage: false, endCursor: null }
    while (eventsPage.hasNextPage || linkedPage.hasNextPage) {
      // A list that is complete is asked on from its end, which gives nothing more.
      const next = yield* page(eventsPage.endCursor, linkedPage.endCursor)
      const more = next.repository?.issue
      if (more === null || more === undefined) {
        return yield* new GitHubUnavailable({ operation: `read ${ref}`, why: "the issue went away between two pages of it" })
      }
      if (eventsPage.hasNextPage) events.push(...more.timelineItems.nodes)
      if (linkedPage.hasNextPage) linked.push(...(more.closedByPullRequestsReferences?.nodes ?? []))
      eventsPage = following(eventsPage, more.timelineItems.pageInfo)
      linkedPage = following(linkedPage, more.closedByPullRequestsReferences?.pageInfo)
    }
    return { repository, issue: { ...repository.issue, events, linked: linked.filter((one) => one !== null) } }
  })

type PageInfo = Issue["timelineItems"]["pageInfo"]
const following = (before: PageInfo, next: PageInfo | undefined): PageInfo =>
  before.hasNextPage && next !== undefined
    ? { hasNextPage: next.hasNextPage, endCursor: next.endCursor ?? before.endCursor }
    : { ...before, hasNextPage: false }

const readHistory = (rest: Rest, repository: RepositoryName, since: number) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read the history of ${repository}`
    const commits: Array<reverts.HistoryCommit> = []
    let after: string | null = null
    for (let page = 0; page < HISTORY_PAGES; page++) {
      const variables: Readonly<Record<string, unknown>> = { owner, name, since: new Date(since).toISOString(), after }
      const answer: typeof queries.HistoryAnswer.Type = yield* rest.graphql(operation, queries.HISTORY, variables, queries.HistoryAnswer)
      const history = answer.repository?.defaultBranchRef?.target?.history
      if (history === undefined) return yield* new GitHubUnavailable({ operation, why: "there is no default branch" })
      commits.push(...history.nodes.map(({ oid, message, committedDate }) => ({ oid, message, at: committedDate })))
      if (!history.pageInfo.hasNextPage) return commits
      after = history.pageInfo.endCursor
    }
    return yield* new GitHubUnavailable({
      operation,
      why: `more than ${HISTORY_PAGES * 100} commits since ${new Date(since).toISOString()}`
    })
  })

/** Whether somebody with write access stands behind a commit's words. */
const isVouched = (rest: Rest, repository: RepositoryName, repositoryId: number, oid: string) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read who brought ${oid} to ${repository}`
    const answer = yield* rest.graphql(operation, queries.STANDING, { owner, name, oid }, queries.StandingAnswer)
    const brought = answer.repository?.object?.associatedPullRequests?.nodes
    if (brought === null || brought === undefined)
      return yield* new GitHubUnavailable({ operation, why: "GitHub does not know the commit" })
    return reverts.isVouched(present(brought), repositoryId)
  })

const reasonOf = (reason: queries.Reason | null) =>
  reason === "NOT_PLANNED" ? ("not_planned" as const) : reason === "DUPLICATE" ? ("duplicate" as const) : ("completed" as const)

/** Null of what cannot be evidence: its repository is not known. */
const pullRequestOf = (pullRequest: queries.PullRequest): PullRequestEvidence | null =>
  typeof pullRequest.baseRepository?.databaseId === "number"
    ? {
        number: pullRequest.number,
        authorId: pullRequest.author?.databaseId ?? null,
        authorLogin: pullRequest.author?.login ?? null,
        createdAt: pullRequest.createdAt,
        mergedAt: pullRequest.mergedAt,
        baseRepositoryId: pullRequest.baseRepository.databaseId,
        baseBranch: pullRequest.baseRefName,
        mergeCommit: pullRequest.mergeCommit?.oid ?? null,
        revertedBy: null
      }
    : null

const present = <A>(items: ReadonlyArray<A | null>): ReadonlyArray<A> => items.flatMap((item) => (item === null ? [] : [item]))

const closerOf = (closer: queries.Closer | null): Closer => {
  if (closer?.__typename === "PullRequest") {
    const pullRequest = pullRequestOf(closer)
    if (pullRequest !== null) return { _tag: "PullRequest", pullRequest }
  }
  if (closer?.__typename !== "Commit") return { _tag: "Hand" }
  const brought = present(closer.associatedPullRequests?.nodes ?? []).map(pullRequestOf)
  return { _tag: "Commit", commit: closer.oid, pullRequests: present(brought).filter(({ mergedAt }) => mergedAt !== null) }
}

/** The event itself does not tell a duplicate; the issue does, of its last closing. */
const timelineOf = (events: ReadonlyArray<queries.TimelineItem>, final: queries.Reason | null): ReadonlyArray<TimelineEvent> => {
  const lastClosing = events.findLastIndex(({ __typename }) => __typename === "ClosedEvent")
  return events.flatMap((event, index): ReadonlyArray<TimelineEvent> => {
    if (event.__typename === "ReopenedEvent") return [{ _tag: "Reopened", at: event.createdAt }]
    if (event.__typename !== "ClosedEvent") return []
    const reason = index === lastClosing && final === "DUPLICATE" ? final : event.stateReason
    return [{ _tag: "Closed", at: event.createdAt, reason: reasonOf(reason), closer: closerOf(event.closer) }]
  })
}

const mapPullRequests = (closer: Closer, change: (pullRequest: PullRequestEvidence) => PullRequestEvidence): Closer =>
  closer._tag === "PullRequest"
    ? { ...closer, pullRequest: change(closer.pullRequest) }
    : closer._tag === "Commit"
      ? { ...closer, pullRequests: closer.pullRequests.map(change) }
      : closer

/** Where the issue is, as GraphQL does not know it: REST tells deleted, moved and never-an-issue apart. */
const missing = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const found = yield* rest.issue(ref)
    switch (found._tag) {
      case "Moved":
        return { _tag: "Transferred", to: found.to } as const
      case "Deleted":
      case "Missing":
        return { _tag: "Deleted" } as const
      case "Found":
        return yield* found.isPullRequest
          ? new NotAnIssue({ ref })
          : new GitHubUnavailable({ operation: `read ${ref}`, why: "GitHub's two interfaces do not agree on whether the issue exists" })
    }
  })

export interface EvidenceOptions {
  /** GitHub's id of the repository where the issue was registered: then a new repository under the old name is not mistaken for it. */
  readonly repositoryId?: number
  /** Reverts are looked for of pull requests merged since then (milliseconds since 1970), such as the competition's start; of half a year unless told. */
  readonly since?: number
}

/** The record of an issue now. Fails with `GitHubUnavailable` where any part of it is not answered. */
export const read = (
  rest: Rest,
  ref: IssueRef,
  options: EvidenceOptions = {}
): Effect.Effect<IssueEvidence, NotAnIssue | GitHubUnavailable> =>
  Effect.gen(function* () {
    const { repository, issue } = yield* readIssue(rest, ref)
    if (repository === null || (options.repositoryId !== undefined && repository.databaseId !== options.repositoryId)) {
      const elsewhere = yield* options.repositoryId === undefined
        ? rest.repository(ref.repository)
        : rest.repositoryById(options.repositoryId)
      if (Option.isNone(elsewhere) || elsewhere.value.private) return { _tag: "RepositoryGone" } as const
      if (options.repositoryId === undefined || elsewhere.value.full_name.toLowerCase() === ref.repository.toLowerCase()) {
        return yield* new GitHubUnavailable({
          operation: `read ${ref}`,
          why: "GitHub's two interfaces do not agree on whether the repository exists"
        })
      }
      return yield* read(rest, new IssueRef({ repository: elsewhere.value.full_name, number: ref.number }), options)
    }
    if (repository.isPrivate || repository.isDisabled) return { _tag: "RepositoryGone" } as const
    const name = yield* Effect.orDie(Schema.decodeUnknown(RepositoryName)(repository.nameWithOwner))
    if (issue === null) return yield* missing(rest, new IssueRef({ repository: name, number: ref.number }))
    if (issue.events.some(({ __typename }) => __typename === "ConvertedToDiscussionEvent"))
      return { _tag: "Transferred", to: null } as const

    const timeline = timelineOf(issue.events, issue.stateReason)
    const linked = present(issue.linked.map(pullRequestOf))
    const defaultBranch = repository.defaultBranchRef?.name ?? ""
    const oldest = options.since ?? (yield* Clock.currentTimeMillis) - Duration.toMillis(REVERTS_MATTER)
    const merged = [...linked, ...timeline.flatMap((event) => (event._tag === "Closed" ? inCloser(event.closer) : []))].filter(
      ({ mergedAt, baseRepositoryId, baseBranch }) =>
        mergedAt !== null && mergedAt >= oldest && baseRepositoryId === repository.databaseId && baseBranch === defaultBranch
    )
    const since = Math.min(...merged.map(({ mergedAt }) => mergedAt ?? 0))
    const history = merged.length === 0 ? [] : yield* readHistory(rest, name, since)
    const mergeCommits = merged.flatMap(({ number, mergeCommit }) => (mergeCommit === null ? [] : [{ number, mergeCommit }]))
    const vouched = yield* Effect.filter(
      reverts.claims(history, name, mergeCommits),
      (oid) => isVouched(rest, name, repository.databaseId, oid),
      { concurrency: 4 }
    )
    const revertOf = reverts.revertOf(history, name, new Set(vouched))
    const withRevert = (pullRequest: PullRequestEvidence): PullRequestEvidence => {
      const { number, mergeCommit } = pullRequest
      const counts = mergeCommit !== null && merged.some((one) => one.mergeCommit === mergeCommit)
      return counts ? { ...pullRequest, revertedBy: revertOf({ number, mergeCommit }) } : pullRequest
    }
    return {
      _tag: "Found",
      repositoryId: repository.databaseId,
      repository: name,
      defaultBranch,
      number: issue.number,
      state: issue.state === "OPEN" ? "open" : "closed",
      timeline: timeline.map((event) =>
        event._tag === "Closed" ? { ...event, closer: mapPullRequests(event.closer, withRevert) } : event
      ),
      linkedPullRequests: linked.map(withRevert)
    } as const
  })

const inCloser = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []
