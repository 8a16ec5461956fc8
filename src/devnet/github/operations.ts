/**
 * What can happen on the GitHub stand-in, each as a pure step from a state to the next one. A step that GitHub would not let happen is refused
 * with the reason.
 */
import { Either, HashMap, Option, Schema } from "effect"
import type { FactFile } from "../../domain/GitHubFacts.ts"
import type { CloseReason } from "../../domain/IssueEvidence.ts"
import { madeUpId } from "./contributors.ts"
import * as State from "./State.ts"
import { endsOf, withContents } from "./trees.ts"

/** The stand-in does not do what it was told, and why. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { reason: Schema.String }) {
  override get message() {
    return `the GitHub stand-in refused: ${this.reason}`
  }
}

export type Step<A> = Either.Either<readonly [State.State, A], Refused>

export const refuse = (reason: string) => Either.left(new Refused({ reason }))
export const orRefuse = <A>(option: Option.Option<A>, reason: string): Either.Either<A, Refused> =>
  Either.fromOption(option, () => new Refused({ reason }))

export const setRepository = (state: State.State, repository: State.Repository): State.State => ({
  ...state,
  repositories: HashMap.set(state.repositories, repository.id, repository)
})

export const setItem = (repository: State.Repository, item: State.Issue | State.PullRequest): State.Repository => ({
  ...repository,
  items: HashMap.set(repository.items, item.number, item),
  lastNumber: Math.max(repository.lastNumber, item.number)
})

export const findRepository = (state: State.State, name: string) =>
  orRefuse(State.repositoryByName(state, name), `there is no repository ${name}`)
export const findAccount = (state: State.State, login: string) =>
  orRefuse(State.accountByLogin(state, login), `there is no account ${login}`)
export const findIssue = (repository: State.Repository, name: string, number: number) =>
  orRefuse(
    Option.filter(State.issueOf(repository, number), (issue) => issue.gone === null),
    `there is no issue ${name}#${number}`
  )
export const findPullRequest = (repository: State.Repository, name: string, number: number) =>
  orRefuse(State.pullRequestOf(repository, number), `there is no pull request ${name}#${number}`)

export const createAccount = (
  state: State.State,
  wanted: {
    readonly login: string
    readonly id?: number | undefined
    readonly kind?: State.Account["kind"] | undefined
    readonly at: number
  }
): Step<State.Account> => {
  if (HashMap.has(state.logins, wanted.login.toLowerCase())) return refuse(`the login ${wanted.login} is taken`)
  const id = wanted.id ?? madeUpId(wanted.login, (candidate) => HashMap.has(state.accounts, candidate))
  if (HashMap.has(state.accounts, id)) return refuse(`the account id ${id} is taken`)
  const account: State.Account = { id, login: wanted.login, kind: wanted.kind ?? "User", createdAt: wanted.at }
  const logins = HashMap.set(state.logins, account.login.toLowerCase(), id)
  return Either.right([{ ...state, accounts: HashMap.set(state.accounts, id, account), logins }, account])
}

/** The account with this login, made when there is none. */
export const ensureAccount = (state: State.State, login: string, at: number, kind: State.Account["kind"] = "User"): Step<State.Account> =>
  Option.match(State.accountByLogin(state, login), {
    onNone: () => createAccount(state, { login, kind, at }),
    onSome: (account) => Either.right([state, account])
  })

/** The old login is free again; repositories of the account are found under their old names too. */
export const renameAccount = (state: State.State, login: string, to: string): Step<State.Account> =>
  Either.gen(function* () {
    const account = yield* findAccount(state, login)
    if (to.toLowerCase() !== login.toLowerCase() && HashMap.has(state.logins, to.toLowerCase()))
      return yield* refuse(`the login ${to} is taken`)
    const renamed = { ...account, login: to }
    const own = Array.from(HashMap.values(state.repositories)).filter((repository) => repository.ownerId === account.id)
    return [
      {
        ...state,
        accounts: HashMap.set(state.accounts, account.id, renamed),
        logins: state.logins.pipe(HashMap.remove(login.toLowerCase()), HashMap.set(to.toLowerCase(), account.id)),
        places: own.reduce((places, { name, id }) => HashMap.set(places, `${to}/${name}`.toLowerCase(), id), state.places)
      },
      renamed
    ] as const
  })

