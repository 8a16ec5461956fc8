/** Steps that create and change repositories. */
import { Either, HashMap, Option } from "effect"
import { ensureAccount } from "./accounts.ts"
import { withActivity } from "./activities.ts"
import type * as Asked from "./asked.ts"
import { commitOf } from "./gitHistory.ts"
import { treeOf } from "./gitTree.ts"
import * as State from "./State.ts"
import { findAccount, findRepository, refuse, type Step, setRepository } from "./Step.ts"

const LANGUAGES: Readonly<Record<string, string>> = {
  c: "C",
  cpp: "C++",
  go: "Go",
  java: "Java",
  js: "JavaScript",
  py: "Python",
  rb: "Ruby",
  rs: "Rust",
  ts: "TypeScript"
}

/** The language with the most bytes, as GitHub counts. GitHub detects many more languages, and not only by file extension. */
const mainLanguage = (files: Readonly<Record<string, State.Content>>): string | null => {
  const bytes = new Map<string, number>()
  for (const [path, content] of Object.entries(files)) {
    const language = LANGUAGES[path.slice(path.lastIndexOf(".") + 1)]
    if (language !== undefined && typeof content === "string") bytes.set(language, (bytes.get(language) ?? 0) + Buffer.byteLength(content))
  }
  return [...bytes].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null
}

/** Creates a repository, and its owner's account as an organization if necessary. */
export const createRepository = (
  state: State.State,
  wanted: Asked.Timed<typeof Asked.CreateRepository> & {
    /** The repository's real id on GitHub, if known. Default: the next free one. */
    readonly id?: number | undefined
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
    const id = wanted.id ?? withOwner.lastId + 1
    const origin = wanted.forkOf === undefined ? undefined : yield* findRepository(state, wanted.forkOf)
    const tree = wanted.files === undefined ? undefined : treeOf(wanted.files)
    const first =
      tree === undefined ? undefined : commitOf({ tree, parents: [], message: "Initial commit", author: account, at: wanted.at })
    const repository: State.Repository = {
      ...(first === undefined ? {} : { git: first }),
      ...(origin === undefined ? {} : { forkOf: origin.id }),
      id,
      ownerId: account.id,
      name,
      private: wanted.private ?? false,
      archived: false,
      deleted: false,
      defaultBranch: wanted.defaultBranch ?? "main",
      language: wanted.language ?? mainLanguage(wanted.files ?? {}),
      createdAt: wanted.at,
      updatedAt: wanted.at,
      collaborators: [],
      items: HashMap.empty(),
      held: HashMap.empty(),
      commits:
        first === undefined
          ? []
          : [{ sha: first.oid, message: "Initial commit", authorId: account.id, at: wanted.at, pullRequest: null, files: [] }],
      lastNumber: 0
    }
    const places = HashMap.set(withOwner.places, wanted.repository.toLowerCase(), id)
    const created = withActivity(undefined, repository, { actorId: account.id, at: wanted.at, type: "branch_creation" })
    return [{ ...setRepository(withOwner, created), places, lastId: wanted.id === undefined ? id : withOwner.lastId }, created] as const
  })

export interface RepositoryChange {
  readonly private?: boolean | undefined
  readonly archived?: boolean | undefined
  readonly pullRequests?: State.Repository["pullRequests"]
  readonly deleted?: boolean | undefined
  readonly interactions?: State.Repository["interactions"] | undefined
  readonly language?: string | null | undefined
  /** A new `owner/name`: a rename, a transfer to another owner, or both. The old name redirects to the new one. */
  readonly name?: string | undefined
  /** The logins of all accounts that may push. */
  readonly collaborators?: ReadonlyArray<string> | undefined
  /** The logins of the owning organization's members. */
  readonly members?: ReadonlyArray<string> | undefined
  /** The logins of the members whose membership is private. */
  readonly privateMembers?: ReadonlyArray<string> | undefined
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
    const privateMembers = yield* idsOf(change.privateMembers)
    const changed: State.Repository = {
      ...repository,
      private: change.private ?? repository.private,
      archived: change.archived ?? repository.archived,
      pullRequests: change.pullRequests ?? repository.pullRequests ?? "all",
      deleted: change.deleted ?? repository.deleted,
      interactions: change.interactions === undefined ? (repository.interactions ?? null) : change.interactions,
      language: change.language === undefined ? (repository.language ?? null) : change.language,
      ownerId: owner.id,
      name: newName ?? repository.name,
      collaborators: collaborators ?? repository.collaborators,
      members: members ?? repository.members ?? [],
      privateMembers: privateMembers ?? repository.privateMembers ?? [],
      updatedAt: at
    }
    const places = HashMap.set(withOwner.places, `${owner.login}/${changed.name}`.toLowerCase(), repository.id)
    return [{ ...setRepository(withOwner, changed), places }, changed] as const
  })

/** Renames a label, also where it was applied before. `label`: its first name. */
export const renameLabel = (
  state: State.State,
  wanted: { readonly repository: string; readonly label: string; readonly to: string }
): Step<State.Repository> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const changed: State.Repository = { ...repository, labelNames: { ...repository.labelNames, [wanted.label]: wanted.to } }
    return [setRepository(state, changed), changed] as const
  })

/**
 * Changes the default branch. `Renamed`: open pull requests follow, merged ones keep the old name. `Same`: another branch with all of its commits.
 * `Orphan`: another branch with none of its commits.
 */
export const changeDefaultBranch = (
  state: State.State,
  wanted: { readonly repository: string; readonly to: string; readonly as: "Renamed" | "Same" | "Orphan" },
  at: number
): Step<State.Repository> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const retargeted = HashMap.map(repository.items, (item) =>
      wanted.as === "Renamed" && item._tag === "PullRequest" && item.closedAt === null && item.baseBranch === repository.defaultBranch
        ? { ...item, baseBranch: wanted.to }
        : item
    )
    const changed: State.Repository = {
      ...repository,
      ...(wanted.as === "Orphan" ? { git: undefined } : {}),
      defaultBranch: wanted.to,
      formerBranches: wanted.as === "Renamed" ? [...(repository.formerBranches ?? []), repository.defaultBranch] : [],
      items: retargeted,
      commits: wanted.as === "Orphan" ? [] : repository.commits,
      abandoned: [...(repository.abandoned ?? []), ...(wanted.as === "Orphan" ? repository.commits : [])]
    }
    const noted = withActivity(undefined, changed, { actorId: changed.ownerId, at, type: "branch_creation" })
    return [setRepository(state, noted), noted] as const
  })
