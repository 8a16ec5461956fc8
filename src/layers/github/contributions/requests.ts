/** Requests to GitHub about contributions: lists by REST with ETags, everything else by GraphQL in batches. */
import { Array as Arrays, Effect, Either, Option, Schema } from "effect"
import * as answers from "../../../domain/github/ContributionAnswers.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { publicMembersBy } from "../associations.ts"
import { messageIn } from "../client/answers.ts"
import { readBlobs, readWholeBlob } from "../client/blobs.ts"
import { readList, slimmed } from "../client/pages.ts"
import * as Rest from "../client/rest.ts"
import type { Transport } from "../client/transport.ts"
import { conditionOf } from "../condition.ts"
import { GitHubUnavailable } from "../errors.ts"
import { readLatestMoves } from "../evidence/activity.ts"
import { readOwnCommits } from "../evidence/ownCommits.ts"
import type { GitHubSettings } from "../settings.ts"
import * as Limits from "./limits.ts"
import * as queries from "./queries.ts"
import { readRefusals } from "./refusals.ts"

/** Pull requests or issues per query. */
const ITEMS_PER_QUERY = 25

/** Answers by node id. null: the node no longer exists. */
export type Answers<A> = ReadonlyMap<string, Either.Either<A | null, GitHubUnavailable>>

/** GraphQL's error for a node that no longer exists. */
const isGone = ({ type, path = [] }: Rest.GraphqlError) =>
  type === "NOT_FOUND" && ((path.length === 2 && path[0] === "nodes") || (path.length === 1 && path[0] === "node"))

