/** Reads GitHub's record of one issue, the evidence for a verdict. If any answer is missing, the whole reading fails as `GitHubUnavailable`. */
import { Clock, Duration, Effect, Option } from "effect"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import type * as answers from "../../../domain/github/IssueAnswers.ts"
import { type IssueEvidence, type IssueFound, mapEveryPullRequest, type PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { IssueRef, RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { consentIn, doubtfulSpeakers, type Speakers, takesOf } from "../../../rules/verdicts/fromGitHub/consentRecord.ts"
import { type OwnWords, ownWordsOf } from "../../../rules/verdicts/fromGitHub/ownWords.ts"
import { impostorOf, transferOf } from "../../../rules/verdicts/fromGitHub/registeredIssue.ts"
import { pullRequestOf, timelineOf } from "../../../rules/verdicts/fromGitHub/timeline.ts"
import type { GitHistory } from "../../git/history/GitHistory.ts"
import { pageAfter } from "../client/graphql.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { readChosen } from "../open/chosen.ts"
import { provedAmong } from "../open/consent.ts"
import * as queries from "./queries.ts"
import { readClosings } from "./readClosings.ts"
import { readNamings } from "./readNamings.ts"
import { readPullRequests } from "./readPullRequests.ts"

/** The most pages of an issue, each of 100 events and 50 linked pull requests. */
const ISSUE_PAGES = 200

/** The most pages of a commit, each of 50 pull requests. */
const COMMIT_PAGES = 20

/** Merges before this do not matter for a verdict. It is longer than a competition with its challenge period. */
const STANDING_MATTERS = Duration.days(180)

const COMPLETE = { hasNextPage: false, endCursor: null }

type Repository = NonNullable<queries.IssueAnswer["repository"]>
type WholeIssue = NonNullable<Effect.Effect.Success<ReturnType<typeof readIssue>>["issue"]>

/** Reads all pages of the issue's timeline, linked pull requests, mentions and labels. */
const readIssue = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const page = (after: string | null, linkedAfter: string | null, mentionsAfter: string | null, signsAfter: string | null) =>
      rest.graphql(
        `read ${ref}`,
        queries.ISSUE_QUERY,
        { owner, name, number: ref.number, after, linkedAfter, mentionsAfter, signsAfter },
        queries.IssueAnswer
      )
    const { repository } = yield* page(null, null, null, null)
    if (repository === null || repository.issue === null) return { repository, issue: null }

    const events = [...repository.issue.timelineItems.nodes]
    const linked = [...repository.issue.closedByPullRequestsReferences.nodes]
    const mentions = [...repository.issue.mentions.nodes]
    const signs = [...(repository.issue.signs?.nodes ?? [])]
    let eventsPage = repository.issue.timelineItems.pageInfo
    let linkedPage = repository.issue.closedByPullRequestsReferences.pageInfo
    let mentionsPage = repository.issue.mentions.pageInfo
    let signsPage = repository.issue.signs?.pageInfo ?? COMPLETE
    for (let pages = 1; [eventsPage, linkedPage, mentionsPage, signsPage].some(({ hasNextPage }) => hasNextPage); pages++) {
      if (pages >= ISSUE_PAGES)
        return yield* new GitHubUnavailable({ operation: `read ${ref}`, why: `it has more than ${ISSUE_PAGES} pages` })
      const next = yield* page(eventsPage.endCursor, linkedPage.endCursor, mentionsPage.endCursor, signsPage.endCursor)
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
      if (mentionsPage.hasNextPage) mentions.push(...more.mentions.nodes)
      if (signsPage.hasNextPage) signs.push(...(more.signs?.nodes ?? []))
      eventsPage = pageAfter(eventsPage, more.timelineItems.pageInfo)
      linkedPage = pageAfter(linkedPage, more.closedByPullRequestsReferences.pageInfo)
      mentionsPage = pageAfter(mentionsPage, more.mentions.pageInfo)
      signsPage = pageAfter(signsPage, more.signs?.pageInfo ?? COMPLETE)
    }
    const shown = shownEntries(linked)
    const { totalCount = 0 } = repository.issue.closedByPullRequestsReferences
    return {
      repository,
      issue: {
        ...repository.issue,
        events,
        linked: shown,
        mentioned: shownEntries(mentions),
        signs: repository.issue.signs === undefined ? undefined : signs,
        hasHiddenLinks: shown.length < Math.max(totalCount, linked.length)
      }
    }
  })

