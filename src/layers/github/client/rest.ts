/** Typed requests to GitHub's REST and GraphQL APIs. */
import { Effect, Option, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import { type IssueRef, RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { OneLine } from "../../../domain/onOneLine.ts"
import { GitHubUnavailable } from "../errors.ts"
import { type Answer, limitInText, messageIn, nextPageIn } from "./answers.ts"
import { Envelope, smallerBy, withoutYoungFields, withSmallerPages } from "./graphql.ts"
import { GRAPHQL, isTakenBack, type Question, type Rejection, type Transport } from "./transport.ts"

export const Account = Schema.Struct({ id: Schema.Int, login: Schema.String })

const Origin = Schema.Struct({
  id: Schema.Int,
  full_name: RepositoryName,
  private: Schema.Boolean,
  clone_url: Schema.optional(Schema.String)
})

export const Repository = Schema.Struct({
  id: Schema.Int,
  full_name: RepositoryName,
  private: Schema.Boolean,
  archived: Schema.Boolean,
  disabled: Schema.Boolean,
  /** Answers of servers other than GitHub's may lack this and the other optional fields. */
  default_branch: Schema.optional(Schema.String),
  owner: Account,
  created_at: Schema.optional(Time),
  stargazers_count: Schema.optional(Schema.Int),
  clone_url: Schema.optional(Schema.String),
  fork: Schema.optional(Schema.Boolean),
  /** What a fork was made of, and the first one of all forks. */
  parent: Schema.optional(Schema.NullOr(Origin)),
  source: Schema.optional(Schema.NullOr(Origin)),
  /** Kilobytes. */
  size: Schema.optional(Schema.Number),
  has_issues: Schema.optional(Schema.Boolean),
  /** Settings of February 2026 (docs/world.md). */
  has_pull_requests: Schema.optional(Schema.Boolean),
  pull_request_creation_policy: Schema.optional(Schema.String)
})

const Issue = Schema.Struct({
  number: Schema.Int,
  title: OneLine,
  state: Schema.Literal("open", "closed"),
  user: Schema.NullOr(Account),
  pull_request: Schema.optional(Schema.Unknown)
})

const Place = Schema.Struct({ number: Schema.Int, repository_url: Schema.String })

export const Gist = Schema.Struct({
  id: Schema.String,
  public: Schema.Boolean,
  owner: Schema.optional(Schema.NullOr(Account)),
  files: Schema.Record({
    key: Schema.String,
    value: Schema.NullOr(Schema.Struct({ filename: Schema.String, content: Schema.String, truncated: Schema.optional(Schema.Boolean) }))
  })
})

/** A gist may hold 300 files of a megabyte each, but one that proves a link has only a few hundred bytes. */
const MAX_GIST_BYTES = 1_048_576

const Associated = Schema.Array(Schema.Struct({ author_association: Schema.String, user: Schema.NullOr(Account) }))

/** An issue, or why it is not at its place. */
export type Whereabouts<A> =
  | { readonly _tag: "Found"; readonly found: A }
  | { readonly _tag: "Deleted" }
  | { readonly _tag: "Moved"; readonly to: string | null }
  | { readonly _tag: "Missing" }

export type IssueAnswer =
  | {
      readonly _tag: "Found"
      readonly title: string
      readonly open: boolean
      readonly author: typeof Account.Type | null
      readonly isPullRequest: boolean
    }
  | Exclude<Whereabouts<never>, { readonly _tag: "Found" }>

const unexpected = (operation: string, { status }: Answer) =>
  new GitHubUnavailable({ operation, status, why: "that status is not expected here" })

/** One of the errors of a GraphQL answer. `path`: the part of the answer that it is about. */
export type GraphqlError = NonNullable<(typeof Envelope.Type)["errors"]>[number]

/** Whether a path of an answer is the repository `.github`, in which an account keeps what holds for all of its repositories. Most have none. */
export const isHome = (path: ReadonlyArray<unknown>): boolean => path.slice(1).join(".") === "owner.home"

const MISSING: ReadonlySet<string> = new Set(["repository", "repository.issue"])

/** A missing repository or issue is an answer. A missing node below it, such as an issue's closer, makes the answer incomplete. */
const isMissing = ({ type, path = [] }: GraphqlError) => type === "NOT_FOUND" && (MISSING.has(path.join(".")) || isHome(path))

/** GraphQL's names for the primary limit, as an error's `type` or `code` (docs/world.md). */
const LIMITS: ReadonlySet<string | undefined> = new Set(["RATE_LIMITED", "RATE_LIMIT", "graphql_rate_limit"])

/** Secondary limits have no name, only a text. In a named error the text does not count: it may quote strangers. */
const limitOf = ({ type, code, message }: GraphqlError) =>
  LIMITS.has(type) || LIMITS.has(code) ? (limitInText(message) ?? "primary") : type === undefined ? limitInText(message) : undefined

/** The query has a field that the server does not know. */
const isUnknownField = ({ extensions }: GraphqlError) => extensions?.code === "undefinedField"

/** Limits of one query's work and nodes. Their names: https://github.blog/changelog/2025-09-01-graphql-api-resource-limits/. */
const TOO_MUCH: ReadonlySet<string | undefined> = new Set(["RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"])

/** The texts of GitHub's unnamed error for a query that took too long (docs/world.md). */
const TOOK_TOO_LONG = /something went wrong while executing your query|timed? ?out|respond to your request in time/i

const tooMuchIn = (errors: ReadonlyArray<GraphqlError>): Rejection | undefined => {
  const certain = errors.find(({ type }) => TOO_MUCH.has(type))
  const found = certain ?? errors.find(({ type, message }) => type === undefined && TOOK_TOO_LONG.test(message))
  return found === undefined ? undefined : { _tag: "TooMuch", why: found.message, isCertain: certain !== undefined }
}

/** GraphQL reports failures and used-up limits in a body with status 200. */
const rejectGraphql =
  (isAnswer: (error: GraphqlError) => boolean) =>
  (data: unknown): Rejection | undefined => {
    const envelope = Option.getOrUndefined(Schema.decodeUnknownOption(Envelope)(data))
    if (envelope === undefined) return { _tag: "Again", why: "its answer is not a GraphQL answer" }
    const { errors = [] } = envelope
    for (const error of errors) {
      const kind = limitOf(error)
      if (kind !== undefined) return { _tag: "RateLimited", kind }
    }
    const tooMuch = tooMuchIn(errors)
    if (tooMuch !== undefined) return tooMuch
    const failed = errors.find((error) => !isAnswer(error) && !isUnknownField(error))
    return failed === undefined ? undefined : { _tag: "Again", why: failed.message, forbidden: failed.type === "FORBIDDEN" }
  }

/** Whether GraphQL did not find everything that was asked for. */
const isNotFound = (data: unknown): boolean =>
  Option.exists(
    Schema.decodeUnknownOption(Envelope)(data),
    ({ errors }) => errors?.some(({ path = [], type }) => type === "NOT_FOUND" && !isHome(path)) === true
  )

/** `reserve`: the share of every rate limit, from 0 to 1, that these requests leave to others. */
export const make = (transport: Transport, hasToken: boolean, reserve?: number) => {
  // Whether the server knows all of GitHub's young fields, as far as it was asked.
  let knowsYoungFields = true
  const ask = (question: Question) => transport.ask(reserve === undefined ? question : { ...question, reserve })

  const understand = <A, I>(operation: string, schema: Schema.Schema<A, I>, data: unknown) =>
    Effect.mapError(
      Schema.decodeUnknown(schema)(data),
      (error) => new GitHubUnavailable({ operation, why: `its answer could not be decoded: ${problemOf(error)}` })
    )

  /** The decoded answer with the parameters of the next page; none for status 404. */
  const optionalPage = <A, I>(question: Question, schema: Schema.Schema<A, I>) =>
    Effect.flatMap(ask(question), (answer) => {
      if (answer.status === 404) return Effect.succeedNone
      if (answer.status !== 200) return Effect.fail(unexpected(question.operation, answer))
      return Effect.asSome(
        Effect.map(understand(question.operation, schema, answer.data), (value) => ({ value, next: nextPageIn(answer.headers.link) }))
      )
    })

  const optional = <A, I>(question: Question, schema: Schema.Schema<A, I>) =>
    Effect.map(
      optionalPage(question, schema),
      Option.map(({ value }) => value)
    )

  const repository = (name: RepositoryName) =>
    optional({ operation: `read ${name}`, route: "GET /repos/{owner}/{repo}", parameters: splitRepository(name) }, Repository)

  const repositoryById = (id: number) =>
    optional({ operation: `read repository ${id}`, route: "GET /repositories/{id}", parameters: { id } }, Repository)

  /** The `owner/name#number` of the issue at an API address; null if there is none. */
  const placeAt = (operation: string, url: string) =>
    Effect.map(ask({ operation, route: `GET ${url}` }), ({ data }) =>
      Option.match(Schema.decodeUnknownOption(Place)(data), {
        onNone: () => null,
        onSome: ({ number, repository_url }) => `${repository_url.split("/").slice(-2).join("/")}#${number}`
      })
    )

  /** `ref` must have the repository's present name, so that a redirect means a transfer. */
  const issueAs = <A, I>(ref: IssueRef, schema: Schema.Schema<A, I>): Effect.Effect<Whereabouts<A>, GitHubUnavailable> =>
    Effect.gen(function* () {
      const operation = `read ${ref}`
      const answer = yield* ask({
        operation,
        route: "GET /repos/{owner}/{repo}/issues/{number}",
        parameters: { ...ref.ownerAndName, number: ref.number },
        keepRedirect: true
      })
      switch (answer.status) {
        case 200:
          return { _tag: "Found", found: yield* understand(operation, schema, answer.data) }
        case 301:
          return { _tag: "Moved", to: answer.headers.location === undefined ? null : yield* placeAt(operation, answer.headers.location) }
        case 404:
          return { _tag: "Missing" }
        case 410:
          // GitHub also answers 410 while a repository's issues are switched off.
          if (/disabled/i.test(messageIn(answer.data)))
            return yield* new GitHubUnavailable({ operation, status: 410, why: messageIn(answer.data) })
          return { _tag: "Deleted" }
        default:
          return yield* unexpected(operation, answer)
      }
    })

  const issue = (ref: IssueRef): Effect.Effect<IssueAnswer, GitHubUnavailable> =>
    Effect.map(issueAs(ref, Issue), (answer) => {
      if (answer._tag !== "Found") return answer
      const { title, state, user, pull_request } = answer.found
      return { _tag: "Found", title, open: state === "open", author: user, isPullRequest: pull_request !== undefined }
    })

  const userById = (id: number) => optional({ operation: `read account ${id}`, route: "GET /user/{id}", parameters: { id } }, Account)

  const gist = (id: string) =>
    optional({ operation: `read gist ${id}`, route: "GET /gists/{id}", parameters: { id }, maxBytes: MAX_GIST_BYTES }, Gist)

  /** An account's newest issue or pull request in a repository, which shows its association. */
  const associations = (name: RepositoryName, login: string) =>
    optional(
      {
        operation: `read what ${login} is to ${name}`,
        route: "GET /repos/{owner}/{repo}/issues",
        parameters: { ...splitRepository(name), creator: login, state: "all", sort: "created", direction: "desc", per_page: 1 }
      },
      Associated
    )

  /**
   * Asks about several things with one query. If the query is too much for GitHub, asks again about fewer of them, in the end about the first alone,
   * and then with smaller pages. `about`: the things that the answer covers, the first of those given. `isAnswer`: which GraphQL errors are answers
   * to the question, such as "not found".
   */
  const graphqlAbout = <T, A, I>(
    operation: string,
    things: ReadonlyArray<T>,
    askFor: (things: ReadonlyArray<T>) => { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
    schema: Schema.Schema<A, I>,
    isAnswer: (error: GraphqlError) => boolean
  ) => {
    const attempt = (
      about: ReadonlyArray<T>,
      query: string
    ): Effect.Effect<{ readonly answer: A; readonly about: ReadonlyArray<T> }, GitHubUnavailable> => {
      const fewer = about.length > 1 ? about.slice(0, smallerBy(about.length)) : about
      const smaller = about.length > 1 ? askFor(fewer).query : withSmallerPages(query)
      const { variables } = askFor(about)
      const question: Question = {
        operation,
        route: GRAPHQL,
        parameters: { query, variables },
        isShrinkable: smaller !== undefined,
        isAbsence: isNotFound,
        reject: rejectGraphql(isAnswer)
      }
      const answered = Effect.gen(function* () {
        const { data, errors = [] } = yield* understand(operation, Envelope, (yield* ask(question)).data)
        if (errors.some(isUnknownField)) {
          const older = withoutYoungFields(query)
          knowsYoungFields = false
          if (older !== undefined) return yield* attempt(about, older)
        }
        return { answer: yield* understand(operation, schema, data), about }
      })
      return smaller === undefined
        ? answered
        : Effect.catchIf(
            answered,
            (error) => isTakenBack(question, error),
            () => attempt(fewer, smaller)
          )
    }
    const { query } = askFor(things)
    return hasToken
      ? attempt(things, knowsYoungFields ? query : (withoutYoungFields(query) ?? query))
      : Effect.fail(new GitHubUnavailable({ operation, why: "GitHub answers this only to a token: set GITTENSOR_GITHUB_TOKEN" }))
  }

  /** As `graphqlAbout`, for one thing. */
  const graphql = <A, I>(
    operation: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: Schema.Schema<A, I>,
    isAnswer: (error: GraphqlError) => boolean = isMissing
  ) =>
    Effect.map(
      graphqlAbout(operation, [operation], () => ({ query, variables }), schema, isAnswer),
      ({ answer }) => answer
    )

  return {
    graphqlAbout,
    ask,
    understand,
    optional,
    optionalPage,
    repository,
    repositoryById,
    issueAs,
    issue,
    userById,
    gist,
    associations,
    graphql
  }
}

export type Rest = ReturnType<typeof make>
