/** Reads GitHub's record of one issue, the evidence for a verdict. If any answer is missing, the whole reading fails as `GitHubUnavailable`. */
import { Clock, Duration, Effect, Option } from "effect"
import type { Closer, IssueEvidence, PullRequestEvidence, TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { IssueRef, RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Standing } from "../../../domain/standing.ts"
import { contained } from "../../effects/contained.ts"
import type { GitRecord } from "../../git/record/GitRecord.ts"
import { present } from "../client/graphql.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { broughtBy, TOGETHER } from "./brought.ts"
import { containsCommit } from "./defaultBranch.ts"
import { withHands } from "./hands.ts"
import { impostorOf } from "./impostor.ts"
import { inCloser, withLandings } from "./landings.ts"
import * as queries from "./queries.ts"
import { readStanding } from "./readStanding.ts"

/** The most pages of an issue, each of 100 events and 50 linked pull requests. */
const ISSUE_PAGES = 200

/** The most pages of a commit, each of 50 pull requests. */
const COMMIT_PAGES = 20

/** Longer than a competition with its challenge period. Whether earlier merges stand changes no verdict. */
const STANDING_MATTERS = Duration.days(180)

const NAMELESS: Standing = { _tag: "Unknown", why: "GitHub does not name its commit" }

type Repository = NonNullable<queries.IssueAnswer["repository"]>
type Issue = NonNullable<Repository["issue"]>

/** Reads all pages of the issue's timeline and linked pull requests. */
const readIssue = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const page = (after: string | null, linkedAfter: string | null) =>
      rest.graphql(`read ${ref}`, queries.ISSUE, { owner, name, number: ref.number, after, linkedAfter }, queries.IssueAnswer)
    const first = yield* page(null, null)
    const { repository } = first
    if (repository === null || repository.issue === null) return { repository, issue: null }

    const events = [...repository.issue.timelineItems.nodes]
    const linked = [...repository.issue.closedByPullRequestsReferences.nodes]
    let eventsPage = repository.issue.timelineItems.pageInfo
    let linkedPage = repository.issue.closedByPullRequestsReferences.pageInfo
    for (let pages = 1; eventsPage.hasNextPage || linkedPage.hasNextPage; pages++) {
      if (pages >= ISSUE_PAGES)
        return yield* new GitHubUnavailable({ operation: `read ${ref}`, why: `it has more than ${ISSUE_PAGES} pages` })
      // A complete list is asked for again from its end, which yields an empty page.
      const next = yield* page(eventsPage.endCursor, linkedPage.endCursor)
      const more = next.repository?.issue
      if (more === null || more === undefined) {
        return yield* new GitHubUnavailable({
          operation: `read ${ref}`,
          why: "the issue disappeared while its pages were being read",
          ill: true
        })
      }
      if (eventsPage.hasNextPage) events.push(...more.timelineItems.nodes)
      if (linkedPage.hasNextPage) linked.push(...more.closedByPullRequestsReferences.nodes)
      eventsPage = following(eventsPage, more.timelineItems.pageInfo)
      linkedPage = following(linkedPage, more.closedByPullRequestsReferences.pageInfo)
    }
    const shown = present(linked)
    const { totalCount = 0 } = repository.issue.closedByPullRequestsReferences
    return {
      repository,
      issue: { ...repository.issue, events, linked: shown, hasHiddenLinks: shown.length < Math.max(totalCount, linked.length) }
    }
  })

type PageInfo = Issue["timelineItems"]["pageInfo"]
const following = (before: PageInfo, next: PageInfo): PageInfo =>
  before.hasNextPage ? { hasNextPage: next.hasNextPage, endCursor: next.endCursor ?? before.endCursor } : { ...before, hasNextPage: false }

