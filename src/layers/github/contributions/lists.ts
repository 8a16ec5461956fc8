/** Reads the pull requests and issues that count for a round in one repository, by account, from REST lists alone. */
import { Array as Arrays, Effect, Either, Option, Predicate, Schema } from "effect"
import type * as answers from "../../../domain/github/ContributionAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { mayBeNamed, type RosterRepository } from "../../../domain/Roster.ts"
import { newestOf, whatCounts, windowOf, writtenBy } from "../../../rules/contributions/fromGitHub/withinWindow.ts"
import type { GitHistory, RecordedRepository } from "../../git/history/GitHistory.ts"
import type { Absences } from "../Absences.ts"
import * as Associations from "../associations.ts"
import type { Repository } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { CommitCache } from "./CommitCache.ts"
import type { ContributionRequests } from "./requests.ts"

/** For at most this many accounts, requests each account's own entries instead of everybody's. */
const FEW_ACCOUNTS = 2

/** The sources of a round, and the service that decides what is gone. */
export interface Sources {
  readonly gitHub: ContributionRequests
  readonly absences: Absences["Type"]
  readonly record: GitHistory["Type"]
  readonly commits: CommitCache["Type"]
  /** Sources of associations: an organization's members are listed once a round. */
  readonly associations: Associations.Sources
}

/** These entries with their authors' associations as everybody sees them. */
const asEverybodySees = ({ associations }: Sources, repository: RepositoryName, entries: ReadonlyArray<answers.Listed>) => {
  const shown = entries.map(({ author_association, user }) => ({ association: author_association, account: user?.id }))
  return Effect.map(Associations.everybodysView(associations, repository, shown), (view) =>
    entries.map((one) => ({ ...one, author_association: view(one.author_association, one.user?.id) }))
  )
}

/** An account, and its login where it is known. */
export interface AccountToList {
  readonly id: string
  readonly login?: string | undefined
}

export interface ListRequest {
  /** As the roster spells it. */
  readonly repository: string
  readonly settings: RosterRepository
  /** Microseconds since 1970. */
  readonly now: number
  readonly accounts: ReadonlyArray<AccountToList>
  /** From `creatorsOf`, once for all repositories. */
  readonly creators: Creators
}

/** REST filters that together list the entries of all accounts: one filter for each account, or a single one without a creator. */
type Creators = Effect.Effect<ReadonlyArray<{ readonly creator?: string }>, GitHubUnavailable>

export interface RepositoryLists {
  readonly repository: string
  /** The repository's present name. */
  readonly name: RepositoryName
  readonly ownerId: number
  /** The repository to ask git what merges changed; null: the roster does not score by that. */
  readonly landsIn: RecordedRepository | null
  /** For how many days a push counts; null: the roster's rules do not ask who can push. */
  readonly pushingDays: number | null
  readonly pullRequests: ReadonlyArray<answers.Listed>
  /** Closed within the window. */
  readonly closedIssues: ReadonlyArray<answers.Listed>
  readonly openIssues: ReadonlyArray<answers.Listed>
  /** The association of every account that wrote an entry. */
  readonly associations: ReadonlyMap<number, string>
}

export interface WholeLists extends RepositoryLists {
  /** The lists' timestamp, and the start of the window. */
  readonly now: number
  readonly since: number
  /** The author of every entry that GitHub lists, by its number. */
  readonly authors: ReadonlyMap<number, string | undefined>
}

const nameOf = (repository: string) =>
  Schema.decodeUnknown(RepositoryName)(repository).pipe(
    Effect.mapError(({ message }) => new GitHubUnavailable({ operation: `read ${repository}`, why: message }))
  )

/**
 * The repository of a roster's entry: by its id where the roster has one, otherwise by its name. None: GitHub does not show it, it is private, or it
 * is younger than the entry, and thus another repository under the same name.
 */
const repositoryOf = (gitHub: ContributionRequests, name: string, settings: RepositoryToRead) =>
  Effect.gen(function* () {
    const { github_id } = settings
    const found = yield* github_id === undefined ? Effect.flatMap(nameOf(name), gitHub.repository) : gitHub.repositoryById(github_id)
    const isOther = github_id === undefined && Option.exists(found, ({ created_at }) => !mayBeNamed(settings, created_at))
    if (isOther)
      yield* Effect.logWarning(
        `${name} was made after the roster named it (${settings.named_on}): it is another repository, which does not count`
      )
    return Option.filter(found, (one) => !one.private && !isOther)
  })

export type RepositoryToRead = Pick<RosterRepository, "github_id" | "named_on" | "score_what_landed" | "work">

const cloneOf = ({ clone_url, full_name, id }: Pick<typeof Repository.Type, "clone_url" | "full_name" | "id">): RecordedRepository => ({
  id,
  url: clone_url ?? `https://github.com/${full_name}.git`
})

const landsIn = (repository: typeof Repository.Type, { score_what_landed }: RepositoryToRead): RecordedRepository | null =>
  score_what_landed === true ? cloneOf(repository) : null

/** The login of an owner, of a repository's name. */
export const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

/** Where a fork comes from, as GitHub shows it to everybody: its parent, and the repository that all its forks began with. */
const originsOf = ({ parent, source }: typeof Repository.Type) =>
  [parent, source].flatMap((one) => (one == null || one.private ? [] : [one]))

/**
 * Where words may come from: the clones of a roster's repositories, by their lower-case names in the roster, and of what its forks are of. `unshown`: why these may not be all;
 * empty: what GitHub does not show of them is proved to be gone.
 */