/** Its owner's account is made when there is none: an organization, which writes nothing itself. */
export const createRepository = (
  state: State.State,
  wanted: {
    readonly repository: string
    readonly private?: boolean | undefined
    readonly defaultBranch?: string | undefined
    readonly at: number
  }
): Step<State.Repository> =>
  Either.gen(function* () {
    const [owner = "", name = ""] = wanted.repository.split("/")
    const holder = Option.filter(
      State.repositoryByName(state, wanted.repository),
      (repository) => State.fullName(state, repository).toLowerCase() === wanted.repository.toLowerCase()
    )
    if (Option.isSome(holder)) return yield* refuse(`the repository ${wanted.repository} exists`)
    const [withOwner, account] = yield* ensureAccount(state, owner, wanted.at, "Organization")
    const id = withOwner.lastId + 1
    const repository: State.Repository = {
      id,
      ownerId: account.id,
      name,
      private: wanted.private ?? false,
      archived: false,
      deleted: false,
      defaultBranch: wanted.defaultBranch ?? "main",
      createdAt: wanted.at,
      updatedAt: wanted.at,
      collaborators: [],
      items: HashMap.empty(),
      held: HashMap.empty(),
      commits: [],
      lastNumber: 0
    }
    const places = HashMap.set(withOwner.places, wanted.repository.toLowerCase(), id)
    return [{ ...setRepository(withOwner, repository), places, lastId: id }, repository] as const
  })

export interface RepositoryChange {
  readonly private?: boolean | undefined
  readonly archived?: boolean | undefined
  readonly deleted?: boolean | undefined
  /** A new `owner/name`: a rename, a move to another owner, or both. The old name leads to the new one. */
  readonly name?: string | undefined
  /** The logins of all who may push. */
  readonly collaborators?: ReadonlyArray<string> | undefined
  /** The logins of the owning organization's members. */
  readonly members?: ReadonlyArray<string> | undefined
}

export const changeRepository = (state: State.State, name: string, change: RepositoryChange, at: number): Step<State.Repository> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, name)
    const [newOwner, newName] = change.name === undefined ? [undefined, repository.name] : change.name.split("/")
    const [withOwner, owner] =
      newOwner === undefined
        ? ([state, State.accountOf(state, repository.ownerId)] as const)
        : yield* ensureAccount(state, newOwner, at, "Organization")
    const idsOf = (logins: ReadonlyArray<string> | undefined) =>
      logins === undefined
        ? Either.right(undefined)
        : Either.map(Either.all(logins.map((login) => findAccount(withOwner, login))), (accounts) => accounts.map(({ id }) => id))
    const collaborators = yield* idsOf(change.collaborators)
    const members = yield* idsOf(change.members)
    const changed: State.Repository = {
      ...repository,
      private: change.private ?? repository.private,
      archived: change.archived ?? repository.archived,
      deleted: change.deleted ?? repository.deleted,
      ownerId: owner.id,
      name: newName ?? repository.name,
      collaborators: collaborators ?? repository.collaborators,
      members: members ?? repository.members ?? [],
      updatedAt: at
    }
    const places = HashMap.set(withOwner.places, `${owner.login}/${changed.name}`.toLowerCase(), repository.id)
    return [{ ...setRepository(withOwner, changed), places }, changed] as const
  })

export interface NewItem {
  readonly repository: string
  readonly number?: number | undefined
  readonly title: string
  readonly author: string
  readonly body?: string | undefined
  readonly at: number
}

