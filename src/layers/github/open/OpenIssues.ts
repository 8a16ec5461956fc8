/**
 * Reads a repository's open issues and the effort behind its closed ones, to suggest issues for bounties. It reads a bounded number of pages, newest
 * first, because that order does not shift meanwhile. Needs a token, because only GraphQL shows an issue's linked pull requests.
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import type { ConsentRecord, Word } from "../../../domain/consent.ts"
import { commentSays, labelSays } from "../../../domain/consentWords.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import { takesOf } from "../../../rules/verdicts/fromGitHub/consentRecord.ts"
import { readList, slimmed } from "../client/pages.ts"
import * as Rest from "../client/rest.ts"
import * as Transport from "../client/transport.ts"
import { GitHubUnavailable } from "../errors.ts"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { type ReadChoices, readChosen } from "./chosen.ts"
import * as queries from "./queries.ts"

/** Times are milliseconds since 1970. Texts are on one line, without invisible characters. */
export interface OpenIssue {
  readonly number: number
  readonly title: string
  /** null when the account is gone. */
  readonly author: string | null
  readonly createdAt: number
  readonly labels: ReadonlyArray<string>
  /** The same as GitHub has them, letter by letter: a label that only looks like one that asks does not ask. */
  readonly rawLabels: ReadonlyArray<string>
  readonly comments: number
  readonly reactions: number
  readonly assignees: number
  readonly isLocked: boolean
  /** Whether an open pull request would close it. `unknown`: GitHub counts more linked ones than it shows. */
  readonly pullRequest: "none" | "open" | "unknown"
}

/** The effort behind a closed issue: the lines that its merged pull requests added and deleted. */
export interface Effort {
  readonly labels: ReadonlyArray<string>
  readonly lines: number
}

/** What somebody said about a bounty on an issue, by a comment or a label. */
export interface SaidOnIssue extends Pick<Word, "at" | "by" | "says" | "text"> {
  readonly number: number
  /** null: GitHub does not show who set the label. */
  readonly account: { readonly id: number; readonly login: string } | null
  /** GitHub's word for what the account is to the repository; undefined for a label. */
  readonly association?: string | undefined
  /** In alpha, as written; null: a request that names none, or a no. */
  readonly amount: string | null
}

export interface RepositoryIssues extends ReadChoices, Pick<ConsentRecord, "takes"> {
  /** Its present name. */
  readonly name: string
  readonly id: number | null
  /** The main language by GitHub's count; null if GitHub recognises none. */
  readonly language: string | null
  readonly isArchived: boolean
  /** The newest ones. */
  readonly open: ReadonlyArray<OpenIssue>
  /** GitHub's count of open issues. If it exceeds `open`, older ones were not read, or some are hidden. */
  readonly openCount: number
  /** Efforts of issues that merged pull requests closed lately. */
  readonly efforts: ReadonlyArray<Effort>
}

export class OpenIssues extends Context.Tag("gittensor/OpenIssues")<
  OpenIssues,
  {
    /** null: GitHub shows no such repository, or it is private or disabled. That is no proof that it is gone. */
    readonly of: (repository: RepositoryName) => Effect.Effect<RepositoryIssues | null, GitHubUnavailable>
    /**
     * What was said about bounties: by a comment of the last 90 days (the newest 1,000 are read), or by a label on one of these issues. `asking`: the
     * labels that ask. Whether the account may merge is not checked.
     */
    readonly said: (
      repository: RepositoryName,
      issues: ReadonlyArray<Pick<OpenIssue, "number" | "rawLabels">>,
      asking: ReadonlyArray<string> | null
    ) => Effect.Effect<ReadonlyArray<SaidOnIssue>, GitHubUnavailable>
  }
>() {}

/** The most pages of a repository's open issues, of 50 each: one costs three of a token's 5,000 points an hour. */
const PAGES = 10

const NEWEST_FIRST = { field: "CREATED_AT", direction: "DESC" }
const LATEST_FIRST = { field: "UPDATED_AT", direction: "DESC" }

const rawLabelsOf = ({ labels }: queries.Issue) => shownEntries(labels?.nodes).map(({ name }) => name)
const labelsOf = (issue: queries.Issue) => rawLabelsOf(issue).map(onOneLine)

/** Whether the issue has an open pull request; unknown if GitHub hides one of them, because that one may be open. */
const pullRequestOf = ({ closedByPullRequestsReferences: { nodes, totalCount } }: queries.Issue): OpenIssue["pullRequest"] => {
  const shown = shownEntries(nodes)
  if (shown.some(({ state }) => state === "OPEN")) return "open"
  return shown.length < totalCount ? "unknown" : "none"
}

const openIssue = (found: queries.Issue): OpenIssue => ({
  number: found.number,
  title: found.title,
  author: found.author?.login ?? null,
  createdAt: found.createdAt,
  labels: labelsOf(found),
  rawLabels: rawLabelsOf(found),
  comments: found.comments.totalCount,
  reactions: found.reactions.totalCount,
  assignees: found.assignees.totalCount,
  isLocked: found.locked,
  pullRequest: pullRequestOf(found)
})

const effortOf = (found: queries.Issue): ReadonlyArray<Effort> => {
  const merged = shownEntries(found.closedByPullRequestsReferences.nodes).filter(({ state }) => state === "MERGED")
  const lines = merged.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0)
  return merged.length === 0 ? [] : [{ labels: labelsOf(found), lines }]
}