/** All pull requests that GitHub links to a commit, whether they brought it or only contain it. */
const readAssociated = (rest: Rest, repository: RepositoryName, oid: string) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read the pull requests with commit ${oid} of ${repository}`
    const associated: Array<queries.PullRequest> = []
    let after: string | null = null
    for (let page = 0; page < COMMIT_PAGES; page++) {
      const variables: Readonly<Record<string, unknown>> = { owner, name, oid, after }
      const answer: typeof queries.AssociatedAnswer.Type = yield* rest.graphql(
        operation,
        queries.ASSOCIATED,
        variables,
        queries.AssociatedAnswer
      )
      const found = answer.repository?.object?.associatedPullRequests
      if (found === undefined) return yield* new GitHubUnavailable({ operation, why: "GitHub does not know the commit" })
      associated.push(...present(found.nodes))
      if (!found.pageInfo.hasNextPage) return associated
      after = found.pageInfo.endCursor
    }
    return yield* new GitHubUnavailable({ operation, why: `more than ${COMMIT_PAGES * 50} pull requests have it` })
  })

const reasonOf = (reason: queries.Reason | null) =>
  reason === "NOT_PLANNED" ? ("not_planned" as const) : reason === "DUPLICATE" ? ("duplicate" as const) : ("completed" as const)

/** Null if its repository is unknown, since it then proves nothing. */
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
        intoDefaultBranch: false,
        mergeCommit: pullRequest.mergeCommit?.oid ?? null,
        standing: null
      }
    : null

const closerOf = (closer: queries.Closer | null): Closer => {
  if (closer === null) return { _tag: "Hidden" }
  switch (closer.__typename) {
    case "ProjectV2":
      return { _tag: "Hand" }
    case "PullRequest": {
      const pullRequest = pullRequestOf(closer)
      // GitHub lets a pull request of the issue's repository close it only by a merge into the default branch.
      return pullRequest === null ? { _tag: "Hidden" } : { _tag: "PullRequest", pullRequest: { ...pullRequest, intoDefaultBranch: true } }
    }
    case "Commit": {
      const { nodes, totalCount = 0 } = closer.associatedPullRequests
      const shown = present(present(nodes).map(pullRequestOf))
      const isPartial = shown.length < Math.max(totalCount, nodes.length) ? { isPartial: true } : {}
      return { _tag: "Commit", commit: closer.oid, pullRequests: shown.filter(({ mergedAt }) => mergedAt !== null), ...isPartial }
    }
  }
}

/** Completes a closing commit that has more pull requests than the first page. */
const withAllAssociated = (rest: Rest, repository: RepositoryName, event: queries.TimelineItem | null) => {
  if (event?.__typename !== "ClosedEvent" || event.closer?.__typename !== "Commit") return Effect.succeed(event)
  const { closer } = event
  return closer.associatedPullRequests.pageInfo.hasNextPage
    ? Effect.map(
        readAssociated(rest, repository, closer.oid),
        (nodes): queries.TimelineItem => ({
          ...event,
          closer: { ...closer, associatedPullRequests: { ...closer.associatedPullRequests, nodes } }
        })
      )
    : Effect.succeed(event)
}

/** A closing event does not say "duplicate"; the issue does, for its last closing. */
const timelineOf = (events: ReadonlyArray<queries.TimelineItem | null>, final: queries.Reason | null): ReadonlyArray<TimelineEvent> => {
  const lastClosing = events.findLastIndex((one) => one?.__typename === "ClosedEvent")
  return events.flatMap((event, index): ReadonlyArray<TimelineEvent> => {
    if (event === null) return [{ _tag: "Hidden", at: present(events.slice(0, index)).at(-1)?.createdAt ?? 0 }]
    if (event.__typename === "ReopenedEvent") return [{ _tag: "Reopened", at: event.createdAt }]
    if (event.__typename !== "ClosedEvent") return []
    const reason = reasonOf(index === lastClosing && final === "DUPLICATE" ? final : event.stateReason)
    // Only people give another reason.
    const isByHand = event.closer === null && reason !== "completed"
    return [{ _tag: "Closed", at: event.createdAt, reason, closer: isByHand ? { _tag: "Hand" } : closerOf(event.closer) }]
  })
}

const mapPullRequests = (closer: Closer, change: (pullRequest: PullRequestEvidence) => PullRequestEvidence): Closer =>
  closer._tag === "PullRequest"
    ? {
        ...closer,
        pullRequest: change(closer.pullRequest),
        ...(closer.carries === undefined ? {} : { carries: closer.carries.map(change) })
      }
    : closer._tag === "Commit"
      ? { ...closer, pullRequests: closer.pullRequests.map(change) }
      : closer

/** Asks REST, which tells deleted, moved and turned into a pull request apart, about an issue that GraphQL does not find. */
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
        // Whoever may push can turn an issue into a pull request. Its author is still who wrote the issue, so it says nothing of who solved it.
        if (found.isPullRequest) return { _tag: "Transferred", to: null } as const
        return yield* new GitHubUnavailable({
          operation: `read ${ref}`,
          why: "GitHub's REST and GraphQL disagree on whether the issue exists",
          ill: true
        })
    }
  })

export interface EvidenceOptions {
  /** GitHub's id of the repository where the issue was registered. Tells it from a new repository under the old name. */
  readonly repositoryId?: number
  /**
   * When the issue was registered (milliseconds since 1970). A younger repository or issue is another one under the same name.
   */
  readonly registeredAt?: number
  /**
   * Which pull requests may be a solution. Of these it is found out whether the commit that closed the issue contains their work, although they were not merged, and
   * whether their merges stand. Default: of none the first, of all the second.
   */
  readonly mayHaveLanded?: (pullRequest: PullRequestEvidence) => boolean
  /** Find out whether pull requests stand that were merged since then (milliseconds since 1970), such as the competition's start. Default: 180 days ago. */
  readonly since?: number
}

/** Leaves of the pull requests that GitHub links to a closing commit those that brought it. Those of other repositories prove nothing and stay. */
const withBrought = (
  rest: Rest,
  repository: { readonly name: RepositoryName; readonly id: number },
  event: TimelineEvent
): Effect.Effect<TimelineEvent, GitHubUnavailable> =>
  Effect.gen(function* () {
    if (event._tag !== "Closed" || event.closer._tag !== "Commit") return event
    const { commit, pullRequests } = event.closer
    const brought = yield* Effect.filter(pullRequests, (one) =>
      one.baseRepositoryId !== repository.id
        ? Effect.succeed(true)
        : Effect.filterOrFail(
            broughtBy(rest, { repository: repository.name, commit, at: event.at }, one),
            (answer) => answer !== undefined,
            () =>
              new GitHubUnavailable({
                operation: `find out who brought ${commit} to ${repository.name}`,
                why: `GitHub does not say whether #${one.number} did`,
                ill: true
              })
          )
    )
    // A commit closes an issue when the default branch gets it. A pull request may have been merged into another branch before.
    const isEarlier = ({ mergedAt }: PullRequestEvidence) => mergedAt !== null && mergedAt + TOGETHER < event.at
    const arrived = brought.map((one) => (isEarlier(one) ? { ...one, arrivedAt: event.at } : one))
    return { ...event, closer: { ...event.closer, pullRequests: arrived } }
  })

