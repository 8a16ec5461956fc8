/**
 * GitHub's API, at api.github.com or at GITTENSOR_GITHUB_URL (an Enterprise server, or the stand-in of the dev chain). Of the reads, only
 * `issueEvidence` needs a token, because it uses GraphQL.
 */
import { Cache, Context, Data, Duration, Effect, Equal, Exit, Hash, Layer, Option } from "effect"
import type { ConsentRecord } from "../../domain/consent.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { IssueRef, type RepositoryName } from "../../domain/IssueRef.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import { GitHistory } from "../git/history/GitHistory.ts"
import { uninterruptedByOthers } from "../machine/effects/cachedOutcome.ts"
import { type Absences, processAbsences as sharedAbsences } from "./Absences.ts"
import { associationIn, publicMembersBy } from "./associations.ts"
import type { Answer } from "./client/answers.ts"
import * as Rest from "./client/rest.ts"
import type { Question } from "./client/transport.ts"
import * as Transport from "./client/transport.ts"
import { conditionOf } from "./condition.ts"
import { AccountNotFound, GistNotFound, type GitHubUnavailable, IssueNotFound, RepositoryNotFound } from "./errors.ts"
import { hasMoved } from "./evidence/activity.ts"
import { comparesAsContained } from "./evidence/defaultBranch.ts"
import { type EvidenceOptions, readEvidence } from "./evidence/readEvidence.ts"
import { type LandedOptions, readLandedFor } from "./evidence/readLandedFor.ts"
import { readAuthors } from "./open/authors.ts"
import { readConsent } from "./open/consent.ts"
import { readInteractionLimit } from "./open/interactions.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export * from "./errors.ts"

export interface GitHubAccount {
  readonly id: number
  readonly login: string
}

/** An issue that may get a bounty. */
export interface RegistrableIssue {
  /** With the repository's present name. */
  readonly ref: IssueRef
  readonly repositoryId: number
  readonly title: string
  /** null when the account is gone. */
  readonly authorId: number | null
  readonly authorLogin: string | null
}

export type RegistrationRefused = IssueNotFound | RepositoryNotFound | OperationFailed

export interface RepositoryFacts {
  /** Milliseconds since 1970. Undefined: GitHub does not say. */
  readonly createdAt: number | undefined
  readonly stars: number | undefined
  readonly ownerId: number
  /** The ids of the authors of its newest issues and commits; null: GitHub names no account. */
  readonly issueAuthors: ReadonlyArray<number | null>
  readonly commitAuthors: ReadonlyArray<number | null>
  /** Whom alone it lets comment and open pull requests now, by its interaction limits; null: everybody, as far as GitHub shows. */
  readonly onlyFor: { readonly whom: string; readonly until: number | null } | null
}

