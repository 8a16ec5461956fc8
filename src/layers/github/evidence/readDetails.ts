/** Reads the details of pull requests that matter: their diffs, when their heads were pushed, and their answers. */
import { Effect, Schema } from "effect"
import { type Details, File } from "../../../domain/github/IssueAnswers.ts"
import { numbersIn } from "../../../domain/github/numbersIn.ts"
import type { Naming, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { withDetails } from "../../../rules/verdicts/fromGitHub/answersTo.ts"
import type { Candidates, NamedPullRequests } from "../../../rules/verdicts/fromGitHub/candidates.ts"
import { type Change, fileChangeOf } from "../../../rules/verdicts/fromGitHub/changes.ts"
import { compareWork } from "../../../rules/verdicts/fromGitHub/comparedWork.ts"
import { earlierHeadsOf, withEarlier } from "../../../rules/verdicts/fromGitHub/earlierHeads.ts"
import { type NamedIssue, saidOf, withOwnWords } from "../../../rules/verdicts/fromGitHub/ownWords.ts"
import { readList } from "../client/pages.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { readLatestMoves } from "./activity.ts"
import type { NamedBranch } from "./defaultBranch.ts"
import * as queries from "./queries.ts"
import { changesOf, filesOf } from "./readChanges.ts"

interface RepositoryReader {
  readonly rest: Rest
  readonly repository: RepositoryName
}

/** A pull request's changed files, from GitHub's list, which ends at 3,000. Undefined: GitHub does not show all. */
const readChange = ({ repository, rest }: RepositoryReader, number: number): Effect.Effect<Change | undefined, GitHubUnavailable> =>
  Effect.map(
    readList(rest, {
      question: {
        operation: `read the files of ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}/files",
        parameters: { ...splitRepository(repository), number }
      },
      page: Schema.Array(File),
      nameOf: ({ filename }) => filename,
      most: 30
    }),
    (files) => (files === null || files.length >= 3_000 ? undefined : files.map(fileChangeOf))
  )

/** Compares the diffs of pull requests and pushed commits. `text`: the issue's. */
export const readCompared = Effect.fn("GitHub.comparedWork")(function* (
  here: NamedBranch,
  { commits, pullRequests, theirs }: Candidates["toCompare"],
  text: string
) {
  const changes = yield* Effect.forEach(pullRequests, ({ number }) => readChange(here, number), { concurrency: 4 })
  return compareWork(pullRequests, changes, commits, yield* changesOf(here, commits), { text, theirs })
})

/** The changes of a pull request's head branch since it was opened, newest first, by its repository's activity, if GitHub shows it. */
const movesOf = ({ rest }: RepositoryReader, { headRefName, headRepository }: Details, createdAt: number) =>
  Effect.gen(function* () {
    if (headRepository === null) return undefined
    const repository = yield* rest.understand("read the name of a repository", RepositoryName, headRepository.nameWithOwner)
    return yield* readLatestMoves(rest, { repository, branch: headRefName }, createdAt)
  })

/** Adds to a pull request what its earlier heads share with its last one. `base`: the commit on which it was last compared. */
export const withEarlierHeads = Effect.fn("GitHub.earlierHeads")(function* (
  here: NamedBranch,
  pullRequest: PullRequestEvidence,
  base: string | undefined,
  deadline: number | undefined
) {
  const heads = base === undefined ? [] : earlierHeadsOf(pullRequest, deadline)
  if (heads.length === 0) return pullRequest
  const before = yield* Effect.forEach(heads, (commit) =>
    Effect.map(filesOf(here.rest, here.repository, { commit, ...(base === undefined ? {} : { since: base }) }), (found) =>
      found?.files.map(fileChangeOf)
    )
  )
  const compared = compareWork([pullRequest], [yield* readChange(here, pullRequest.number)], heads, before)
  return withEarlier(pullRequest, heads, compared)
})

/** What pull requests' texts are read for, and compared with. */
export interface Texts {
  readonly issue: NamedIssue
  readonly text: string
  /** Oldest first. */
  readonly namings: ReadonlyArray<Naming>
}

/**
 * Adds to pull requests the proof of when their heads were pushed, their answers, and what they said when they landed. Also returns the numbers that each
 * names, and what was written into their texts afterwards.
 */
export const inDetails = Effect.fn("GitHub.detailed")(function* (
  here: RepositoryReader,
  { issue, namings: before, releases, unsure }: NamedPullRequests & Texts & { readonly releases: ReadonlySet<number> },
  pullRequests: ReadonlyArray<PullRequestEvidence>
) {
  const namings: Array<Naming> = []
  const bases = new Map<number, string>()
  if (pullRequests.length === 0) return { pullRequests, names: new Map<number, ReadonlySet<number>>(), namings, bases }
  const { owner, repo: name } = splitRepository(here.repository)
  const operation = `read pull requests of ${here.repository} in detail`
  const query = queries.detailsQuery(pullRequests.map(({ number }) => ({ words: unsure.has(number), branch: releases.has(number) })))
  const variables = { owner, name, ...Object.fromEntries(pullRequests.map(({ number }, place) => [`number${place}`, number])) }
  const { repository } = yield* here.rest.graphql(operation, query, variables, queries.DetailsAnswer)
  const names = new Map<number, ReadonlySet<number>>()
  const all = yield* Effect.forEach(pullRequests, (one, place) =>
    Effect.gen(function* () {
      const details = repository?.[`pull${place}`]
      if (details === null || details === undefined)
        return yield* new GitHubUnavailable({ operation, why: `GitHub does not show #${one.number}`, ill: true })
      names.set(one.number, numbersIn(`${details.title}\n${details.body}`, here.repository))
      const isUnsure = unsure.has(one.number)
      if (isUnsure) namings.push(...saidOf(one, details, issue))
      const namedAt = before.find(({ pullRequest }) => pullRequest === one.number)?.at
      const said = isUnsure ? withOwnWords(one, details, issue, namedAt) : one
      bases.set(one.number, details.baseRefOid)
      return withDetails(said, details, yield* movesOf(here, details, one.createdAt))
    })
  )
  return { pullRequests: all, names, namings, bases }
})
