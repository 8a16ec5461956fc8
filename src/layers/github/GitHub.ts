/**
 * What the program asks of GitHub: of api.github.com, or of whatever speaks like it at GITTENSOR_GITHUB_URL (an Enterprise server, the dev
 * chain's stand-in). Reading needs a token only where GitHub's GraphQL is asked (`issueEvidence`).
 */
import { Cache, Context, Data, Duration, Effect, Equal, Exit, Hash, Layer, Option } from "effect"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { IssueRef, type RepositoryName } from "../../domain/IssueRef.ts"
import { uninterruptedByOthers } from "../cachedOutcome.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import {
  AccountNotFound,
  BadToken,
  GistNotFound,
  type GitHubUnavailable,
  IssueClosed,
  IssueMoved,
  IssueNotFound,
  NotAnIssue,
  RepositoryArchived,
  RepositoryNotFound,
  RepositoryPrivate
} from "./errors.ts"
import * as evidence from "./evidence/readEvidence.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export * from "./errors.ts"

export interface GitHubAccount {
  readonly id: number
  readonly login: string
}

/** An issue that may get a bounty. */
export interface RegistrableIssue {
  /** As the repository is called today. */
  readonly ref: IssueRef
  readonly repositoryId: number
  readonly title: string
  /** null when the account is gone. */
  readonly authorId: number | null
  readonly authorLogin: string | null
}

export type RegistrationRefused =
  | IssueNotFound
  | IssueMoved
  | IssueClosed
  | NotAnIssue
  | RepositoryNotFound
  | RepositoryPrivate
  | RepositoryArchived

export interface Gist {
  readonly id: string
  readonly public: boolean
  /** null of an anonymous gist. */
  readonly ownerId: number | null
  readonly ownerLogin: string | null
  readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>
}

export interface NewGist {
  readonly description: string
  readonly public: boolean
  readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>
}

export class GitHub extends Context.Tag("gittensor/GitHub")<
  GitHub,
  {
    /**
     * The issue, if it may get a bounty: it exists, is open, is no pull request, in a public repository that takes changes. `recent`: an answer of
     * the last minutes will do.
     */
    readonly issueForRegistration: (
      ref: IssueRef,
      when?: "now" | "recent"
    ) => Effect.Effect<RegistrableIssue, RegistrationRefused | GitHubUnavailable>
    /** The public record that a verdict stands on. It is never `GitHubSilent`: silence is the error. */
    readonly issueEvidence: (
      ref: IssueRef,
      options?: evidence.EvidenceOptions
    ) => Effect.Effect<IssueEvidence, NotAnIssue | GitHubUnavailable>
    readonly gist: (id: string) => Effect.Effect<Gist, GistNotFound | GitHubUnavailable>
    /** Published by the account of the token. */
    readonly createGist: (gist: NewGist) => Effect.Effect<Gist, BadToken | GitHubUnavailable>
    /** The account of the token. */
    readonly viewer: Effect.Effect<GitHubAccount, BadToken | GitHubUnavailable>
    readonly userById: (id: number) => Effect.Effect<GitHubAccount, AccountNotFound | GitHubUnavailable>
    /**
     * What an account is to a repository, in GitHub's words (OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE …), as the public record has it:
     * the repository's owner, else what GitHub writes on the account's newest issue or pull request there, else NONE. GitHub shows the
     * list of collaborators only to those who may push, and a private membership to nobody else. An answer of the last hours will do: many miners
     * enrol for many issues, and each would cost two requests every round.
     */
    readonly associationOf: (
      account: number,
      repository: RepositoryName
    ) => Effect.Effect<string, AccountNotFound | RepositoryNotFound | GitHubUnavailable>
  }
>() {}

/** A gist as GitHub's REST writes it. */
export const gistOf = ({ id, public: isPublic, owner, files }: typeof Rest.Gist.Type): Gist => ({
  id,
  public: isPublic,
  ownerId: owner?.id ?? null,
  ownerLogin: owner?.login ?? null,
  files: Object.values(files).flatMap((file) =>
    file === null || file.truncated === true ? [] : [{ name: file.filename, content: file.content }]
  )
})

class Membership extends Data.Class<{ readonly account: number; readonly name: RepositoryName }> {}

/** An issue by its key alone, in whatever letters it is written. */
class Sought implements Equal.Equal {
  readonly ref: IssueRef
  constructor(ref: IssueRef) {
    this.ref = ref
  }
  [Equal.symbol](that: Equal.Equal): boolean {
    return that instanceof Sought && that.ref.key === this.ref.key
  }
  [Hash.symbol](): number {
    return Hash.string(this.ref.key)
  }
}

/** An answer of GitHub's, also one that says no, is good for a while; that there was none is not. */
const goodFor = (time: Duration.Duration) => (exit: Exit.Exit<unknown, { readonly _tag: string }>) =>
  Exit.isSuccess(exit) || (exit.cause._tag === "Fail" && exit.cause.error._tag !== "GitHubUnavailable") ? time : Duration.zero

/** For so long an issue that was open is not asked for again by validators who attest: most of a round. */
const RECENT = Duration.minutes(10)

const ASSOCIATIONS = { capacity: 65_536, fresh: Duration.hours(6) } as const