export interface Gist {
  readonly id: string
  readonly public: boolean
  /** null for an anonymous gist. */
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
     * The issue, if it may get a bounty: it exists, is open, is not a pull request, and its repository is public and not archived. `recent` accepts
     * an answer of the last ten minutes.
     */
    readonly issueForRegistration: (
      ref: IssueRef,
      when?: "now" | "recent"
    ) => Effect.Effect<RegistrableIssue, RegistrationRefused | GitHubUnavailable>
    /**
     * Whether a repository's maintainers want a bounty on an issue, as far as GitHub shows it. Needs a token. null: GitHub does not show the issue.
     * `recent` accepts an answer of the last ten minutes and leaves out who asked: it is for callers that only check for a refusal.
     */
    readonly consent: (ref: IssueRef, when?: "now" | "recent") => Effect.Effect<ConsentRecord | null, GitHubUnavailable>
    /** Whether GitHub shows a commit on a repository's default branch. */
    readonly isOnDefaultBranch: (
      repository: RepositoryName,
      commit: string
    ) => Effect.Effect<boolean, RepositoryNotFound | GitHubUnavailable>
    /** Facts that show whether a repository was made up for bounties. */
    readonly repositoryFacts: (repository: RepositoryName) => Effect.Effect<RepositoryFacts, RepositoryNotFound | GitHubUnavailable>
    /** The public record behind a verdict. Never `GitHubSilent`: when GitHub does not answer, this fails. */
    readonly issueEvidence: (ref: IssueRef, options?: EvidenceOptions) => Effect.Effect<IssueEvidence, GitHubUnavailable>
    /** Whether merged work of these accounts names an issue that is gone, and stands. */
    readonly hasLandedFor: (ref: IssueRef, options: LandedOptions) => Effect.Effect<boolean, GitHubUnavailable>
    /**
     * Why GitHub's answers prove little at present, or null. Checks a repository that is known to exist, and GitHub's status page. Read it before you
     * believe that something is gone.
     */
    readonly condition: Effect.Effect<string | null>
    readonly gist: (id: string) => Effect.Effect<Gist, GistNotFound | GitHubUnavailable>
    /** Publishes a gist as the token's account. */
    readonly createGist: (gist: NewGist) => Effect.Effect<Gist, OperationFailed | GitHubUnavailable>
    readonly viewer: Effect.Effect<GitHubAccount, OperationFailed | GitHubUnavailable>
    readonly userById: (id: number) => Effect.Effect<GitHubAccount, AccountNotFound | GitHubUnavailable>
    /**
     * An account's public association with a repository, in GitHub's words. OWNER: the repository's owner. MEMBER or COLLABORATOR: the association
     * that everybody sees on the account's newest issue or pull request there, or, without one, MEMBER for a public member of the organization. NONE:
     * otherwise. (GitHub lists collaborators only to accounts with push access.) An account that moved the default branch lately has push access, so
     * it is a COLLABORATOR whatever GitHub shows. Cached for six hours, because each miner and issue would cost up to five requests a round.
     */
    readonly associationOf: (
      account: number,
      repository: RepositoryName
    ) => Effect.Effect<string, AccountNotFound | RepositoryNotFound | GitHubUnavailable>
    /**
     * The ids of the accounts that provably have write access to a repository: its owner, and those that moved its default branch lately. GitHub's
     * COLLABORATOR and MEMBER prove none: they include accounts that may only read, or triage issues. An account without proof may have write access
     * all the same.
     */
    readonly writersAmong: (
      accounts: ReadonlyArray<GitHubAccount>,
      repository: RepositoryName
    ) => Effect.Effect<ReadonlySet<number>, RepositoryNotFound | GitHubUnavailable>
  }
>() {}

const gistOf = ({ id, public: isPublic, owner, files }: typeof Rest.Gist.Type): Gist => ({
  id,
  public: isPublic,
  ownerId: owner?.id ?? null,
  ownerLogin: owner?.login ?? null,
  files: Object.values(files).flatMap((file) =>
    file === null || file.truncated === true ? [] : [{ name: file.filename, content: file.content }]
  )
})

const repositoryNamed = (rest: Rest.Rest, name: RepositoryName) =>
  Effect.flatMap(
    rest.repository(name),
    Effect.mapError(() => new RepositoryNotFound({ repository: name }))
  )

const accountById = (rest: Rest.Rest, id: number) =>
  Effect.flatMap(
    rest.userById(id),
    Effect.mapError(() => new AccountNotFound({ account: id }))
  )

export const gistById = (rest: Rest.Rest, id: string) =>
  Effect.flatMap(
    rest.gist(id),
    Option.match({ onNone: () => new GistNotFound({ gist: id }), onSome: (one) => Effect.succeed(gistOf(one)) })
  )

const refused = (message: string) => new OperationFailed({ message })

/** The setting of a repository because of which nobody could compete for its issues; undefined: there is none. */
const settingAgainst = ({
  has_issues,
  has_pull_requests,
  pull_request_creation_policy
}: typeof Rest.Repository.Type): string | undefined => {
  if (has_issues === false) return 'has "Issues" switched off in its settings'
  if (has_pull_requests === false) return 'has "Pull requests" switched off in its settings: nobody could submit a solution'
  return pull_request_creation_policy === "collaborators_only"
    ? "lets only collaborators open pull requests, by its settings: nobody else could submit a solution"
    : undefined
}

const registrableIssue = Effect.fn("GitHub.issueForRegistration")(function* (rest: Rest.Rest, ref: IssueRef) {
  yield* Effect.annotateCurrentSpan("issue", ref.toString())
  const repository = yield* repositoryNamed(rest, ref.repository)
  if (repository.private)
    return yield* refused(`the repository ${ref.repository} is private: only issues of public repositories can have a bounty`)
  if (repository.archived || repository.disabled)
    return yield* refused(`the repository ${ref.repository} is archived or disabled: nobody could merge a solution there`)
  const setting = settingAgainst(repository)
  if (setting !== undefined) return yield* refused(`the repository ${ref.repository} ${setting}`)
  const canonical = new IssueRef({ repository: repository.full_name, number: ref.number })
  const issue = yield* rest.issue(canonical)
  switch (issue._tag) {
    case "Missing":
      return yield* new IssueNotFound({ ref, deleted: false })
    case "Deleted":
      return yield* new IssueNotFound({ ref, deleted: true })
    case "Moved":
      return yield* refused(`${ref} was moved to another repository: name it ${issue.to ?? "by its new place"}`)
    case "Found":
      if (issue.isPullRequest) return yield* refused(`${ref} is a pull request: name the issue that it is about`)
      if (!issue.open) return yield* refused(`${ref} is closed: only an open issue can have a bounty`)
      return {
        ref: canonical,
        repositoryId: repository.id,
        title: issue.title,
        authorId: issue.author?.id ?? null,
        authorLogin: issue.author?.login ?? null
      }
  }
})