const newItem = (state: State.State, repository: State.Repository, wanted: NewItem) =>
  Either.gen(function* () {
    const author = yield* findAccount(state, wanted.author)
    const number = wanted.number ?? HashMap.reduce(repository.held, repository.lastNumber, (last, _, held) => Math.max(last, held)) + 1
    if (HashMap.has(repository.items, number) || (wanted.number === undefined && HashMap.has(repository.held, number)))
      return yield* refuse(`the number ${wanted.repository}#${number} is taken`)
    return {
      id: state.lastId + 1,
      number,
      title: wanted.title,
      body: wanted.body ?? "",
      authorId: author.id,
      createdAt: wanted.at,
      updatedAt: wanted.at,
      closedAt: null
    }
  })

export const openIssue = (state: State.State, wanted: NewItem): Step<State.Issue> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue: State.Issue = { ...(yield* newItem(state, repository, wanted)), _tag: "Issue", reason: null, events: [], gone: null }
    return [{ ...setRepository(state, setItem(repository, issue)), lastId: issue.id }, issue] as const
  })

export interface NewPullRequest extends NewItem {
  readonly closes?: ReadonlyArray<number> | undefined
  readonly closesElsewhere?: State.PullRequest["closesElsewhere"] | undefined
  readonly commitCloses?: ReadonlyArray<number> | undefined
  /** Issues that it names without closing them. */
  readonly mentions?: ReadonlyArray<number> | undefined
  readonly draft?: boolean | undefined
  /** Unless told: whether its author may push. */
  readonly fromFork?: boolean | undefined
  readonly files?: ReadonlyArray<FactFile> | undefined
  /** Of files that are not among `files`, lines are counted. */
  readonly contents?: ReadonlyArray<State.FileContents> | undefined
  readonly baseBranch?: string | undefined
  readonly headBranch?: string | undefined
}

/** Issues that it names are told so by an event of theirs, as GitHub does. */
export const openPullRequest = (state: State.State, wanted: NewPullRequest): Step<State.PullRequest> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const closes = [...new Set(wanted.closes ?? [])]
    const item = yield* newItem(state, repository, {
      ...wanted,
      body: wanted.body ?? closes.map((number) => `Closes #${number}`).join("\n")
    })
    const pullRequest: State.PullRequest = {
      ...item,
      _tag: "PullRequest",
      mergedAt: null,
      mergedById: null,
      mergeCommit: null,
      baseBranch: wanted.baseBranch ?? repository.defaultBranch,
      headBranch: wanted.headBranch ?? `change-${item.number}`,
      closes,
      closesElsewhere: wanted.closesElsewhere ?? [],
      commitCloses: wanted.commitCloses ?? [],
      draft: wanted.draft ?? false,
      fromFork: wanted.fromFork ?? !State.mayPush(repository, item.authorId),
      ...withContents(wanted.files ?? [], wanted.contents ?? [])
    }
    const ends = Object.values(endsOf(repository, pullRequest)).reduce(
      (all, sha) => HashMap.set(all, sha, item.number),
      repository.ends ?? HashMap.empty<string, number>()
    )
    const opened = { ...setRepository(state, { ...setItem(repository, pullRequest), ends }), lastId: item.id }
    const told = [...new Set([...closes, ...(wanted.mentions ?? [])])].reduce(
      (before, number) =>
        addEvent(before, repository.id, number, wanted.at, (event) => ({
          ...event,
          actorId: item.authorId,
          _tag: "CrossReferenced",
          pullRequest: item.number
        })),
      opened
    )
    return [told, pullRequest] as const
  })

