/** Reads the details of a round's pull requests and issues in few requests, and keeps each one's failure apart from the others. */
import { Effect, Either, Option } from "effect"
import type * as answers from "../../../domain/github/ContributionAnswers.ts"
import type { RepositoryName } from "../../../domain/IssueRef.ts"
import { type FullPullRequest, fullPullRequest, solverIdOf } from "../../../rules/contributions/fromGitHub/records.ts"
import { type Sources as Associations, associationIn } from "../associations.ts"
import { GitHubUnavailable } from "../errors.ts"
import type * as queries from "./queries.ts"
import type { Answers, ContributionRequests } from "./requests.ts"

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A list that GitHub omits is an error, not an empty list. */
const leftOut = ({ repository, number }: answers.PullRequest, list: string) =>
  new GitHubUnavailable({ operation: `read ${repository.nameWithOwner}#${number}`, why: `its answer leaves out ${list}` })

/** All pages of one of a pull request's lists. */
const pagesOf = <List extends Page>(
  gitHub: ContributionRequests,
  found: answers.PullRequest,
  list: queries.ListName,
  of: (answer: answers.Lists) => List | null | undefined
) =>
  Effect.gen(function* () {
    const first = of(found)
    if (first === null || first === undefined) return yield* leftOut(found, list)
    const pages = [first]
    let last = first
    while (last.pageInfo.hasNextPage) {
      const name = `${found.repository.nameWithOwner}#${found.number}`
      const { endCursor } = last.pageInfo
      if (endCursor === null) return yield* leftOut(found, `the end of a page of ${list}`)
      const next = of(yield* gitHub.furtherPage(found.id, name, list, endCursor))
      if (next === null || next === undefined) return yield* leftOut(found, list)
      if (next.pageInfo.hasNextPage && next.pageInfo.endCursor === endCursor) return yield* leftOut(found, `the rest of ${list}`)
      pages.push(next)
      last = next
    }
    return pages
  })

/** The pull request with all pages of its lists. */
const fullOf = (gitHub: ContributionRequests, found: answers.PullRequest): Effect.Effect<FullPullRequest, GitHubUnavailable> =>
  Effect.gen(function* () {
    const labels = yield* pagesOf(gitHub, found, "labels", (answer) => answer.labels)
    const reviews = yield* pagesOf(gitHub, found, "reviews", (answer) => answer.reviews)
    const events = yield* pagesOf(gitHub, found, "timelineItems", (answer) => answer.timelineItems)
    const closes = yield* pagesOf(gitHub, found, "closingIssuesReferences", (answer) => answer.closingIssuesReferences)
    return fullPullRequest(found, { labels, reviews, events, closes })
  })

const fullPullRequests = (gitHub: ContributionRequests, ids: ReadonlyArray<string>): Effect.Effect<Answers<FullPullRequest>> =>
  Effect.gen(function* () {
    const found = yield* gitHub.pullRequests(ids)
    const entries = yield* Effect.forEach(
      [...found],
      ([id, one]) =>
        Effect.map(
          Effect.either(Effect.flatMap(one, (found) => (found === null ? Effect.succeed(null) : fullOf(gitHub, found)))),
          (full) => [id, full] as const
        ),
      { concurrency: gitHub.concurrency }
    )
    return new Map(entries)
  })

export interface Details {
  readonly pullRequests: Answers<FullPullRequest>
  readonly issues: Answers<answers.Issue>
}

/** Reads the pull requests and closed issues, the issues that the pull requests close, and the pull requests that closed the issues. */
export const read = (
  gitHub: ContributionRequests,
  wanted: { readonly pullRequests: ReadonlyArray<string>; readonly closedIssues: ReadonlyArray<string> },
  now: number
): Effect.Effect<Details> =>
  Effect.gen(function* () {
    const pullRequests = yield* fullPullRequests(gitHub, wanted.pullRequests)
    const linked = [...pullRequests.values()].flatMap((one) => (Either.isRight(one) ? (one.right?.closes ?? []) : []))
    const issues = yield* gitHub.issues([...wanted.closedIssues, ...linked])
    const solvers = wanted.closedIssues.flatMap((id) => {
      const issue = Option.getOrNull(Option.flatMap(Option.fromNullable(issues.get(id)), Either.getRight))
      return issue === null ? [] : (solverIdOf(issue, now) ?? [])
    })
    const more = yield* fullPullRequests(
      gitHub,
      solvers.filter((id) => !pullRequests.has(id))
    )
    return { pullRequests: new Map([...pullRequests, ...more]), issues }
  })

/** Whether the default branch had these names before a rename. `branches`: from name to the default branch's present name. Left: not known. */
export const formerNames = (
  gitHub: ContributionRequests,
  repository: RepositoryName,
  branches: ReadonlyMap<string, string>
): Effect.Effect<ReadonlyMap<string, Either.Either<boolean, GitHubUnavailable>>> =>
  Effect.map(
    Effect.forEach(
      [...branches].toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ([branch, now]) =>
        gitHub.branchNow(repository, branch).pipe(
          Effect.map((name) => Option.contains(name, now)),
          Effect.either,
          Effect.map((isFormer) => [branch, isFormer] as const)
        ),
      { concurrency: gitHub.concurrency }
    ),
    (entries) => new Map(entries)
  )

/** Associations of accounts that have no recent entry in a repository. */
export const associationsOf = (
  sources: Associations,
  repository: RepositoryName,
  accounts: ReadonlyArray<{ readonly id: number; readonly login: string }>,
  concurrency: number
): Effect.Effect<ReadonlyMap<number, Either.Either<string, GitHubUnavailable>>> =>
  Effect.map(
    Effect.forEach(
      accounts,
      (account) =>
        Effect.map(Effect.either(associationIn(sources, account, repository)), (association) => [account.id, association] as const),
      { concurrency }
    ),
    (entries) => new Map(entries)
  )