const association = Effect.fn("GitHub.associationOf")(function* (
  rest: Rest.Rest,
  known: { readonly absences: Absences["Type"]; readonly condition: Effect.Effect<string | null> },
  account: number,
  name: RepositoryName
) {
  const repository = yield* repositoryNamed(rest, name)
  if (repository.owner.id === account) return "OWNER"
  const { login } = yield* accountById(rest, account)
  const sources = { rest, publicMembers: publicMembersBy(rest), ...known }
  const shown = yield* associationIn(sources, { id: account, login }, repository.full_name)
  if (isMaintainer(shown)) return shown
  return (yield* hasMoved(rest, { repository: repository.full_name, branch: repository.default_branch }, { id: account, login }))
    ? "COLLABORATOR"
    : shown
})

/** Accounts checked at once. */
const AT_ONCE = 4

const writers = Effect.fn("GitHub.writersAmong")(function* (rest: Rest.Rest, accounts: ReadonlyArray<GitHubAccount>, name: RepositoryName) {
  const { default_branch: branch, full_name: repository, owner } = yield* repositoryNamed(rest, name)
  const found = yield* Effect.filter(
    accounts,
    (account) => (account.id === owner.id ? Effect.succeed(true) : hasMoved(rest, { repository, branch }, account)),
    { concurrency: AT_ONCE }
  )
  return new Set(found.map(({ id }) => id))
})

/** Whether a retry may succeed: GitHub did not answer, or answered that something does not exist, which one answer does not prove. */
export const isUncertain = (error: RegistrationRefused | AccountNotFound | GitHubUnavailable): boolean =>
  error._tag === "GitHubUnavailable" ||
  error._tag === "AccountNotFound" ||
  error._tag === "RepositoryNotFound" ||
  (error._tag === "IssueNotFound" && !error.deleted)

const badToken = (operation: string, why: string) => refused(`GitHub does not allow "${operation}": ${why}`)

/** Requests that act as the token's account. A refusal (`forbidden`) is the token's fault, not GitHub's. */
const asTokensAccount = (
  rest: Rest.Rest,
  hasToken: boolean,
  question: Question
): Effect.Effect<Answer, OperationFailed | GitHubUnavailable> =>
  hasToken
    ? rest.ask(question).pipe(
        Effect.catchIf(
          // A 401 that outlasts the retries is reported as the token's: the person who waits can try again.
          ({ forbidden, status }) => forbidden === true || status === 401,
          ({ operation, why }) => badToken(operation, why)
        ),
        Effect.filterOrFail(
          ({ status }) => status === 200 || status === 201,
          ({ status }) => badToken(question.operation, `status ${status}: does the token have the permission?`)
        )
      )
    : badToken(question.operation, "it needs a token, set GITTENSOR_GITHUB_TOKEN")

class AssociationKey extends Data.Class<{ readonly account: number; readonly name: RepositoryName }> {}

/** An issue as a cache key: two spellings of one reference are equal. */
class IssueKey implements Equal.Equal {
  readonly ref: IssueRef
  constructor(ref: IssueRef) {
    this.ref = ref
  }
  [Equal.symbol](that: Equal.Equal): boolean {
    return that instanceof IssueKey && that.ref.key === this.ref.key
  }
  [Hash.symbol](): number {
    return Hash.string(this.ref.key)
  }
}

/** Caches GitHub's answers, refusals included. A missing answer or a 404 is not cached. */
const cachedFor = (time: Duration.Duration) => (exit: Exit.Exit<unknown, RegistrationRefused | AccountNotFound | GitHubUnavailable>) =>
  Exit.isSuccess(exit) || (exit.cause._tag === "Fail" && !isUncertain(exit.cause.error)) ? time : Duration.zero

/** How long attesting validators rely on a check that an issue is open: most of a round. */
const ISSUES_FRESH = Duration.minutes(10)
const ISSUES_CACHED = 4_096

const ASSOCIATIONS_FRESH = Duration.hours(6)
const ASSOCIATIONS_CACHED = 65_536

