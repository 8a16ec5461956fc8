/** Which pull requests and issues of which accounts count for a round in one repository, from REST's lists alone. */
import { Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { mayBeNamed, type RosterRepository } from "../../../domain/Roster.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { Absences } from "../Absences.ts"
import * as Associations from "../associations.ts"
import type { Repository } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { CommitCache } from "./CommitCache.ts"
import { stateAt } from "./facts.ts"
import type * as queries from "./queries.ts"
import type { ContributionRequests } from "./requests.ts"

const DAY = 86_400_000_000

/** For this many accounts or fewer, GitHub is asked for their own entries instead of everybody's. */
const FEW = 2

/** Where a round is read, and what decides whether something is gone. */
export interface Sources {
  readonly gitHub: ContributionRequests
  readonly absences: Absences["Type"]
  readonly record: GitRecord["Type"]
  readonly commits: CommitCache["Type"]
  /** How associations are read: an organization's members are listed once a round. */
  readonly associations: Associations.Sources
}

/** These entries with their authors' associations as everybody sees them. */
const asEverybodySees = ({ associations }: Sources, repository: RepositoryName, entries: ReadonlyArray<queries.Listed>) => {
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

/** Filters that together find the entries of all accounts: one for each account, or one without a creator for everybody's. */
type Creators = Effect.Effect<ReadonlyArray<{ readonly creator?: string }>, GitHubUnavailable>

export interface RepositoryLists {
  readonly repository: string
  /** The repository's name today. */
  readonly name: RepositoryName
  readonly ownerId: number
  /** Where git is asked what merges changed; null: the roster does not score by that. */
  readonly landsIn: RecordedRepository | null
  readonly pullRequests: ReadonlyArray<queries.Listed>
  /** Closed within the window. */
  readonly closedIssues: ReadonlyArray<queries.Listed>
  readonly openIssues: ReadonlyArray<queries.Listed>
  /** The association of every account that wrote an entry. */
  readonly associations: ReadonlyMap<number, string>
}

export interface WholeLists extends RepositoryLists {
  /** The moment of the lists, and the start of the window. */
  readonly now: number
  readonly since: number
  /** The author of every entry that GitHub lists, by its number. */
  readonly authors: ReadonlyMap<number, string | undefined>
}

/** The start of the window. `asked` is the start of that day: a question that stays the same all day can be answered by its ETag. */
export const windowOf = ({ settings, now }: Pick<ListRequest, "settings" | "now">) => {
  const since = now - settings.scoring.pr_lookback_days * DAY
  return { since, asked: `${new Date((Math.floor(since / DAY) * DAY) / 1000).toISOString().slice(0, 19)}Z` }
}

const nameOf = (repository: string) =>
  Schema.decodeUnknown(RepositoryName)(repository).pipe(
    Effect.mapError(({ message }) => new GitHubUnavailable({ operation: `read ${repository}`, why: message }))
  )

/** Merged pull requests count by their merge, open ones always. Closed ones count when opened and closed within the window, so that old ones may be tidied up. */
export const isPullRequestWithin = (one: queries.Listed, since: number, now: number): boolean => {
  const mergedAt = one.pull_request?.merged_at ?? null
  switch (stateAt({ mergedAt, closedAt: one.closed_at, state: one.state === "open" ? "OPEN" : "CLOSED" }, now)) {
    case "MERGED":
      return (mergedAt ?? 0) >= since
    case "CLOSED":
      return (one.closed_at ?? 0) >= since && one.created_at >= since
    case "OPEN":
      return true
  }
}

/**
 * The repository of a roster's entry: by its id where the roster has one, otherwise by its name. None: GitHub does not show it, it is private, or it is younger than the
 * entry, so that somebody made another one under its name.
 */
const repositoryOf = (gitHub: ContributionRequests, name: string, settings: Read) =>
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

export type Read = Pick<RosterRepository, "github_id" | "named_on" | "score_what_landed">

const landsIn = ({ clone_url, full_name, id }: typeof Repository.Type, { score_what_landed }: Read): RecordedRepository | null =>
  score_what_landed === true ? { id, url: clone_url ?? `https://github.com/${full_name}.git` } : null

const associationsOf = (entries: ReadonlyArray<queries.Listed>) =>
  new Map(entries.flatMap((one) => (one.user === null ? [] : [[one.user.id, one.author_association] as const])))

/** The lists of a repository; null: GitHub does not show it, or shows no list of it. That is no proof that it is gone. */
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
    const all = new Map<number, queries.Listed>()
    for (const page of pages) {
      if (page === null) return null
      for (const one of page) {
        const before = all.get(one.number)
        if (before === undefined || before.updated_at <= one.updated_at) all.set(one.number, one)
      }
    }
    const ids = new Set(accounts.map(({ id }) => id))
    const everything = [...all.values()].filter(({ created_at }) => created_at <= now).toSorted((a, b) => a.number - b.number)
    const mayCount = everything.filter(({ user }) => user !== null && ids.has(String(user.id)))
    const own = yield* asEverybodySees(sources, name, mayCount)
    const issues = own.filter(({ pull_request }) => pull_request === undefined)
    const isClosed = ({ closed_at }: queries.Listed) => closed_at !== null && closed_at <= now
    return {
      repository,
      name,
      ownerId: owner.id,
      landsIn: landsIn(found.value, settings),
      now,
      since,
      authors: new Map([...all.values()].map(({ number, user }) => [number, user === null ? undefined : String(user.id)])),
      pullRequests: own.filter(
        (one) =>
          one.pull_request !== undefined && !Associations.MAINTAINERS.has(one.author_association) && isPullRequestWithin(one, since, now)
      ),
      closedIssues: issues.filter((one) => isClosed(one) && (one.closed_at ?? 0) >= since),
      openIssues: issues.filter((one) => !isClosed(one)),
      associations: associationsOf([...everything, ...own])
    }
  })

/** The lists that hold one pull request, whatever its window; null: its repository does not exist or is private, or has no such number. */
export const only = (
  sources: Sources,
  repository: string,
  settings: Read,
  number: number
): Effect.Effect<{ readonly lists: RepositoryLists; readonly listed: queries.Listed } | null, GitHubUnavailable> =>
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
      pullRequests: listed.pull_request === undefined ? [] : [listed],
      closedIssues: [],
      openIssues: [],
      associations: associationsOf([listed])
    }
    return { lists, listed }
  })

/** GitHub hands the entries of a deleted account to the user "ghost". */
const creatorOf = ({ gitHub, absences }: Sources, { id, login }: AccountToList) =>
  Effect.gen(function* () {
    if (login !== undefined) return { creator: login }
    const found = Option.getOrUndefined(yield* gitHub.userById(Number(id)))
    const seen = found === undefined ? null : ""
    const absence = (yield* absences.look("account", [{ name: id, owner: id, seen }], gitHub.condition)).get(id)
    if (absence?.isProved === false) return yield* new GitHubUnavailable({ operation: `read account ${id}`, status: 404, why: absence.why })
    return { creator: found?.login ?? "ghost" }
  })

/** The filters for all repositories of a round. GitHub is asked for the logins when the first repository needs them, and not again. */
export const creatorsOf = (sources: Sources, accounts: ReadonlyArray<AccountToList>): Effect.Effect<Creators> =>
  Effect.cached(accounts.length > FEW ? Effect.succeed([{}]) : Effect.forEach(accounts, (account) => creatorOf(sources, account)))