export const placesOf = Effect.fn("placesOf")(function* (
  { absences, gitHub }: Pick<Sources, "absences" | "gitHub">,
  repositories: Readonly<Record<string, RepositoryToRead>>
) {
  const all = yield* Effect.forEach(
    Object.entries(repositories),
    ([name, settings]) =>
      Effect.map(Effect.either(repositoryOf(gitHub, name, settings)), (found) => ({
        name: name.toLowerCase(),
        owner: ownerOf(name),
        found
      })),
    { concurrency: gitHub.concurrency }
  )
  const [failures, answers] = Arrays.partitionMap(all, ({ found, ...of }) => Either.map(found, (one) => ({ ...of, one })))
  const [hidden, shown] = Arrays.partitionMap(answers, ({ one, ...of }) =>
    Option.match(one, { onNone: () => Either.left({ ...of, seen: null }), onSome: (repository) => Either.right({ ...of, repository }) })
  )
  const forks = shown.flatMap(({ repository, ...of }) =>
    repository.fork === true ? [{ ...of, seen: originsOf(repository).length === 2 ? "" : null }] : []
  )
  const absent = [
    ...(yield* absences.look("repository", hidden, gitHub.condition)),
    ...(yield* absences.look("origin", forks, gitHub.condition))
  ]
  return {
    clones: new Map(shown.map(({ name, repository }) => [name, cloneOf(repository)] as const)),
    origins: shown.flatMap(({ repository }) => originsOf(repository).map(cloneOf)),
    unshown: [
      ...failures.map(({ message }) => message),
      ...absent.flatMap(([name, { isProved, why }]) => (isProved ? [] : [`${name}: ${why}`]))
    ]
  }
})

const associationsOf = (entries: ReadonlyArray<answers.Listed>) =>
  new Map(entries.flatMap((one) => (one.user === null ? [] : [[one.user.id, one.author_association] as const])))

/** Reads a repository's lists; null: GitHub does not show it, or shows none of its lists. That is no proof that it is gone. */
export const read = (sources: Sources, request: ListRequest): Effect.Effect<WholeLists | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { gitHub } = sources
    const { repository, now, accounts, settings } = request
    const found = yield* repositoryOf(gitHub, repository, settings)
    if (found._tag === "None") return null
    const { full_name: name, owner } = found.value
    const { since, asked } = windowOf(request)
    const filters = (yield* request.creators).flatMap((creator) => [
      { ...creator, state: "all", since: asked },
      { ...creator, state: "open" }
    ])
    const pages = yield* Effect.forEach(filters, (filter) => gitHub.listed(name, filter), { concurrency: 2 })
    const whole = Arrays.filter(pages, Predicate.isNotNull)
    if (whole.length < pages.length) return null
    const all = newestOf(whole)
    const { everything, own: unseen } = writtenBy(all, new Set(accounts.map(({ id }) => id)), now)
    const own = yield* asEverybodySees(sources, name, unseen)
    return {
      repository,
      name,
      ownerId: owner.id,
      landsIn: landsIn(found.value, settings),
      pushingDays: settings.work?.pushing_days ?? null,
      now,
      since,
      authors: new Map([...all.values()].map(({ number, user }) => [number, user === null ? undefined : String(user.id)])),
      ...whatCounts(own, since, now),
      associations: associationsOf([...everything, ...own])
    }
  })

/** Reads the lists that hold one pull request, whatever its window; null: its repository does not exist or is private, or has no such number. */
export const listsOfPullRequest = (
  sources: Sources,
  repository: string,
  settings: RepositoryToRead,
  number: number
): Effect.Effect<{ readonly lists: RepositoryLists; readonly listed: answers.Listed } | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { gitHub } = sources
    const found = yield* repositoryOf(gitHub, repository, settings)
    if (found._tag === "None") return null
    const { full_name: name, owner } = found.value
    const item = yield* gitHub.item(name, number)
    const [listed] = yield* asEverybodySees(sources, name, item === null ? [] : [item])
    if (listed === undefined) return null
    const lists: RepositoryLists = {
      repository,
      name,
      ownerId: owner.id,
      landsIn: landsIn(found.value, settings),
      pushingDays: settings.work?.pushing_days ?? null,
      pullRequests: listed.pull_request === undefined ? [] : [listed],
      closedIssues: [],
      openIssues: [],
      associations: associationsOf([listed])
    }
    return { lists, listed }
  })

/** The filter for one account. GitHub gives the entries of a deleted account to the user "ghost". */
const creatorOf = ({ gitHub, absences }: Sources, { id, login }: AccountToList) =>
  Effect.gen(function* () {
    if (login !== undefined) return { creator: login }
    const found = Option.getOrUndefined(yield* gitHub.userById(Number(id)))
    const seen = found === undefined ? null : ""
    const absence = (yield* absences.look("account", [{ name: id, owner: id, seen }], gitHub.condition)).get(id)
    if (absence?.isProved === false) return yield* new GitHubUnavailable({ operation: `read account ${id}`, status: 404, why: absence.why })
    return { creator: found?.login ?? "ghost" }
  })

/** The filters for all repositories of a round. Logins are requested when the first repository needs them, once. */
export const creatorsOf = (sources: Sources, accounts: ReadonlyArray<AccountToList>): Effect.Effect<Creators> =>
  Effect.cached(accounts.length > FEW_ACCOUNTS ? Effect.succeed([{}]) : Effect.forEach(accounts, (account) => creatorOf(sources, account)))
