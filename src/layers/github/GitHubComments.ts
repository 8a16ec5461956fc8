/**
 * Writes comments on issues, and statuses on pull requests' heads, with a token of its own. A request without an answer may have taken effect. So no
 * create request is repeated here: the caller searches for the comment before it tries again.
 */
import { Config, Context, Effect, Layer, Option, type Redacted, Schema } from "effect"
import type { ConsentFile, ConsentRecord } from "../../domain/consent.ts"
import { IssueNumber, IssueRef, parse, type RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import type { RepositoryChoices } from "../../domain/repositoryChoices.ts"
import { messageIn } from "./client/answers.ts"
import { PAGE, readList, slimmed } from "./client/pages.ts"
import { make as makeRefusedTokens, RefusedTokens } from "./client/RefusedTokens.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { STATUS_CONTEXT } from "./display/ownStatus.ts"
import { GitHubUnavailable } from "./errors.ts"
import { readChosenThere } from "./open/chosenThere.ts"
import { readConsent } from "./open/consent.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export { GitHubUnavailable } from "./errors.ts"

/** Where an issue is now. */
export interface Place {
  readonly repository: RepositoryName
  readonly number: IssueNumber
  readonly isLocked: boolean
}

export interface Comment {
  readonly id: number
  readonly body: string
  /** The author's id; null when the account is gone. */
  readonly author: number | null
  /** Whether somebody with triage rights hid it. */
  readonly isHidden: boolean
  /** How many reactions it has, of all kinds; null where GitHub does not say. */
  readonly reactions: number | null
}

export interface Chosen {
  /** `owner/name` today. */
  readonly repository: string
  readonly isArchived: boolean
  readonly choices: RepositoryChoices
  readonly file: ConsentFile
}

export interface Head {
  /** The base repository, by its present name. GitHub keeps the commits of forks there too, under `refs/pull` (docs/world.md). */
  readonly repository: RepositoryName
  readonly number: IssueNumber
  readonly sha: string
  /** The id of the pull request's author; null when the account is gone. */
  readonly author: number | null
}

/** The text of a commit status. */
export interface StatusText {
  readonly description: string
  /** The URL that it links to. */
  readonly target: string
}

export interface Status extends StatusText {
  readonly state: string
  /** The id of the account that created it; null when the account is gone. */
  readonly author: number | null
}

/** GitHub refused a comment or a status, so there is none: the issue is locked or gone, or the token may not write there. */
export class NotWritten extends Schema.TaggedError<NotWritten>()("NotWritten", {
  what: Schema.Literal("comment", "status"),
  ref: IssueRef,
  why: Schema.String
}) {
  override get message() {
    return `GitHub takes no ${this.what} on ${this.ref}: ${this.why}`
  }
}

export class GitHubComments extends Context.Tag("gittensor/GitHubComments")<
  GitHubComments,
  {
    /** The account that writes. */
    readonly author: Effect.Effect<number, GitHubUnavailable>
    /** Where an issue is now, after renames and transfers; null: GitHub shows no such issue in a public repository that is in use. That is no proof that it is gone. */
    readonly place: (ref: IssueRef) => Effect.Effect<Place | null, GitHubUnavailable>
    /** The maintainers' choices for a repository; null: GitHub shows no file, and does not prove that there is none. */
    readonly choices: (repository: RepositoryName) => Effect.Effect<Chosen | null, GitHubUnavailable>
    /** What refuses a bounty on an issue; null: GitHub does not show the issue. */
    readonly consent: (ref: IssueRef) => Effect.Effect<ConsentRecord | null, GitHubUnavailable>
    /** The author's oldest comment on an issue that begins with the mark; null: GitHub shows none. `since`: milliseconds since 1970. */
    readonly find: (place: Place, mark: string, author: number, since: number) => Effect.Effect<Comment | null, GitHubUnavailable>
    /** null: GitHub does not show it. */
    readonly read: (place: Place, id: number) => Effect.Effect<Comment | null, GitHubUnavailable>
    /** Creates a comment, by one request without retries. `GitHubUnavailable`: it may have been created. */
    readonly create: (place: Place, body: string) => Effect.Effect<Comment, NotWritten | GitHubUnavailable>
    /** Replaces a comment's text. */
    readonly edit: (place: Place, id: number, body: string) => Effect.Effect<Comment, NotWritten | GitHubUnavailable>
    /** The head of a pull request, after renames; null: GitHub shows none in a public repository that is in use. */
    readonly head: (ref: IssueRef) => Effect.Effect<Head | null, GitHubUnavailable>
    /** The newest status of an index on a head; null: there is none. */
    readonly status: (head: Head) => Effect.Effect<Status | null, GitHubUnavailable>
    /** Creates a status on a head, by one request without retries. `GitHubUnavailable`: it may have been created. */
    readonly say: (head: Head, said: StatusText) => Effect.Effect<void, NotWritten | GitHubUnavailable>
  }
>() {}

const WrittenComment = Schema.Struct({
  id: Schema.Int,
  body: Schema.optional(Schema.NullOr(Schema.String)),
  user: Schema.NullOr(Rest.Account),
  /** Null, or left out by older servers: it is not hidden. */
  minimized: Schema.optional(Schema.NullOr(Schema.Struct({ reason: Schema.NullOr(Schema.String) }))),
  reactions: Schema.optional(Schema.Struct({ total_count: Schema.Int }))
})
const Conversation = Schema.Struct({ locked: Schema.Boolean })

const Pull = Schema.Struct({
  number: IssueNumber,
  user: Schema.NullOr(Rest.Account),
  head: Schema.Struct({ sha: Schema.String }),
  base: Schema.Struct({ repo: Rest.Repository })
})

const WrittenStatus = Schema.Struct({
  id: Schema.Int,
  state: Schema.String,
  context: Schema.String,
  description: Schema.NullOr(Schema.String),
  target_url: Schema.NullOr(Schema.String),
  creator: Schema.NullOr(Rest.Account)
})

/**
 * The state of every status. An index must never block a merge, nor change the combined state of the checks
 * (docs/decisions/status-always-says-success.md).
 */
const STATE = "success"

const commentOf = ({ body, id, minimized, reactions, user }: typeof WrittenComment.Type): Comment => ({
  id,
  body: body ?? "",
  author: user?.id ?? null,
  isHidden: minimized != null,
  reactions: reactions?.total_count ?? null
})

/** The most pages of a head's statuses that are read, newest first. Strangers can create any number of statuses in a repository of their own. */
const MOST_STATUS_PAGES = 5

/** Redirects followed from an issue's old place to its present one. */
const MOST_MOVES = 3

const isRefused = ({ forbidden, limited, status }: GitHubUnavailable): boolean => forbidden === true && limited !== true && status === 403

/** The service with the caller's settings, whose tokens are those of the account that writes. */
export const makeWith = Effect.fn("GitHubComments.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)

  const author = Effect.gen(function* () {
    const operation = "read the account that writes comments"
    const found = yield* rest.optional({ operation, route: "GET /user" }, Rest.Account)
    return yield* Option.match(found, {
      onNone: () => Effect.fail(new GitHubUnavailable({ operation, why: "its token is not an account's" })),
      onSome: ({ id }) => Effect.succeed(id)
    })
  })

  const placeAfter = (ref: IssueRef, moves: number): Effect.Effect<Place | null, GitHubUnavailable> =>
    Effect.gen(function* () {
      const repository = Option.getOrUndefined(yield* rest.repository(ref.repository))
      if (repository === undefined || repository.private || repository.archived || repository.disabled) return null
      const { full_name } = repository
      const found = yield* rest.issueAs(new IssueRef({ repository: full_name, number: ref.number }), Conversation)
      if (found._tag === "Found") return { repository: full_name, number: ref.number, isLocked: found.found.locked }
      if (found._tag !== "Moved" || found.to === null || moves === 0) return null
      const next = yield* Effect.option(parse(found.to))
      return Option.isNone(next) ? null : yield* placeAfter(next.value, moves - 1)
    })

  const choices = Effect.fn("GitHubComments.choices")(function* (repository: RepositoryName) {
    const found = yield* readChosenThere(rest, repository)
    if (found === null || found.choices === null) return null
    const { choices, file, isArchived, repository: name } = found
    return { repository: name, isArchived, choices, file } satisfies Chosen
  })

  const find = Effect.fn("GitHubComments.find")(function* (place: Place, mark: string, by: number, since: number) {
    const page = Schema.Array(WrittenComment)
    const operation = `list the comments on ${place.repository}#${place.number}`
    const all = yield* readList(rest, {
      question: {
        operation,
        route: "GET /repos/{owner}/{repo}/issues/{number}/comments",
        parameters: { ...splitRepository(place.repository), number: place.number, since: new Date(since).toISOString() },
        slim: slimmed(page)
      },
      page,
      nameOf: ({ id }) => id
    })
    // A list that GitHub does not show is not empty: to take it for empty would write a second comment.
    if (all === null) return yield* new GitHubUnavailable({ operation, why: "it does not show that list" })
    const own = all.map(commentOf).filter(({ author, body }) => author === by && body.startsWith(mark))
    return own.toSorted((one, other) => one.id - other.id)[0] ?? null
  })

  const read = Effect.fn("GitHubComments.read")(function* (place: Place, id: number) {
    const found = yield* rest.optional(
      {
        operation: `read comment ${id} of ${place.repository}`,
        route: "GET /repos/{owner}/{repo}/issues/comments/{id}",
        parameters: { ...splitRepository(place.repository), id }
      },
      WrittenComment
    )
    return Option.getOrNull(Option.map(found, commentOf))
  })

  /** Any answer but the comment or status is a refusal. A missing answer is no refusal. */
  const write = (what: NotWritten["what"], { repository, number }: Pick<Place, "repository" | "number">, question: Transport.Question) => {
    const refused = (why: string) => new NotWritten({ what, ref: new IssueRef({ repository, number }), why })
    return Effect.gen(function* () {
      const { status, data } = yield* Effect.catchIf(rest.ask({ ...question, keepRedirect: true }), isRefused, ({ why }) => refused(why))
      if (status !== 200 && status !== 201) return yield* refused(messageIn(data) || `status ${status}`)
      return data
    })
  }

  const writeComment = (place: Place, question: Transport.Question) =>
    Effect.flatMap(write("comment", place, question), (data) =>
      Effect.map(rest.understand(question.operation, WrittenComment, data), commentOf)
    )

  const create = Effect.fn("GitHubComments.create")((place: Place, body: string) =>
    writeComment(place, {
      operation: `comment on ${place.repository}#${place.number}`,
      route: "POST /repos/{owner}/{repo}/issues/{number}/comments",
      parameters: { ...splitRepository(place.repository), number: place.number, body },
      isSentOnce: true
    })
  )

  const edit = Effect.fn("GitHubComments.edit")((place: Place, id: number, body: string) =>
    writeComment(place, {
      operation: `edit comment ${id} of ${place.repository}`,
      route: "PATCH /repos/{owner}/{repo}/issues/comments/{id}",
      parameters: { ...splitRepository(place.repository), id, body }
    })
  )

  const head = Effect.fn("GitHubComments.head")(function* (ref: IssueRef) {
    const question = {
      operation: `read the head of ${ref}`,
      route: "GET /repos/{owner}/{repo}/pulls/{number}",
      parameters: { ...ref.ownerAndName, number: ref.number },
      slim: slimmed(Pull)
    }
    const found = Option.getOrUndefined(yield* rest.optional(question, Pull))
    if (found === undefined) return null
    const { private: isPrivate, archived, disabled, full_name } = found.base.repo
    if (isPrivate || archived || disabled) return null
    return { repository: full_name, number: found.number, sha: found.head.sha, author: found.user?.id ?? null }
  })

  const status = Effect.fn("GitHubComments.status")(function* ({ repository, number, sha }: Head) {
    const page = Schema.Array(WrittenStatus)
    const operation = `list the statuses of ${repository}#${number}`
    const all = yield* readList(rest, {
      question: {
        operation,
        route: "GET /repos/{owner}/{repo}/commits/{sha}/statuses",
        parameters: { ...splitRepository(repository), sha },
        slim: slimmed(page)
      },
      page,
      nameOf: ({ id }) => id,
      most: MOST_STATUS_PAGES
    })
    if (all === null) return yield* new GitHubUnavailable({ operation, why: "it does not show that list" })
    const newest = all.find(({ context }) => context === STATUS_CONTEXT)
    // An older status of an index may be on a page that is not read, and must not be created again.
    if (newest === undefined && all.length >= MOST_STATUS_PAGES * PAGE)
      return yield* new GitHubUnavailable({ operation, why: `none of the newest ${all.length} is an index's` })
    if (newest === undefined) return null
    const { state, description, target_url, creator } = newest
    return { state, description: description ?? "", target: target_url ?? "", author: creator?.id ?? null }
  })

  const say = Effect.fn("GitHubComments.say")((at: Head, { description, target }: StatusText) =>
    Effect.asVoid(
      write("status", at, {
        operation: `put a status on ${at.repository}#${at.number}`,
        route: "POST /repos/{owner}/{repo}/statuses/{sha}",
        parameters: {
          ...splitRepository(at.repository),
          sha: at.sha,
          state: STATE,
          context: STATUS_CONTEXT,
          description,
          target_url: target
        },
        isSentOnce: true
      })
    )
  )

  return GitHubComments.of({
    consent: Effect.fn("GitHubComments.consent")((ref: IssueRef) => readConsent(rest, ref, false)),
    author,
    place: Effect.fn("GitHubComments.place")((ref: IssueRef) => placeAfter(ref, MOST_MOVES)),
    choices,
    find,
    read,
    create,
    edit,
    head,
    status,
    say
  })
})

const TOKEN = "GITTENSOR_GITHUB_COMMENTS_TOKEN"

/** The token of the account that writes comments. */
export const commentsToken = Config.redacted(Config.nonEmptyString(TOKEN))

/** Configured as other requests to GitHub are, but with this token, whose refusals are not those of the tokens that read. */
export const layer = (token: Redacted.Redacted) =>
  Layer.scoped(
    GitHubComments,
    Effect.flatMap(gitHubSettings, (settings) => makeWith({ ...settings, tokens: [token] })).pipe(
      Effect.provideServiceEffect(RefusedTokens, makeRefusedTokens(true, TOKEN))
    )
  )