export const makeWith = Effect.fn("GitHub.make")(function* (settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const rest = Rest.make(yield* Transport.make(settings), hasToken)
  const absences = yield* sharedAbsences
  const condition = conditionOf(rest, settings).pipe(Effect.withSpan("GitHub.condition"))
  const record = yield* GitHistory

  const recentIssues = yield* Cache.makeWith({
    capacity: ISSUES_CACHED,
    lookup: ({ ref }: IssueKey) => registrableIssue(rest, ref),
    timeToLive: cachedFor(settings.issuesFresh ?? ISSUES_FRESH)
  })
  const issueForRegistration = (ref: IssueRef, when: "now" | "recent" = "now") =>
    when === "now" ? registrableIssue(rest, ref) : uninterruptedByOthers(recentIssues.get(new IssueKey(ref)))

  const issueEvidence = Effect.fn("GitHub.issueEvidence")(function* (ref: IssueRef, options?: EvidenceOptions) {
    yield* Effect.annotateCurrentSpan("issue", ref.toString())
    return yield* readEvidence(rest, record, ref, options)
  })

  const recentConsents = yield* Cache.makeWith({
    capacity: ISSUES_CACHED,
    lookup: ({ ref }: IssueKey) => readConsent(rest, ref, false),
    timeToLive: cachedFor(settings.issuesFresh ?? ISSUES_FRESH)
  })
  const consent = Effect.fn("GitHub.consent")(function* (ref: IssueRef, when: "now" | "recent" = "now") {
    yield* Effect.annotateCurrentSpan("issue", ref.toString())
    return yield* when === "now" ? readConsent(rest, ref, true) : uninterruptedByOthers(recentConsents.get(new IssueKey(ref)))
  })

  const repositoryFacts = Effect.fn("GitHub.repositoryFacts")(function* (name: RepositoryName) {
    const { created_at: createdAt, full_name, owner, stargazers_count: stars } = yield* repositoryNamed(rest, name)
    const onlyFor = yield* readInteractionLimit(rest, full_name)
    return { createdAt, stars, ownerId: owner.id, onlyFor, ...(yield* readAuthors(rest, full_name)) } satisfies RepositoryFacts
  })

  const gist = Effect.fn("GitHub.gist")(function* (id: string) {
    yield* Effect.annotateCurrentSpan("gist", id)
    return yield* gistById(rest, id)
  })

  const createGist = Effect.fn("GitHub.createGist")(function* (wanted: NewGist) {
    const operation = "publish a gist"
    const { data } = yield* asTokensAccount(rest, hasToken, {
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
    const { data } = yield* asTokensAccount(rest, hasToken, { operation, route: "GET /user" })
    return yield* rest.understand(operation, Rest.Account, data)
  }).pipe(Effect.withSpan("GitHub.viewer"))

  const userById = Effect.fn("GitHub.userById")((id: number) => accountById(rest, id))

  const associationsFresh = settings.associationsFresh ?? ASSOCIATIONS_FRESH
  const associationNow = (account: number, name: RepositoryName) => association(rest, { absences, condition }, account, name)
  const associations = yield* Cache.makeWith({
    capacity: ASSOCIATIONS_CACHED,
    lookup: ({ account, name }: AssociationKey) => associationNow(account, name),
    timeToLive: cachedFor(associationsFresh)
  })
  // An Effect `Cache` keeps an entry whose time to live is zero until the end of its millisecond.
  const associationOf = Duration.isZero(associationsFresh)
    ? associationNow
    : (account: number, name: RepositoryName) => uninterruptedByOthers(associations.get(new AssociationKey({ account, name })))

  const writersAmong = (accounts: ReadonlyArray<GitHubAccount>, name: RepositoryName) => writers(rest, accounts, name)

  const isOnDefaultBranch = Effect.fn("GitHub.isOnDefaultBranch")(function* (name: RepositoryName, commit: string) {
    const { default_branch: branch, full_name: repository } = yield* repositoryNamed(rest, name)
    return (yield* comparesAsContained(rest, { repository, branch: branch ?? "HEAD" }, commit)) === true
  })

  return GitHub.of({
    isOnDefaultBranch,
    writersAmong,
    issueForRegistration,
    issueEvidence,
    hasLandedFor: (ref: IssueRef, options: LandedOptions) => readLandedFor(rest, record, ref, options),
    consent,
    repositoryFacts,
    condition,
    gist,
    createGist,
    viewer,
    userById,
    associationOf
  })
})

const make = Effect.flatMap(gitHubSettings, makeWith)

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const layer = Layer.effect(GitHub, make)
