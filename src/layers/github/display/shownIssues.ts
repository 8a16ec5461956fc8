/** Reads the facts that a dashboard displays about issues. */
import { Array as Arrays, Effect, Option, Schema } from "effect"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import { IssueRef } from "../../../domain/IssueRef.ts"
import type { gitHubTables } from "../../storage/database/schema/gitHubTables.ts"
import type { FieldValues } from "../../storage/database/schema/table.ts"
import type { GraphqlError, Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { excerptOf } from "./excerpt.ts"
import { isOwnStatus } from "./ownStatus.ts"
import * as queries from "./queries.ts"

/** An issue to look up. `registeredAt`, in milliseconds since 1970: a younger issue is another one under the same name. */
export interface SoughtIssue {
  readonly ref: IssueRef
  readonly registeredAt: number
}

/** How a pull request stands. Times are milliseconds since 1970. */
export interface Standing {
  readonly state: "open" | "closed" | "merged"
  readonly draft: boolean
  /** The review decision; null if no review is required and none was given. */
  readonly review: "approved" | "changesRequested" | "required" | null
  readonly mergedAt: number | null
  readonly closedAt: number | null
}

type StoredPullRequest = FieldValues<(typeof gitHubTables)["pull_requests"]["columns"]>
type FoundByIndex = "issue" | "competition" | "hotkey" | "early" | "seenAt"
type Author = "author" | "authorId"
type Known<A> = { readonly [Name in keyof A]: NonNullable<A[Name]> }

/** The columns of a stored pull request that GitHub tells. */
export interface ShownPullRequest
  extends Known<Omit<StoredPullRequest, FoundByIndex | Author | "checks" | keyof Standing>>,
    Pick<StoredPullRequest, Author>,
    Standing {
  readonly checks: "passing" | "failing" | "pending" | null
  /** Whether GitHub links it as closing the issue. Otherwise it only mentions the issue. */
  readonly isLinked: boolean
}

export interface ShownIssue {
  readonly _tag: "Shown"
  readonly nodeId: string
  readonly title: string
  /** The beginning of its text, as plain text on one line; null if it has none. */
  readonly excerpt: string | null
  /** The repository's main language by GitHub's count; null if GitHub recognises none. */
  readonly language: string | null
  readonly labels: ReadonlyArray<{ readonly name: string; readonly color: string }>
  readonly state: "open" | "closed"
  /** null while it is open. */
  readonly closedAt: number | null
  /** null when the account is gone. */
  readonly author: string | null
  readonly avatar: string | null
  /** null without a token. */
  readonly pullRequests: ReadonlyArray<ShownPullRequest> | null
}

/** `gone`: the repository is deleted, private or disabled, or another repository has its name. */
export interface NotShown {
  readonly _tag: "NotShown"
  readonly state: "deleted" | "transferred" | "gone"
}

export type ShownOrNot = ShownIssue | NotShown

/** The most pages of an issue, each of 50 linked pull requests and 50 mentions. Nobody reads more. */
const PAGES = 10

/** The most that the chain's and GitHub's clocks may differ, in milliseconds. */
const CLOCKS_DIFFER = 3_600_000

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const
const CHECKS = { SUCCESS: "passing", FAILURE: "failing", ERROR: "failing", PENDING: "pending", EXPECTED: "pending" } as const
const REVIEWS = { APPROVED: "approved", CHANGES_REQUESTED: "changesRequested", REVIEW_REQUIRED: "required" } as const

/** The id of GitHub's "ghost" account, which stands for deleted accounts. */
const GHOST = 10_137

const notShown = (state: NotShown["state"]): NotShown => ({ _tag: "NotShown", state })

export const standingOf = ({ state, isDraft, reviewDecision, mergedAt, closedAt }: typeof queries.Standing.Type): Standing => ({
  state: STATES[state],
  draft: isDraft,
  review: reviewDecision === null ? null : REVIEWS[reviewDecision],
  mergedAt,
  closedAt
})

const shownPullRequest = (found: queries.PullRequest, isLinked: boolean, unchecked: IdsWithoutChecks): ShownPullRequest => ({
  ...standingOf(found),
  repository: found.repository.nameWithOwner,
  number: found.number,
  title: found.title,
  checks: found.statusCheckRollup === null || unchecked.has(found.id) ? null : CHECKS[found.statusCheckRollup.state],
  author: found.author?.login ?? null,
  authorId: found.author?.databaseId ?? null,
  createdAt: found.createdAt,
  additions: found.additions,
  deletions: found.deletions,
  files: found.changedFiles,
  isLinked
})

/** The pull requests in a timeline event. One that closed the issue counts as linked even if its description does not say so. */
const inEvent = (event: queries.TimelineItem): ReadonlyArray<readonly [found: queries.PullRequest, isLinked: boolean]> => {
  if (event.__typename === "CrossReferencedEvent")
    return event.source.__typename === "PullRequest" ? [[event.source, event.willCloseTarget]] : []
  if (event.closer?.__typename === "PullRequest") return [[event.closer, true]]
  return event.closer?.__typename === "Commit"
    ? shownEntries(event.closer.associatedPullRequests?.nodes ?? []).map((one) => [one, true])
    : []
}

/** Linked pull requests and those that mention the issue. */
const allPullRequests = (pages: ReadonlyArray<queries.Issue>): ReadonlyArray<readonly [found: queries.PullRequest, isLinked: boolean]> => {
  const linked = pages.flatMap(({ closedByPullRequestsReferences }) => shownEntries(closedByPullRequestsReferences.nodes))
  const inTimeline = pages.flatMap(({ timelineItems }) => shownEntries(timelineItems.nodes)).flatMap(inEvent)
  return [...linked.map((one) => [one, true] as const), ...inTimeline]
}

/** GitHub's ids of pull requests without any check but an index's own status. */
type IdsWithoutChecks = ReadonlySet<string>

const MOST_IDS = 100

/** Whether a GraphQL error only says that a pull request, or its checks, are hidden. */
const isHidden = ({ type }: GraphqlError): boolean => type === "NOT_FOUND" || type === "FORBIDDEN"

/**
 * An index's own status always says success. So it changes the combined state only where there are no other checks; a separate query finds these pull
 * requests.
 */
const idsWithoutChecks = (rest: Rest, pages: ReadonlyArray<queries.Issue>): Effect.Effect<IdsWithoutChecks, GitHubUnavailable> =>
  Effect.gen(function* () {
    const doubtful = allPullRequests(pages).flatMap(([{ id, statusCheckRollup }]) =>
      statusCheckRollup?.state === "SUCCESS" && statusCheckRollup.commit?.status?.context != null ? [id] : []
    )
    const answers = yield* Effect.forEach(Arrays.chunksOf(Arrays.dedupe(doubtful), MOST_IDS), (ids) =>
      rest.graphql(`show what is said of ${ids.length} pull requests`, queries.CHECKS, { ids }, queries.ChecksAnswer, isHidden)
    )
    const bare = answers
      .flatMap(({ nodes }) => shownEntries(nodes))
      .flatMap(({ id, statusCheckRollup }) =>
        id !== undefined && statusCheckRollup?.contexts.nodes.every((one) => one !== null && isOwnStatus(one)) === true ? [id] : []
      )
    return new Set(bare)
  })

/** Each pull request once, without those of private repositories. */
const pullRequestsOf = (pages: ReadonlyArray<queries.Issue>, unchecked: IdsWithoutChecks): ReadonlyArray<ShownPullRequest> => {
  const all = allPullRequests(pages).flatMap(([found, isLinked]) =>
    found.repository.isPrivate ? [] : [shownPullRequest(found, isLinked, unchecked)]
  )
  const byPlace = new Map<string, ShownPullRequest>()
  for (const one of all) {
    const place = `${one.repository}#${one.number}`.toLowerCase()
    if (byPlace.get(place)?.isLinked !== true) byPlace.set(place, one)
  }
  return [...byPlace.values()].toSorted((a, b) => a.createdAt - b.createdAt || a.number - b.number)
}

const shownIssue = (
  { primaryLanguage }: queries.Repository,
  pages: readonly [queries.Issue, ...ReadonlyArray<queries.Issue>],
  unchecked: IdsWithoutChecks
): ShownIssue => {
  const [{ id, title, body, closedAt, labels, state, author }] = pages
  return {
    _tag: "Shown",
    nodeId: id,
    title,
    excerpt: excerptOf(body),
    language: primaryLanguage?.name ?? null,
    labels: shownEntries(labels?.nodes ?? []),
    state: STATES[state] === "open" ? "open" : "closed",
    closedAt: STATES[state] === "open" ? null : closedAt,
    author: author?.login ?? null,
    avatar: author?.avatarUrl ?? null,
    pullRequests: pullRequestsOf(pages, unchecked)
  }
}

/** Whether a GraphQL error only says that one of several issues is missing or hidden, or that the token may not read a pull request's checks. */
const isMissing = ({ type, path = [] }: GraphqlError) =>
  (type === "NOT_FOUND" || type === "FORBIDDEN") &&
  /^issue\d+$/.test(String(path[0])) &&
  (path.length === 1 || (path.length === 2 && path[1] === "issue") || path.includes("statusCheckRollup"))

const ask = (rest: Rest, sought: ReadonlyArray<SoughtIssue>, linkedAfter: string | null, mentionsAfter: string | null) => {
  const [first] = sought
  const operation = sought.length === 1 ? `show ${first?.ref}` : `show ${sought.length} issues`
  const askFor = (some: ReadonlyArray<SoughtIssue>) => {
    const places = some.flatMap(({ ref: { ownerAndName, number } }, place) => [
      [`owner${place}`, ownerAndName.owner],
      [`name${place}`, ownerAndName.repo],
      [`number${place}`, number]
    ])
    return { query: queries.issuesQuery(some.length), variables: { ...Object.fromEntries(places), linkedAfter, mentionsAfter } }
  }
  return rest.graphqlAbout(operation, sought, askFor, queries.IssuesAnswer, isMissing)
}

/** Reads the remaining pages of an issue's pull requests. */
const furtherPages = (rest: Rest, sought: SoughtIssue, first: queries.Issue) =>
  Effect.gen(function* () {
    const pages: Array<queries.Issue> = []
    let [linked, mentions] = [first.closedByPullRequestsReferences.pageInfo, first.timelineItems.pageInfo]
    while ((linked.hasNextPage || mentions.hasNextPage) && pages.length < PAGES) {
      // A list that is already complete is requested again from its end, which returns an empty page.
      const { answer } = yield* ask(rest, [sought], linked.endCursor, mentions.endCursor)
      const next = answer.issue0?.issue
      if (next === null || next === undefined)
        return yield* new GitHubUnavailable({
          operation: `show ${sought.ref}`,
          why: "the issue disappeared while its pages were being read"
        })
      pages.push(next)
      linked = {
        ...next.closedByPullRequestsReferences.pageInfo,
        endCursor: next.closedByPullRequestsReferences.pageInfo.endCursor ?? linked.endCursor
      }
      mentions = { ...next.timelineItems.pageInfo, endCursor: next.timelineItems.pageInfo.endCursor ?? mentions.endCursor }
    }
    return pages
  })

const isYounger = (createdAt: number, { registeredAt }: SoughtIssue) => createdAt > registeredAt + CLOCKS_DIFFER

/** Why an issue is not in its repository any more. */
const whereabouts = (rest: Rest, { ref }: SoughtIssue) =>
  Effect.map(rest.issue(ref), ({ _tag }) => notShown(_tag === "Moved" ? "transferred" : "deleted"))

const seenOf = (rest: Rest, sought: SoughtIssue, repository: queries.Repository | null): Effect.Effect<ShownOrNot, GitHubUnavailable> => {
  if (repository === null || repository.isPrivate || repository.isDisabled || isYounger(repository.createdAt, sought))
    return Effect.succeed(notShown("gone"))
  const { issue } = repository
  if (issue === null) return whereabouts(rest, sought)
  if (issue.repository.databaseId !== repository.databaseId || issue.number !== sought.ref.number)
    return Effect.succeed(notShown("transferred"))
  if (isYounger(issue.createdAt, sought)) return Effect.succeed(notShown("gone"))
  return Effect.gen(function* () {
    const pages = [issue, ...(yield* furtherPages(rest, sought, issue))] as const
    return shownIssue(repository, pages, yield* idsWithoutChecks(rest, pages))
  })
}

/** Reads several issues in their order, with as few queries as GitHub allows, plus one for each further page. Needs a token. */
export const byGraphql = (rest: Rest, sought: ReadonlyArray<SoughtIssue>): Effect.Effect<ReadonlyArray<ShownOrNot>, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { answer, about } = yield* ask(rest, sought, null, null)
    const seen = yield* Effect.forEach(about, (one, place) => {
      const found = answer[`issue${place}`]
      return found === undefined
        ? new GitHubUnavailable({ operation: `show ${one.ref}`, why: "its answer leaves it out" })
        : seenOf(rest, one, found)
    })
    const others = Arrays.chunksOf(sought.slice(about.length), about.length)
    return [...seen, ...(yield* Effect.forEach(others, (some) => byGraphql(rest, some))).flat()]
  })