/** Reads the present record of an issue. */
export const readEvidence = (
  rest: Rest,
  record: GitRecord["Type"],
  ref: IssueRef,
  options: EvidenceOptions = {}
): Effect.Effect<IssueEvidence, GitHubUnavailable> =>
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
          why: "GitHub's REST and GraphQL disagree on whether the repository exists",
          ill: true
        })
      }
      return yield* readEvidence(rest, record, new IssueRef({ repository: elsewhere.value.full_name, number: ref.number }), options)
    }
    if (repository.isPrivate || repository.isDisabled) return { _tag: "RepositoryGone" } as const
    const name = yield* rest.understand(`read ${ref}`, RepositoryName, repository.nameWithOwner)
    const impostor = impostorOf(repository, issue, options.registeredAt)
    if (impostor !== undefined) return { _tag: "RepositoryGone", why: impostor } as const
    if (issue === null) return yield* missing(rest, new IssueRef({ repository: name, number: ref.number }))
    if (issue.repository.databaseId !== repository.databaseId || issue.number !== ref.number)
      return { _tag: "Transferred", to: `${issue.repository.nameWithOwner}#${issue.number}` } as const
    if (issue.events.some((one) => one?.__typename === "ConvertedToDiscussionEvent")) return { _tag: "Transferred", to: null } as const

    const events = yield* Effect.forEach(issue.events, (event) => withAllAssociated(rest, name, event))
    const linked = present(issue.linked.map(pullRequestOf))
    const { mayHaveLanded } = options
    const defaultBranch = repository.defaultBranchRef?.name ?? ""
    const here = { name, branch: defaultBranch, id: repository.databaseId, url: `${repository.url ?? `https://github.com/${name}`}.git` }
    const place = { rest, record, repository: name, recorded: here, branch: defaultBranch }
    const shown = yield* withHands(place, new IssueRef({ repository: name, number: ref.number }), timelineOf(events, issue.stateReason))
    const closings = yield* Effect.forEach(shown, (event) => withBrought(rest, here, event))
    const timeline =
      mayHaveLanded === undefined
        ? closings
        : yield* Effect.forEach(closings, (event) => withLandings(rest, record, here, linked, mayHaveLanded, event))
    const oldest = options.since ?? (yield* Clock.currentTimeMillis) - Duration.toMillis(STANDING_MATTERS)
    const merged = [...linked, ...timeline.flatMap((event) => (event._tag === "Closed" ? inCloser(event.closer) : []))].filter(
      (one) =>
        one.mergedAt !== null &&
        one.mergedAt >= oldest &&
        one.baseRepositoryId === repository.databaseId &&
        (mayHaveLanded === undefined || mayHaveLanded(one))
    )
    const isInto = ({ baseBranch, baseRepositoryId, intoDefaultBranch }: PullRequestEvidence) =>
      baseRepositoryId === repository.databaseId && (baseBranch === defaultBranch || intoDefaultBranch === true)
    const head = repository.defaultBranchRef?.target?.oid
    if (merged.length > 0 && repository.defaultBranchRef === null)
      return yield* new GitHubUnavailable({ operation: `read ${ref}`, why: "GitHub does not name the default branch", ill: true })
    const known = new Map<string, Standing | null>()
    for (const one of merged) {
      const { baseBranch, mergeCommit, number } = one
      if (mergeCommit === null || known.has(mergeCommit)) continue
      // Another branch may have become the default one since, which never got it: that takes nothing back.
      const isThere = baseBranch === defaultBranch || (yield* containsCommit(place, mergeCommit)) === true
      const reading = contained("pull request", `${name}#${number}`, readStanding(place, head, { number, mergeCommit }), (why) =>
        Effect.succeed<Standing>({ _tag: "Unknown", why })
      )
      known.set(mergeCommit, isThere ? yield* reading : null)
    }
    const whole = (pullRequest: PullRequestEvidence): PullRequestEvidence => {
      const { mergeCommit, mergedAt } = pullRequest
      const standing = known.get(mergeCommit ?? "") ?? null
      const into = isInto(pullRequest) || standing !== null
      const isNameless = into && mergeCommit === null && mergedAt !== null
      return { ...pullRequest, intoDefaultBranch: into, standing: isNameless ? NAMELESS : standing }
    }
    return {
      _tag: "Found",
      repositoryId: repository.databaseId,
      repository: name,
      defaultBranch,
      number: issue.number,
      state: issue.state === "OPEN" ? "open" : "closed",
      timeline: timeline.map((event) => (event._tag === "Closed" ? { ...event, closer: mapPullRequests(event.closer, whole) } : event)),
      linkedPullRequests: linked.map(whole),
      ...(issue.hasHiddenLinks ? { hasHiddenLinks: true } : {})
    } as const
  })