/** Reads the nodes of the first of these ids, as many as GitHub answers at once. */
type Query<A> = (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<A | null>, GitHubUnavailable>

/**
 * Reads one batch. Halves a batch that fails, so that one node that GitHub cannot answer does not fail the others. After halving, the first node is
 * that one.
 */
const askBatch = <A extends { readonly id: string }>(ids: ReadonlyArray<string>, query: Query<A>): Effect.Effect<Answers<A>> => {
  const inParts = (size: number, before: Answers<A> = new Map()) =>
    Effect.map(
      Effect.forEach(Arrays.chunksOf(ids.slice(before.size), size), (some) => askBatch(some, query)),
      (parts): Answers<A> => new Map([before, ...parts].flatMap((part) => [...part]))
    )
  return query(ids).pipe(
    Effect.map((nodes): Answers<A> => new Map(nodes.map((node, place) => [ids[place] ?? "", Either.right(node)] as const))),
    Effect.flatMap((answered) => (answered.size === ids.length ? Effect.succeed(answered) : inParts(answered.size, answered))),
    Effect.catchAll((error) => {
      const failed = (some: ReadonlyArray<string>): Answers<A> => new Map(some.map((id) => [id, Either.left(error)] as const))
      if (ids.length === 1 || error.limited === true) return Effect.succeed(failed(ids))
      return error.tooMuch === true ? inParts(ids.length, failed(ids.slice(0, 1))) : inParts(Math.ceil(ids.length / 2))
    })
  )
}

/** Reads all nodes in batches, each node once. */
const askBatches = <A extends { readonly id: string }>(
  ids: ReadonlyArray<string>,
  concurrency: number,
  query: Query<A>
): Effect.Effect<Answers<A>> => {
  const sorted = [...new Set(ids)].toSorted()
  return Effect.map(
    Effect.forEach(Arrays.chunksOf(sorted, ITEMS_PER_QUERY), (batch) => askBatch(batch, query), { concurrency }),
    (answers) => new Map(answers.flatMap((answer) => [...answer]))
  )
}

const ListedPage = Schema.Array(answers.Listed)
const PullsPage = Schema.Array(answers.ListedPull)
const DiffPage = Schema.Array(answers.DiffEntry)

const sameLength = <A>({
  answer: { nodes },
  about
}: {
  readonly answer: { readonly nodes: ReadonlyArray<A> }
  readonly about: ReadonlyArray<string>
}): Effect.Effect<ReadonlyArray<A>, GitHubUnavailable> =>
  nodes.length === about.length
    ? Effect.succeed(nodes)
    : new GitHubUnavailable({ operation: `read ${about.length} of them`, why: `its answer has ${nodes.length}` })

type RestClient = ReturnType<typeof Rest.make>
type CountPoints = Effect.Effect.Success<ReturnType<typeof Limits.make>>["countPoints"]

/** REST's filter of a list. `since`: changed at that time or later. */
interface ListFilter extends Readonly<Record<string, string>> {
  readonly state?: string
  readonly creator?: string
  readonly since?: string
}

/** Issues, pull requests and accounts, by REST. */
const listRequests = (rest: RestClient) => {
  /** Lists a repository's pull requests alone, all of them: that list knows no other filter. Newer entries change no earlier page. */
  const listedPulls = (repository: RepositoryName, { creator, state = "all" }: ListFilter) =>
    Effect.map(
      readList(rest, {
        question: {
          operation: `list the pull requests of ${repository}`,
          route: "GET /repos/{owner}/{repo}/pulls",
          parameters: { ...splitRepository(repository), state, sort: "created", direction: "asc" },
          slim: slimmed(PullsPage)
        },
        page: PullsPage,
        nameOf: ({ number }) => number
      }),
      (pulls) =>
        pulls
          ?.filter(({ user }) => creator === undefined || user?.login.toLowerCase() === creator.toLowerCase())
          .map(({ merged_at, ...pull }): answers.Listed => ({ ...pull, pull_request: { merged_at } })) ?? null
    )

  /**
   * Lists a repository's issues and pull requests, oldest first, so that old pages keep their ETags; null: it does not exist. Where issues are switched
   * off, its pull requests.
   */
  const listed = (repository: RepositoryName, filter: ListFilter) =>
    readList(rest, {
      question: {
        operation: `list what is in ${repository}`,
        route: "GET /repos/{owner}/{repo}/issues",
        parameters: { ...splitRepository(repository), ...filter, sort: "created", direction: "asc" },
        slim: slimmed(ListedPage)
      },
      page: ListedPage,
      nameOf: ({ number }) => number
    }).pipe(
      Effect.catchIf(
        ({ status }) => status === 410,
        () => listedPulls(repository, filter)
      )
    )

  /** An issue or a pull request. Null when no such number exists, or the issue was transferred. */
  const item = (repository: RepositoryName, number: number) =>
    Effect.gen(function* () {
      const operation = `read ${repository}#${number}`
      const parameters = { ...splitRepository(repository), number }
      const route = "GET /repos/{owner}/{repo}/issues/{number}"
      const answer = yield* rest.ask({ operation, route, parameters, keepRedirect: true, slim: slimmed(answers.Listed) })
      return answer.status === 200 ? yield* rest.understand(operation, answers.Listed, answer.data) : null
    })

  const userByLogin = (login: string) =>
    rest.optional({ operation: `read the account ${login}`, route: "GET /users/{login}", parameters: { login } }, Rest.Account)

  /** The present name of the branch that has or had this name; none: there is no such branch. */
  const branchNow = (repository: RepositoryName, branch: string) =>
    Effect.map(
      rest.optional(
        {
          operation: `read the branch ${branch} of ${repository}`,
          route: "GET /repos/{owner}/{repo}/branches/{branch}",
          parameters: { ...splitRepository(repository), branch },
          slim: slimmed(answers.Branch)
        },
        answers.Branch
      ),
      Option.map(({ name }) => name)
    )

  /** A pull request's own commits. Undefined: GitHub does not know it. */
  const ownCommitsOf = (repository: RepositoryName, number: number) => readOwnCommits(rest, repository, number)

  /**
   * The branch's moves after a moment (microseconds since 1970), newest first, and its newest commit by GitHub's list of them; null: the list is empty. `all`: those since
   * `from`, and some before. Undefined: GitHub shows no list, or not as far back.
   */
  const movesSince = (repository: RepositoryName, branch: string, moment: number, from = moment) =>
    Effect.map(readLatestMoves(rest, { repository, branch }, Math.floor(from / 1_000)), (moves) =>
      moves === undefined
        ? undefined
        : { after: moves.filter(({ timestamp }) => timestamp * 1_000 > moment), newest: moves[0]?.after ?? null, all: moves }
    )

  return {
    listed,
    item,
    userByLogin,
    branchNow,
    ownCommitsOf,
    movesSince,
    repository: (name: RepositoryName) => rest.repository(name)
  }
}

/** Pull requests and issues with everything about them, by GraphQL. */
const detailRequests = (rest: RestClient, countPoints: CountPoints, concurrency: number) => {
  const byIds = (query: string) => (ids: ReadonlyArray<string>) => ({ query, variables: { ids } })

  /** Pull requests by node id, with the first page of each of their lists. */
  const pullRequests = (ids: ReadonlyArray<string>) =>
    askBatches(ids, concurrency, (batch) =>
      rest.graphqlAbout(`read ${batch.length} pull requests`, batch, byIds(queries.PULL_REQUESTS), answers.PullRequestsAnswer, isGone).pipe(
        Effect.tap(({ answer }) => countPoints(answer)),
        Effect.flatMap(sameLength)
      )
    )

  /** Issues by node id. */
  const issues = (ids: ReadonlyArray<string>) =>
    askBatches(ids, concurrency, (batch) =>
      rest.graphqlAbout(`read ${batch.length} issues`, batch, byIds(queries.ISSUES), answers.IssuesAnswer, isGone).pipe(
        Effect.tap(({ answer }) => countPoints(answer)),
        Effect.flatMap(sameLength)
      )
    )

  /** The merged pull requests that brought commits, by commit, with times in milliseconds since 1970. */
  const whoBrought = (repository: RepositoryName, id: number, commits: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { owner, repo: name } = splitRepository(repository)
      const operation = `read who brought ${commits.length} commits of ${repository}`
      const askFor = (some: ReadonlyArray<string>) => ({
        query: queries.broughtQuery(some.length),
        variables: { owner, name, ...Object.fromEntries(some.map((commit, place) => [`commit${place}`, commit])) }
      })
      const isNone = ({ type }: Rest.GraphqlError) => type === "NOT_FOUND"
      const brought = new Map<string, ReadonlyArray<{ readonly author: string; readonly mergedAt: number }>>()
      for (let left = commits; left.length > 0; ) {
        const { answer, about } = yield* rest.graphqlAbout(operation, left.slice(0, ITEMS_PER_QUERY), askFor, answers.BroughtAnswer, isNone)
        yield* countPoints(answer)
        const { repository: found } = answer
        if (found === null) return yield* new GitHubUnavailable({ operation, why: "the repository went away" })
        for (const [place, commit] of about.entries()) {
          const pulls = (found[`commit${place}`]?.associatedPullRequests?.nodes ?? []).flatMap((pull) =>
            pull === null || pull.mergedAt === null || pull.repository.databaseId !== id
              ? []
              : [{ author: String(pull.author?.databaseId ?? ""), mergedAt: pull.mergedAt / 1_000 }]
          )
          if (pulls.length > 0) brought.set(commit, pulls)
        }
        left = left.slice(about.length)
      }
      return brought
    })

  const furtherPage = (id: string, name: string, list: queries.ListName, after: string) =>
    Effect.gen(function* () {
      const operation = `read on in ${name}`
      const answer = yield* rest.graphql(operation, queries.furtherPage(list), { id, after }, answers.FurtherPage)
      yield* countPoints(answer)
      return (
        answer.node ?? (yield* new GitHubUnavailable({ operation, why: "the pull request disappeared while its pages were being read" }))
      )
    })

  return { pullRequests, issues, whoBrought, furtherPage }
}

