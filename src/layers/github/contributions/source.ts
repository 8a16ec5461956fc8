/**
 * Contributions' questions to GitHub: lists by REST with ETags, the rest by GraphQL in batches. Bounded in what is under way and in how much a
 * minute, and quiet for a while when GitHub fails again and again.
 */
import { Clock, Effect, Either, Option, RateLimiter, Ref, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import * as Rest from "../client/rest.ts"
import type { Question, Transport } from "../client/transport.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { GitHubSettings } from "../settings.ts"
import * as queries from "./queries.ts"

/** The share of each rate limit that is left to verdicts, which weigh more, unless the settings say otherwise. */
export const RESERVE = 0.2

/** GitHub's secondary limit is 900 points a minute; what others ask with the same token must fit in too. */
const PER_MINUTE = 720

/** Questions under way at once, for each token. GitHub allows 100. */
const AT_ONCE = 6

/** After so many failures one after the other nobody asks for a while: the rest of the round would only wait. */
const FAILURES = 12
const QUIET = 30_000

/** Pull requests or issues a query. */
const BATCH = 25

/** Entries a page of REST's lists. */
const PAGE = 100

export interface Cost {
  /** Questions asked, answered or not; a repeated one counts once. */
  readonly questions: number
  /** Of GraphQL's limit. */
  readonly points: number
}

type Answered<A> = ReadonlyMap<string, Either.Either<A | null, GitHubUnavailable>>

const isLimited = ({ limited, forbidden }: GitHubUnavailable) => limited === true || forbidden === true

const isGone = ({ type, path = [] }: { readonly type?: string | undefined; readonly path?: ReadonlyArray<unknown> | undefined }) =>
  type === "NOT_FOUND" && ((path.length === 2 && path[0] === "nodes") || (path.length === 1 && path[0] === "node"))

const isNoBlob = ({ type, path = [] }: { readonly type?: string | undefined; readonly path?: ReadonlyArray<unknown> | undefined }) =>
  type === "NOT_FOUND" && (path.join(".") === "repository" || (path.length === 2 && /^blob\d+$/.test(String(path[1]))))

const decoded =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (data: unknown): unknown =>
    // Only what is understood is kept; what is not is told by whoever understands it.
    Option.match(Schema.decodeUnknownOption(schema)(data), {
      onNone: () => data,
      onSome: (value) => Schema.encodeSync(schema)(value)
    })

const ListedPage = Schema.Array(queries.Listed)
const DiffPage = Schema.Array(queries.DiffEntry)

export const make = Effect.fn("ContributionSource.make")(function* (transport: Transport, settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const cost = yield* Ref.make<Cost>({ questions: 0, points: 0 })
  const health = yield* Ref.make({ failures: 0, quietUntil: 0 })
  const tokens = Math.max(1, settings.tokens.length)
  const limiter = yield* RateLimiter.make({ limit: PER_MINUTE * tokens, interval: "1 minute", algorithm: "token-bucket" })
  const places = yield* Effect.makeSemaphore(AT_ONCE * tokens)

  const ask = (question: Question) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if ((yield* Ref.get(health)).quietUntil > now)
        return yield* new GitHubUnavailable({ operation: question.operation, why: `${FAILURES} questions in a row had no answer` })
      yield* Ref.update(cost, (before) => ({ ...before, questions: before.questions + 1 }))
      return yield* limiter(transport.ask({ ...question, reserve: settings.reserve ?? RESERVE, insists: true })).pipe(
        Effect.tap(() => Ref.set(health, { failures: 0, quietUntil: 0 })),
        Effect.tapError(() =>
          Effect.flatMap(Clock.currentTimeMillis, (at) =>
            Ref.update(health, ({ failures }) => ({ failures: failures + 1, quietUntil: failures + 1 >= FAILURES ? at + QUIET : 0 }))
          )
        )
      )
    }).pipe(places.withPermits(1))
  const rest = Rest.make({ ask }, hasToken)

  const paid = (answer: { readonly rateLimit: { readonly cost: number } | null }) =>
    Ref.update(cost, (before) => ({ ...before, points: before.points + (answer.rateLimit?.cost ?? 0) }))

  /** All pages of a list. A page that is not full is the last one; what GitHub says of a next page is followed too. */
  const pagesOf = <A, I>(
    question: Pick<Question, "operation" | "route"> & { readonly parameters: Readonly<Record<string, unknown>> },
    page: Schema.Schema<ReadonlyArray<A>, I>,
    most = Number.POSITIVE_INFINITY
  ): Effect.Effect<ReadonlyArray<A> | null, GitHubUnavailable> =>
    Effect.gen(function* () {
      const all: Array<A> = []
      for (let number = 1; number <= most; number++) {
        const asked = { ...question, slim: decoded(page), parameters: { ...question.parameters, per_page: PAGE, page: number } }
        const answer = yield* rest.ask(asked)
        if (answer.status === 404 || answer.status === 410 || answer.status === 451) return null
        if (answer.status !== 200)
          return yield* new GitHubUnavailable({ operation: question.operation, status: answer.status, why: "that status is not expected" })
        const entries = yield* rest.understand(question.operation, page, answer.data)
        all.push(...entries)
        if (entries.length < PAGE && !/rel="next"/.test(answer.headers.link ?? "")) return all
      }
      return all
    })

  /** Issues and pull requests of a repository, oldest first: the pages of a growing list stay the same. null: there is no such repository. */
  const listed = (repository: RepositoryName, filter: Readonly<Record<string, string>>) =>
    pagesOf(
      {
        operation: `list what is in ${repository}`,
        route: "GET /repos/{owner}/{repo}/issues",
        parameters: { ...splitRepository(repository), ...filter, sort: "created", direction: "asc" }
      },
      ListedPage
    )

  /** In batches; a batch that fails is halved, so that one that GitHub cannot answer takes no other with it. */
  const batched = <A extends { readonly id: string }>(
    ids: ReadonlyArray<string>,
    query: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<A | null>, GitHubUnavailable>
  ): Effect.Effect<Answered<A>> =>
    query(ids).pipe(
      Effect.map((nodes) => new Map(ids.map((id, place) => [id, Either.right(nodes[place] ?? null)] as const))),
      Effect.catchAll((error): Effect.Effect<Answered<A>> => {
        if (ids.length === 1 || isLimited(error)) return Effect.succeed(new Map(ids.map((id) => [id, Either.left(error)] as const)))
        const half = Math.ceil(ids.length / 2)
        return Effect.map(
          Effect.all([batched(ids.slice(0, half), query), batched(ids.slice(half), query)]),
          ([first, second]) => new Map([...first, ...second])
        )
      })
    )

  const allBatched = <A extends { readonly id: string }>(
    ids: ReadonlyArray<string>,
    query: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<A | null>, GitHubUnavailable>
  ): Effect.Effect<Answered<A>> => {
    const sorted = [...new Set(ids)].toSorted()
    const batches = Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, place) => sorted.slice(place * BATCH, (place + 1) * BATCH))
    return Effect.map(
      Effect.forEach(batches, (batch) => batched(batch, query), { concurrency: AT_ONCE * tokens }),
      (answers) => new Map(answers.flatMap((answer) => [...answer]))
    )
  }

  /** Pull requests by their node ids; null: gone. Their lists have their first pages only. */
  const pullRequests = (ids: ReadonlyArray<string>) =>
    allBatched(ids, (batch) =>
      rest
        .graphql(`read ${batch.length} pull requests`, queries.PULL_REQUESTS, { ids: batch }, queries.PullRequestsAnswer, isGone)
        .pipe(Effect.tap(paid), Effect.flatMap(sameLength(batch)))
    )

  /** Issues by their node ids; null: gone. */
  const issues = (ids: ReadonlyArray<string>) =>
    allBatched(ids, (batch) =>
      rest
        .graphql(`read ${batch.length} issues`, queries.ISSUES, { ids: batch }, queries.IssuesAnswer, isGone)
        .pipe(Effect.tap(paid), Effect.flatMap(sameLength(batch)))
    )

  /** A further page of one of a pull request's lists. */
  const furtherPage = (id: string, name: string, list: queries.ListName, after: string) =>
    Effect.gen(function* () {
      const operation = `read on in ${name}`
      const answer = yield* rest.graphql(operation, queries.furtherPage(list), { id, after }, queries.FurtherPage)
      yield* paid(answer)
      return answer.node ?? (yield* new GitHubUnavailable({ operation, why: "the pull request went away between two pages of it" }))
    })

  /** What a commit is compared with another: none where GitHub has no common commit of them, or not both. */
  const comparison = (repository: RepositoryName, base: string, head: string) =>
    rest.optional(
      {
        operation: `compare two commits of ${repository}`,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...splitRepository(repository), basehead: `${base}...${head}`, per_page: 1 },
        slim: decoded(queries.Comparison)
      },
      queries.Comparison
    )

  /** GitHub lists the first 3,000 files. */
  const filesOf = (repository: RepositoryName, number: number) =>
    pagesOf(
      {
        operation: `list the files of ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}/files",
        parameters: { ...splitRepository(repository), number }
      },
      DiffPage,
      30
    )

  /** Files by `commit:path`, in their order. */
  const blobs = (repository: RepositoryName, expressions: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { owner, repo } = splitRepository(repository)
      const operation = `read ${expressions.length} files of ${repository}`
      const variables = Object.fromEntries(expressions.map((expression, place) => [`expression${place}`, expression]))
      const query = queries.blobsQuery(expressions.length)
      const answer = yield* rest.graphql(operation, query, { owner, name: repo, ...variables }, queries.BlobsAnswer, isNoBlob)
      yield* paid(answer)
      const { repository: found } = answer
      if (found === null) return yield* new GitHubUnavailable({ operation, why: "the repository went away" })
      return expressions.map((_, place) => found[`blob${place}`] ?? null)
    })

  /** A whole blob, by REST: GraphQL cuts long ones. */
  const wholeBlob = (repository: RepositoryName, sha: string) =>
    rest.optional(
      {
        operation: `read a file of ${repository}`,
        route: "GET /repos/{owner}/{repo}/git/blobs/{sha}",
        parameters: { ...splitRepository(repository), sha }
      },
      queries.RestBlob
    )

  /** One issue or pull request; null: there is none of that number, or it is elsewhere by now. */
  const item = (repository: RepositoryName, number: number) =>
    Effect.gen(function* () {
      const operation = `read ${repository}#${number}`
      const parameters = { ...splitRepository(repository), number }
      const route = "GET /repos/{owner}/{repo}/issues/{number}"
      const answer = yield* rest.ask({ operation, route, parameters, keepRedirect: true, slim: decoded(queries.Listed) })
      return answer.status === 200 ? yield* rest.understand(operation, queries.Listed, answer.data) : null
    })

  const userByLogin = (login: string) =>
    rest.optional({ operation: `read the account ${login}`, route: "GET /users/{login}", parameters: { login } }, Rest.Account)

  /** Whether an account shows that it is a member of an organization. */
  const isMember = (organization: string, login: string) =>
    Effect.map(
      rest.ask({
        operation: `read whether ${login} is a member of ${organization}`,
        route: "GET /orgs/{organization}/public_members/{login}",
        parameters: { organization, login }
      }),
      ({ status }) => status === 204
    )

  const repository = (name: RepositoryName) => rest.repository(name)
  const { associations, userById } = rest
  return {
    listed,
    pullRequests,
    issues,
    furtherPage,
    comparison,
    filesOf,
    blobs,
    wholeBlob,
    repository,
    associations,
    isMember,
    item,
    userByLogin,
    userById,
    hasToken,
    atOnce: AT_ONCE * tokens,
    cost: Ref.get(cost)
  }
})

const sameLength =
  (ids: ReadonlyArray<string>) =>
  <A>({ nodes }: { readonly nodes: ReadonlyArray<A> }): Effect.Effect<ReadonlyArray<A>, GitHubUnavailable> =>
    nodes.length === ids.length
      ? Effect.succeed(nodes)
      : new GitHubUnavailable({ operation: `read ${ids.length} of them`, why: `its answer has ${nodes.length}` })

export type ContributionSource = Effect.Effect.Success<ReturnType<typeof make>>