/** All pull requests that GitHub associates with a commit, whether they introduced it or only contain it. */
const readAssociated = (rest: Rest, repository: RepositoryName, oid: string) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read the pull requests with commit ${oid} of ${repository}`
    const associated: Array<answers.PullRequest> = []
    let after: string | null = null
    for (let page = 0; page < COMMIT_PAGES; page++) {
      const variables: Readonly<Record<string, unknown>> = { owner, name, oid, after }
      const answer: typeof queries.AssociatedAnswer.Type = yield* rest.graphql(
        operation,
        queries.ASSOCIATED_QUERY,
        variables,
        queries.AssociatedAnswer
      )
      const found = answer.repository?.object?.associatedPullRequests
      if (found === undefined) return yield* new GitHubUnavailable({ operation, why: "GitHub does not know the commit" })
      associated.push(...shownEntries(found.nodes))
      if (!found.pageInfo.hasNextPage) return associated
      after = found.pageInfo.endCursor
    }
    return yield* new GitHubUnavailable({ operation, why: `more than ${COMMIT_PAGES * 50} pull requests have it` })
  })

/** Completes the pull requests of a closing commit that has more than one page of them. */
const withAllAssociated = (rest: Rest, repository: RepositoryName, event: answers.TimelineItem | null) => {
  if (event?.__typename !== "ClosedEvent" || event.closer?.__typename !== "Commit") return Effect.succeed(event)
  const { closer } = event
  return closer.associatedPullRequests.pageInfo.hasNextPage
    ? Effect.map(
        readAssociated(rest, repository, closer.oid),
        (nodes): answers.TimelineItem => ({
          ...event,
          closer: { ...closer, associatedPullRequests: { ...closer.associatedPullRequests, nodes } }
        })
      )
    : Effect.succeed(event)
}

/** Asks REST about an issue that GraphQL does not find. REST distinguishes deleted, transferred, and turned into a pull request. */
const askAboutMissing = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const found = yield* rest.issue(ref)
    switch (found._tag) {
      case "Moved":
        return { _tag: "Transferred", to: found.to } as const
      case "Deleted":
      case "Missing":
        return { _tag: "Deleted" } as const
      case "Found":
        // An account with push access can turn an issue into a pull request (docs/world.md). Its author is still the issue's, so it does not show who
        // solved it.
        if (found.isPullRequest) return { _tag: "Transferred", to: null } as const
        return yield* new GitHubUnavailable({
          operation: `read ${ref}`,
          why: "GitHub's REST and GraphQL disagree on whether the issue exists",
          ill: true
        })
    }
  })

/** The consent in the answers. Parts that a server other than GitHub omits show nothing. */
const readConsent = (
  { branch, repository: name, rest }: { readonly rest: Rest; readonly repository: RepositoryName; readonly branch: string },
  repository: Repository,
  { labels, locked, mentioned, signs }: WholeIssue,
  speakers: Speakers
) =>
  Effect.gen(function* () {
    const { choices, folder, isArchived, owner, root } = repository
    if (isArchived === undefined || choices === undefined || locked === undefined || labels === undefined || signs === undefined) return {}
    const of = { isArchived, ...takesOf(repository), ...(yield* readChosen(rest, name, { choices, folder, owner, root })) }
    const comments = mentioned.flatMap((one) => (one.__typename === "IssueComment" ? [one] : []))
    const issue = { labels, locked, signs, comments }
    const proved = yield* provedAmong(rest, { repository: name, branch }, doubtfulSpeakers(of, issue, speakers, false))
    const writers = new Set([...speakers.writers, ...proved.map(({ id }) => id)])
    return { consent: consentIn(name, of, issue, { ...speakers, writers }) }
  })

/** A pull request with what it says of the issue, as far as that is known without its details. */
const saying =
  (words: ReadonlyMap<number, OwnWords>) =>
  (one: PullRequestEvidence): PullRequestEvidence => {
    const says = words.get(one.number)?.says
    return says === undefined ? one : { ...one, says }
  }

/** An issue's text; none where it was edited afterwards, as by a competitor who wrote the issue. */
const textOf = ({ body = "", lastEditedAt = null }: WholeIssue, since: number): string =>
  lastEditedAt !== null && lastEditedAt >= since ? "" : body

export interface EvidenceOptions {
  /** GitHub's id of the repository where the issue was registered. It tells the repository from a new one under the old name. */
  readonly repositoryId?: number
  /** When the issue was registered (milliseconds since 1970). A younger repository or issue is another one under the same name. */
  readonly registeredAt?: number
  /** GitHub's ids of the competitors' accounts, null where one is unknown. Default: none, and every pull request matters as if it were a competitor's. */
  readonly competitors?: ReadonlyArray<number | null>
  /** The deadline, in milliseconds since 1970, once it has passed. Only then does it matter who waits for whose answer on a pull request. */
  readonly deadline?: number
  /** Check that merges since then (milliseconds since 1970) stand, such as since the competition's start. Default: 180 days ago. */
  readonly since?: number
}

/** Reads an issue's present record. */
export const readEvidence = (
  rest: Rest,
  record: GitHistory["Type"],
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
    if (issue === null) return yield* askAboutMissing(rest, new IssueRef({ repository: name, number: ref.number }))
    const transfer = transferOf({ repositoryId: repository.databaseId, number: ref.number }, issue)
    if (transfer !== undefined) return transfer

    const events = yield* Effect.forEach(issue.events, (event) => withAllAssociated(rest, name, event))
    const id = repository.databaseId
    const defaultBranch = repository.defaultBranchRef?.name ?? ""
    const url = repository.url ?? `https://github.com/${name}`
    const here = { name, branch: defaultBranch, id, url: `${url}.git` }
    const named = { number: issue.number, repository: name, url }
    const byHand = new Set(shownEntries(issue.byHand.nodes).flatMap((one) => (one.baseRepository?.databaseId === id ? [one.number] : [])))
    const words = ownWordsOf(
      { ...named, id, defaultBranch },
      issue.mentioned,
      issue.linked.filter(({ number }) => !byHand.has(number))
    )
    const linked = shownEntries(issue.linked.map(pullRequestOf)).map(saying(words))
    const place = { rest, record, repository: name, recorded: here, branch: defaultBranch }
    const timeline = yield* readClosings(
      place,
      new IssueRef({ repository: name, number: ref.number }),
      timelineOf(events, issue.stateReason, name)
    )
    const since = options.since ?? (yield* Clock.currentTimeMillis) - Duration.toMillis(STANDING_MATTERS)
    const { competitors, deadline } = options
    const ownerId = repository.owner?.databaseId ?? null
    const head = repository.defaultBranchRef?.target?.oid
    const namings = yield* readNamings(place, {
      author: issue.author,
      events: issue.events,
      mentioned: issue.mentioned,
      linked,
      timeline,
      id,
      ownerId,
      competitors: competitors ?? []
    })
    const read = yield* readPullRequests(place, head, {
      timeline,
      linked,
      named: namings.named.map(saying(words)),
      namings: namings.namings,
      unsure: new Set([...words].flatMap(([number, { isSure }]) => (isSure ? [] : [number]))),
      issue: named,
      text: textOf(issue, since),
      id,
      since,
      competitors,
      deadline
    })
    const consent = yield* readConsent(place, repository, issue, { writers: new Set(namings.writers), competitors: competitors ?? [] })
    const found: IssueFound = {
      _tag: "Found",
      repositoryId: id,
      repository: name,
      defaultBranch,
      number: issue.number,
      state: issue.state === "OPEN" ? "open" : "closed",
      ...consent,
      authorId: issue.author?.databaseId ?? null,
      timeline,
      linkedPullRequests: linked,
      namedPullRequests: namings.named.map(saying(words)),
      namings: [...namings.namings, ...read.namings].toSorted((one, other) => one.at - other.at || one.pullRequest - other.pullRequest),
      writers: [...new Set([...namings.writers, ...read.writers])].toSorted((one, other) => one - other),
      pushes: read.pushes,
      likenesses: read.likenesses,
      ...(issue.hasHiddenLinks ? { hasHiddenLinks: true } : {})
    }
    return mapEveryPullRequest(found, (one) => read.pullRequests.get(one.number) ?? one)
  })