/** The service with settings of one's own. */
export const makeWith = Effect.fn("GitHub.make")(function* (settings: GitHubSettings) {
  const transport = yield* Transport.make(settings)
  const rest = Rest.make(transport, settings.tokens.length > 0)

  const repositoryNamed = (name: RepositoryName) =>
    Effect.flatMap(
      rest.repository(name),
      Option.match({ onNone: () => Effect.fail(new RepositoryNotFound({ repository: name })), onSome: Effect.succeed })
    )

  const issueNow = Effect.fn("GitHub.issueForRegistration")(function* (ref: IssueRef) {
    yield* Effect.annotateCurrentSpan("issue", ref.toString())
    const repository = yield* repositoryNamed(ref.repository)
    if (repository.private) return yield* new RepositoryPrivate({ repository: ref.repository })
    if (repository.archived || repository.disabled) return yield* new RepositoryArchived({ repository: ref.repository })
    const canonical = new IssueRef({ repository: repository.full_name, number: ref.number })
    const issue = yield* rest.issue(canonical)
    switch (issue._tag) {
      case "Missing":
        return yield* new IssueNotFound({ ref, deleted: false })
      case "Deleted":
        return yield* new IssueNotFound({ ref, deleted: true })
      case "Moved":
        return yield* new IssueMoved({ ref, to: issue.to })
      case "Found":
        if (issue.isPullRequest) return yield* new NotAnIssue({ ref })
        if (!issue.open) return yield* new IssueClosed({ ref })
        return {
          ref: canonical,
          repositoryId: repository.id,
          title: issue.title,
          authorId: issue.author?.id ?? null,
          authorLogin: issue.author?.login ?? null
        }
    }
  })

  const recentIssues = yield* Cache.makeWith({
    capacity: 4_096,
    lookup: ({ ref }: Sought) => issueNow(ref),
    timeToLive: goodFor(settings.issuesFresh ?? RECENT)
  })
  const issueForRegistration = (ref: IssueRef, when: "now" | "recent" = "now") =>
    when === "now" ? issueNow(ref) : uninterruptedByOthers(recentIssues.get(new Sought(ref)))

  const issueEvidence = Effect.fn("GitHub.issueEvidence")(function* (ref: IssueRef, options?: evidence.EvidenceOptions) {
    yield* Effect.annotateCurrentSpan("issue", ref.toString())
    return yield* evidence.read(rest, ref, options)
  })

  const gist = Effect.fn("GitHub.gist")(function* (id: string) {
    yield* Effect.annotateCurrentSpan("gist", id)
    const found = yield* rest.gist(id)
    return yield* Option.match(found, { onNone: () => new GistNotFound({ gist: id }), onSome: (one) => Effect.succeed(gistOf(one)) })
  })

  /** What the token's account does itself: without a good token it is that which is wrong, not GitHub. */
  const asTokensOwner = (question: Transport.Question): Effect.Effect<Transport.Answer, BadToken | GitHubUnavailable> =>
    settings.tokens.length === 0
      ? new BadToken({ operation: question.operation, why: "it needs a token, set GITTENSOR_GITHUB_TOKEN" })
      : rest.ask(question).pipe(
          Effect.catchIf(
            ({ forbidden }) => forbidden === true,
            ({ operation, why }) => new BadToken({ operation, why })
          ),
          Effect.filterOrFail(
            ({ status }) => status === 200 || status === 201,
            ({ status }) => new BadToken({ operation: question.operation, why: `status ${status}: may the token do this?` })
          )
        )

  const createGist = Effect.fn("GitHub.createGist")(function* (wanted: NewGist) {
    const operation = "publish a gist"
    const { data } = yield* asTokensOwner({
      operation,
      route: "POST /gists",
      parameters: {
        description: wanted.description,
        public: wanted.public,
        files: Object.fromEntries(wanted.files.map(({ name, content }) => [name, { content }]))
      }
    })
    return gistOf(yield* rest.understand(operation, Rest.Gist, data))
  })

  const viewer = Effect.gen(function* () {
    const operation = "read the token's account"
    const { data } = yield* asTokensOwner({ operation, route: "GET /user" })
    return yield* rest.understand(operation, Rest.Account, data)
  }).pipe(Effect.withSpan("GitHub.viewer"))

  const userById = Effect.fn("GitHub.userById")(function* (id: number) {
    const found = yield* rest.userById(id)
    return yield* Option.match(found, { onNone: () => new AccountNotFound({ account: id }), onSome: Effect.succeed })
  })

  const associationNow = Effect.fn("GitHub.associationOf")(function* (account: number, name: RepositoryName) {
    const repository = yield* repositoryNamed(name)
    if (repository.owner.id === account) return "OWNER"
    const { login } = yield* userById(account)
    const newest = yield* rest.associations(repository.full_name, login)
    const own = Option.getOrElse(newest, () => []).find(({ user }) => user?.id === account)
    return own?.author_association ?? "NONE"
  })
  const associationsFresh = settings.associationsFresh ?? ASSOCIATIONS.fresh
  const associations = yield* Cache.makeWith({
    capacity: ASSOCIATIONS.capacity,
    lookup: ({ account, name }: Membership) => associationNow(account, name),
    timeToLive: goodFor(associationsFresh)
  })
  // A Cache gives what is good for no time at all for the rest of its millisecond.
  const associationOf = Duration.isZero(associationsFresh)
    ? associationNow
    : (account: number, name: RepositoryName) => uninterruptedByOthers(associations.get(new Membership({ account, name })))

  return GitHub.of({ issueForRegistration, issueEvidence, gist, createGist, viewer, userById, associationOf })
})

export const make = Effect.flatMap(gitHubSettings, makeWith)

/** The service by the configuration: GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT, _PATIENCE. */
export const layer = Layer.effect(GitHub, make)