/** Writes an event into an issue's timeline. */
export const addEvent = (
  state: State.State,
  repositoryId: number,
  number: number,
  at: number,
  event: (base: { readonly id: number; readonly at: number }) => State.IssueEvent,
  change: Partial<Pick<State.Issue, "closedAt" | "reason">> = {}
): State.State => {
  const repository = HashMap.unsafeGet(state.repositories, repositoryId)
  return Option.match(State.issueOf(repository, number), {
    onNone: () => state,
    onSome: (issue) => {
      const id = state.lastId + 1
      const changed = { ...issue, ...change, updatedAt: Math.max(at, issue.updatedAt), events: [...issue.events, event({ id, at })] }
      return { ...setRepository(state, setItem(repository, changed)), lastId: id }
    }
  })
}

/** Closes an open issue through something, or by hand. */
export const close = (
  state: State.State,
  repositoryId: number,
  number: number,
  at: number,
  actorId: number,
  reason: CloseReason,
  closer: State.Closer
) => addEvent(state, repositoryId, number, at, (event) => ({ ...event, actorId, _tag: "Closed", reason, closer }), { closedAt: at, reason })

export const isOpenIssue = (repository: State.Repository, number: number) =>
  Option.exists(State.issueOf(repository, number), (issue) => issue.closedAt === null && issue.gone === null)

/** Closes an issue, or a pull request without merging it. `by` is its author unless told. */
export const closeItem = (
  state: State.State,
  wanted: {
    readonly repository: string
    readonly number: number
    /** Completed unless told. */
    readonly reason?: CloseReason | undefined
    readonly by?: string | undefined
    readonly at: number
  }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const item = yield* orRefuse(HashMap.get(repository.items, wanted.number), `there is no ${wanted.repository}#${wanted.number}`)
    if (item.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed already`)
    const actor = wanted.by === undefined ? item.authorId : (yield* findAccount(state, wanted.by)).id
    const next =
      item._tag === "Issue"
        ? close(state, repository.id, wanted.number, wanted.at, actor, wanted.reason ?? "completed", null)
        : setRepository(state, setItem(repository, { ...item, closedAt: wanted.at, updatedAt: wanted.at }))
    return [next, null] as const
  })

export const reopenIssue = (
  state: State.State,
  wanted: { readonly repository: string; readonly number: number; readonly by?: string | undefined; readonly at: number }
): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    if (issue.closedAt === null) return yield* refuse(`${wanted.repository}#${wanted.number} is open`)
    const actorId = wanted.by === undefined ? issue.authorId : (yield* findAccount(state, wanted.by)).id
    const reopened = addEvent(state, repository.id, wanted.number, wanted.at, (event) => ({ ...event, actorId, _tag: "Reopened" }), {
      closedAt: null,
      reason: "reopened"
    })
    return [reopened, null] as const
  })

export const deleteIssue = (state: State.State, wanted: { readonly repository: string; readonly number: number }): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(repository, wanted.repository, wanted.number)
    return [setRepository(state, setItem(repository, { ...issue, gone: { _tag: "Deleted" } })), null] as const
  })

/** Moves an issue to another repository, where it gets the next number. */
export const transferIssue = (
  state: State.State,
  wanted: { readonly repository: string; readonly number: number; readonly to: string; readonly at: number }
): Step<State.Issue> =>
  Either.gen(function* () {
    const from = yield* findRepository(state, wanted.repository)
    const issue = yield* findIssue(from, wanted.repository, wanted.number)
    const to = yield* findRepository(state, wanted.to)
    if (to.id === from.id) return yield* refuse(`${wanted.repository}#${wanted.number} is in ${wanted.to} already`)
    const id = state.lastId + 1
    const transferred: State.IssueEvent = { id, at: wanted.at, actorId: from.ownerId, _tag: "Transferred", fromRepositoryId: from.id }
    const moved: State.Issue = { ...issue, number: to.lastNumber + 1, updatedAt: wanted.at, events: [...issue.events, transferred] }
    const left = setItem(from, { ...issue, gone: { _tag: "Transferred", repositoryId: to.id, number: moved.number } })
    return [{ ...setRepository(setRepository(state, left), setItem(to, moved)), lastId: id }, moved] as const
  })