/** The files that commits change, and their texts. */
const fileRequests = (rest: RestClient, countPoints: CountPoints) => {
  /**
   * Compares two commits; null: they share no commit. Any other 404 says nothing: GitHub also answers fresh commits with 404 for a while
   * (docs/world.md).
   */
  const comparison = (repository: RepositoryName, base: string, head: string) =>
    Effect.gen(function* () {
      const operation = `compare two commits of ${repository}`
      const { status, data } = yield* rest.ask({
        operation,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...splitRepository(repository), basehead: `${base}...${head}`, per_page: 1 },
        slim: slimmed(answers.Comparison),
        mayFailAlone: true
      })
      if (status === 200) return yield* rest.understand(operation, answers.Comparison, data)
      if (status === 404 && /^No common ancestor\b/i.test(messageIn(data))) return null
      return yield* new GitHubUnavailable({ operation, status, why: messageIn(data) || "that status is not expected" })
    })

  /** The files of a pull request. GitHub lists the first 3,000 (https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files). */
  const filesOf = (repository: RepositoryName, number: number) =>
    readList(rest, {
      question: {
        operation: `list the files of ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}/files",
        parameters: { ...splitRepository(repository), number },
        slim: slimmed(DiffPage),
        mayFailAlone: true
      },
      page: DiffPage,
      nameOf: ({ filename }) => filename,
      most: 30
    })

  /** Reads the blobs at the first of these expressions `commit:path`, as many as GitHub answers at once. */
  const blobs = (repository: RepositoryName, expressions: ReadonlyArray<string>) =>
    Effect.map(Effect.tap(readBlobs(rest, repository, expressions), countPoints), (found) => found.blobs)

  const wholeBlob = (repository: RepositoryName, sha: string) => readWholeBlob(rest, repository, sha)

  /** Whether there is a submodule at `commit:path`. */
  const isSubmodule = (repository: RepositoryName, expression: string) => {
    const [ref = "", ...path] = expression.split(":")
    return Effect.map(
      rest.optional(
        {
          operation: `find out whether ${expression} of ${repository} is a submodule`,
          route: "GET /repos/{owner}/{repo}/contents/{path}",
          parameters: { ...splitRepository(repository), path: path.join(":"), ref },
          slim: slimmed(answers.AtPath)
        },
        answers.AtPath
      ),
      Option.exists(({ type }) => type === "submodule")
    )
  }

  return { comparison, filesOf, blobs, wholeBlob, isSubmodule }
}

export const make = Effect.fn("ContributionRequests.make")(function* (transport: Transport, settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const { ask, countPoints, cost, concurrency } = yield* Limits.make(transport, settings)
  const rest = Rest.make({ ask }, hasToken)
  const { associations, repositoryById, userById } = rest
  return {
    ...listRequests(rest),
    ...detailRequests(rest, countPoints, concurrency),
    ...fileRequests(rest, countPoints),
    associations,
    publicMembers: publicMembersBy(rest),
    refusals: (repositories: ReadonlyArray<RepositoryName>, now: number) => readRefusals(rest, repositories, now),
    repositoryById,
    userById,
    condition: conditionOf(rest, settings),
    hasToken,
    concurrency,
    cost
  }
})

export type ContributionRequests = Effect.Effect.Success<ReturnType<typeof make>>