const restLabel = (label: (typeof queries.RestIssue.Type)["labels"][number]) =>
  typeof label === "string" ? { name: label, color: "ededed" } : { name: label.name ?? "", color: label.color ?? "ededed" }

/** Reads one issue with two REST requests, without its pull requests. */
export const byRest = (rest: Rest, sought: SoughtIssue): Effect.Effect<ShownOrNot, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { ref } = sought
    const question = { operation: `read ${ref.repository}`, route: "GET /repos/{owner}/{repo}", parameters: ref.ownerAndName }
    const repository = Option.getOrUndefined(yield* rest.optional(question, queries.RestRepository))
    if (repository === undefined || repository.private || repository.disabled || isYounger(repository.created_at, sought))
      return notShown("gone")
    const place = yield* Schema.decodeUnknown(IssueRef)({ repository: repository.full_name, number: ref.number }).pipe(
      Effect.mapError(({ message }) => new GitHubUnavailable({ operation: question.operation, why: message }))
    )
    const answer = yield* rest.issueAs(place, queries.RestIssue)
    if (answer._tag !== "Found") return notShown(answer._tag === "Moved" ? "transferred" : "deleted")
    const { node_id, title, body, state, user, labels, created_at, closed_at } = answer.found
    if (isYounger(created_at, sought)) return notShown("gone")
    const author = user?.id === GHOST ? null : user
    return {
      _tag: "Shown",
      nodeId: node_id,
      title,
      excerpt: excerptOf(body),
      language: repository.language,
      labels: labels.map(restLabel),
      state,
      closedAt: closed_at,
      author: author?.login ?? null,
      avatar: author?.avatar_url ?? null,
      pullRequests: null
    } satisfies ShownIssue
  })