/** How far back comments are read, in milliseconds. */
const COMMENTS_SINCE = 90 * 86_400_000

/** The start of a day. A request that is the same all day can be answered by its ETag. */
const dayOf = (at: number): string => `${new Date(at).toISOString().slice(0, "YYYY-MM-DD".length)}T00:00:00Z`

const saidIn = ({ author_association, body, created_at, issue_url, user }: typeof queries.Comment.Type): ReadonlyArray<SaidOnIssue> => {
  const number = Number(/\/issues\/(\d{1,10})$/.exec(issue_url)?.[1])
  const said = commentSays(body ?? "")
  if (said === undefined || !Number.isSafeInteger(number)) return []
  const { amount, line: text, says } = said
  return [{ number, account: user, association: author_association, at: created_at, by: "comment", says, text, amount }]
}

/** What an issue's labels say, by the newest labelling with each; without one, nobody is known. */
const saidByLabels = (
  { number, rawLabels }: Pick<OpenIssue, "number" | "rawLabels">,
  asking: ReadonlyArray<string> | null,
  events: ReadonlyArray<typeof queries.IssueEvent.Type>
): ReadonlyArray<SaidOnIssue> =>
  rawLabels.flatMap((name): ReadonlyArray<SaidOnIssue> => {
    const says = labelSays(name, asking ?? undefined)
    if (says === undefined) return []
    const last = events.findLast(({ event, label }) => event === "labeled" && label?.name === name)
    return [{ number, account: last?.actor ?? null, at: last?.created_at ?? 0, by: "label", says, text: onOneLine(name), amount: null }]
  })

export const makeWith = Effect.fn("OpenIssues.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)

  const page = (repository: RepositoryName, variables: Readonly<Record<string, unknown>>) => {
    const { owner, repo: name } = splitRepository(repository)
    return rest
      .graphql(`list issues of ${repository}`, queries.ISSUES, { owner, name, after: null, ...variables }, queries.IssuesAnswer)
      .pipe(Effect.map(({ repository: found }) => (found === null || found.isPrivate || found.isDisabled ? null : found)))
  }

  const of = Effect.fn("OpenIssues.of")(function* (repository: RepositoryName) {
    yield* Effect.annotateCurrentSpan("repository", repository)
    const openOnes = (after: string | null) =>
      page(repository, { states: ["OPEN"], order: NEWEST_FIRST, linked: false, root: after === null, after })
    const first = yield* openOnes(null)
    if (first === null) return null
    const pages = [first]
    for (let { pageInfo } = first.issues; pageInfo.hasNextPage && pages.length < PAGES; ) {
      const next = yield* openOnes(pageInfo.endCursor)
      if (next === null)
        return yield* new GitHubUnavailable({
          operation: `list issues of ${repository}`,
          why: "it disappeared while its pages were being read"
        })
      pages.push(next)
      pageInfo = next.issues.pageInfo
    }
    const closed = yield* page(repository, { states: ["CLOSED"], order: LATEST_FIRST, linked: true, root: false })
    const found = pages.flatMap(({ issues }) => shownEntries(issues.nodes)).map(openIssue)
    return {
      name: first.nameWithOwner,
      id: first.databaseId,
      language: first.primaryLanguage === null ? null : onOneLine(first.primaryLanguage.name),
      isArchived: first.isArchived,
      ...takesOf(first),
      ...(yield* readChosen(rest, first.nameWithOwner, first)),
      open: [...new Map(found.map((one) => [one.number, one])).values()],
      openCount: first.issues.totalCount,
      efforts: shownEntries(closed?.issues.nodes).flatMap(effortOf)
    } satisfies RepositoryIssues
  })

  const said = Effect.fn("OpenIssues.said")(function* (
    repository: RepositoryName,
    open: ReadonlyArray<Pick<OpenIssue, "number" | "rawLabels">>,
    asking: ReadonlyArray<string> | null
  ) {
    const { owner, repo } = splitRepository(repository)
    const now = yield* Clock.currentTimeMillis
    const comments = yield* readList(rest, {
      question: {
        operation: `list comments of ${repository}`,
        route: "GET /repos/{owner}/{repo}/issues/comments",
        parameters: { owner, repo, sort: "created", direction: "desc", since: dayOf(now - COMMENTS_SINCE) },
        slim: slimmed(Schema.Array(queries.Comment))
      },
      page: Schema.Array(queries.Comment),
      nameOf: ({ id }) => id,
      most: PAGES
    })
    const labelled = open.filter((one) => saidByLabels(one, asking, []).length > 0)
    const byLabel = yield* Effect.forEach(labelled, (one) =>
      Effect.map(
        readList(rest, {
          question: {
            operation: `read the events of ${repository}#${one.number}`,
            route: "GET /repos/{owner}/{repo}/issues/{number}/events",
            parameters: { owner, repo, number: one.number }
          },
          page: Schema.Array(queries.IssueEvent),
          nameOf: ({ id }) => id
        }),
        (events) => saidByLabels(one, asking, events ?? [])
      )
    )
    return [...(comments ?? []).flatMap(saidIn), ...byLabel.flat()]
  })

  return OpenIssues.of({ of, said })
})

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const layer = Layer.scoped(OpenIssues, Effect.flatMap(gitHubSettings, makeWith))
