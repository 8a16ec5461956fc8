/**
 * What a round needs to know of its pull requests and issues beyond the lists: everything of many with few questions, and of each whether it
 * could be had.
 */
import { Effect, Either, Option } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { GitHubUnavailable } from "../errors.ts"
import { solverIdOf, type Whole } from "./facts.ts"
import type * as queries from "./queries.ts"
import type { ContributionSource } from "./source.ts"

type Had<A> = ReadonlyMap<string, Either.Either<A | null, GitHubUnavailable>>

const present = <A>(items: ReadonlyArray<A | null> | undefined): ReadonlyArray<A> =>
  (items ?? []).flatMap((item) => (item === null ? [] : [item]))

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A list that GitHub does not give is none, and not an empty one. */
const lacking = ({ repository, number }: queries.PullRequest, list: string) =>
  new GitHubUnavailable({ operation: `read ${repository.nameWithOwner}#${number}`, why: `its answer leaves out ${list}` })

/** All pages of one of its lists. */
const pagesOf = <List extends Page>(
  source: ContributionSource,
  found: queries.PullRequest,
  list: queries.ListName,
  of: (answer: queries.Lists) => List | null | undefined
) =>
  Effect.gen(function* () {
    const first = of(found)
    if (first === null || first === undefined) return yield* lacking(found, list)
    const pages = [first]
    let last = first
    while (last.pageInfo.hasNextPage) {
      const name = `${found.repository.nameWithOwner}#${found.number}`
      const next = of(yield* source.furtherPage(found.id, name, list, last.pageInfo.endCursor ?? ""))
      if (next === null || next === undefined) return yield* lacking(found, list)
      pages.push(next)
      last = next
    }
    return pages
  })

/** A pull request with all pages of its lists. */
const wholeOf = (source: ContributionSource, found: queries.PullRequest): Effect.Effect<Whole, GitHubUnavailable> =>
  Effect.gen(function* () {
    const labels = yield* pagesOf(source, found, "labels", (answer) => answer.labels)
    const reviews = yield* pagesOf(source, found, "reviews", (answer) => answer.reviews)
    const events = yield* pagesOf(source, found, "timelineItems", (answer) => answer.timelineItems)
    const closes = yield* pagesOf(source, found, "closingIssuesReferences", (answer) => answer.closingIssuesReferences)
    return {
      found,
      labels: labels.flatMap(({ nodes }) => present(nodes)).map(({ name }) => name),
      reviews: reviews.flatMap(({ nodes }) => present(nodes)),
      events: events.flatMap(({ nodes }) => present(nodes)),
      closes: closes
        .flatMap(({ nodes }) => present(nodes))
        // An issue of another repository is somebody's own affair: he could have it written by whom he likes.
        .filter(({ repository }) => repository.databaseId === found.repository.databaseId)
        .map(({ id }) => id)
    }
  })

const wholes = (source: ContributionSource, ids: ReadonlyArray<string>): Effect.Effect<Had<Whole>> =>
  Effect.gen(function* () {
    const found = yield* source.pullRequests(ids)
    const entries = yield* Effect.forEach(
      [...found],
      ([id, one]) =>
        Effect.map(
          Effect.either(Effect.flatMap(one, (found) => (found === null ? Effect.succeed(null) : wholeOf(source, found)))),
          (whole) => [id, whole] as const
        ),
      { concurrency: source.atOnce }
    )
    return new Map(entries)
  })

export interface Details {
  /** By node id. null: gone. */
  readonly pullRequests: Had<Whole>
  readonly issues: Had<queries.Issue>
}

/** The pull requests, the issues, what the pull requests close, and what solved the issues. */
export const read = (
  source: ContributionSource,
  wanted: { readonly pullRequests: ReadonlyArray<string>; readonly closedIssues: ReadonlyArray<string> },
  now: number
): Effect.Effect<Details> =>
  Effect.gen(function* () {
    const pullRequests = yield* wholes(source, wanted.pullRequests)
    const linked = [...pullRequests.values()].flatMap((one) => (Either.isRight(one) ? (one.right?.closes ?? []) : []))
    const issues = yield* source.issues([...wanted.closedIssues, ...linked])
    const solvers = wanted.closedIssues.flatMap((id) => {
      const issue = Option.getOrNull(Option.flatMap(Option.fromNullable(issues.get(id)), Either.getRight))
      return issue === null ? [] : (solverIdOf(issue, now) ?? [])
    })
    const more = yield* wholes(
      source,
      solvers.filter((id) => !pullRequests.has(id))
    )
    return { pullRequests: new Map([...pullRequests, ...more]), issues }
  })

/**
 * What accounts are to a repository that wrote nothing of late there: by the newest entry of each, else by its public membership of the organization
 * that owns it. null: GitHub does not say.
 */
export const associationsOf = (
  source: ContributionSource,
  repository: RepositoryName,
  accounts: ReadonlyArray<{ readonly id: number; readonly login: string }>
): Effect.Effect<ReadonlyMap<number, Either.Either<string | null, GitHubUnavailable>>> =>
  Effect.map(
    Effect.forEach(
      accounts,
      ({ id, login }) =>
        source.associations(repository, login).pipe(
          Effect.map((newest) => Option.getOrElse(newest, () => []).find(({ user }) => user?.id === id)?.author_association ?? null),
          Effect.flatMap((association) =>
            association !== null
              ? Effect.succeed(association)
              : Effect.map(source.isMember(splitRepository(repository).owner, login), (isMember) => (isMember ? "MEMBER" : null))
          ),
          Effect.either,
          Effect.map((association) => [id, association] as const)
        ),
      { concurrency: source.atOnce }
    ),
    (entries) => new Map(entries)
  )
