/**
 * What there is in one repository that counts for a round: which pull requests and issues of which accounts, by REST's lists alone.
 */
import { Effect, Schema } from "effect"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import { GitHubUnavailable } from "../errors.ts"
import { MAINTAINERS, stateAt } from "./facts.ts"
import type * as queries from "./queries.ts"
import type { ContributionSource } from "./source.ts"

const DAY = 86_400_000_000

/** Of so few accounts GitHub is asked for their own entries, instead of for everybody's. */
const FEW = 2

/** An account, and its login where somebody knows it. */
export interface SoughtAccount {
  readonly id: string
  readonly login?: string | undefined
}

export interface Wanted {
  /** As the roster writes it. */
  readonly repository: string
  readonly settings: RosterRepository
  /** Microseconds since 1970. */
  readonly now: number
  readonly accounts: ReadonlyArray<SoughtAccount>
}

/** What was found. `associations`: what each account that wrote something is to the repository. */
export interface Lists {
  readonly repository: string
  /** As it is called today. */
  readonly name: RepositoryName
  readonly ownerId: number
  readonly pullRequests: ReadonlyArray<queries.Listed>
  /** Closed within the window. */
  readonly closedIssues: ReadonlyArray<queries.Listed>
  readonly openIssues: ReadonlyArray<queries.Listed>
  readonly associations: ReadonlyMap<number, string>
}

/** The beginning of the window, and that as GitHub is asked: a whole day, so that what was asked an hour ago is asked again and answered by ETag. */
export const windowOf = ({ settings, now }: Pick<Wanted, "settings" | "now">) => {
  const since = now - settings.scoring.pr_lookback_days * DAY
  return { since, asked: `${new Date((Math.floor(since / DAY) * DAY) / 1000).toISOString().slice(0, 19)}Z` }
}

const nameOf = (repository: string) =>
  Schema.decodeUnknown(RepositoryName)(repository).pipe(
    Effect.mapError(({ message }) => new GitHubUnavailable({ operation: `read ${repository}`, why: message }))
  )

/** A merged one counts by its merge, an open one always, a closed one when it was both opened and closed within the window: old ones may be tidied up. */
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

/** The lists of a repository. null: GitHub says that there is none of that name for everybody to see. */
export const read = (source: ContributionSource, wanted: Wanted): Effect.Effect<Lists | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { repository, now, accounts } = wanted
    const found = yield* source.repository(yield* nameOf(repository))
    if (found._tag === "None" || found.value.private) return null
    const { full_name: name, owner } = found.value
    const { since, asked } = windowOf(wanted)
    const creators = accounts.length > FEW ? [{}] : yield* Effect.forEach(accounts, (account) => creatorOf(source, account))
    const filters = creators.flatMap((creator) => [
      { ...creator, state: "all", since: asked },
      { ...creator, state: "open" }
    ])
    const pages = yield* Effect.forEach(filters, (filter) => source.listed(name, filter), { concurrency: 2 })
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
    const own = everything.filter(({ user }) => user !== null && ids.has(String(user.id)))
    const issues = own.filter(({ pull_request }) => pull_request === undefined)
    const isClosed = ({ closed_at }: queries.Listed) => closed_at !== null && closed_at <= now
    return {
      repository,
      name,
      ownerId: owner.id,
      pullRequests: own.filter(
        (one) => one.pull_request !== undefined && !MAINTAINERS.has(one.author_association) && isPullRequestWithin(one, since, now)
      ),
      closedIssues: issues.filter((one) => isClosed(one) && (one.closed_at ?? 0) >= since),
      openIssues: issues.filter((one) => !isClosed(one)),
      associations: new Map(everything.flatMap((one) => (one.user === null ? [] : [[one.user.id, one.author_association] as const])))
    }
  })

/** The list that would name one pull request, whatever its window. null: GitHub says that there is none of that name. */
export const only = (
  source: ContributionSource,
  repository: string,
  number: number
): Effect.Effect<{ readonly lists: Lists; readonly listed: queries.Listed } | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const found = yield* source.repository(yield* nameOf(repository))
    if (found._tag === "None" || found.value.private) return null
    const { full_name: name, owner } = found.value
    const listed = yield* source.item(name, number)
    if (listed === null) return null
    const lists: Lists = {
      repository,
      name,
      ownerId: owner.id,
      pullRequests: listed.pull_request === undefined ? [] : [listed],
      closedIssues: [],
      openIssues: [],
      associations: new Map(listed.user === null ? [] : [[listed.user.id, listed.author_association]])
    }
    return { lists, listed }
  })

/** An account that is gone wrote nothing that is still its own. */
const creatorOf = (source: ContributionSource, { id, login }: SoughtAccount) =>
  login !== undefined
    ? Effect.succeed({ creator: login })
    : Effect.map(source.userById(Number(id)), (found) => ({ creator: found._tag === "Some" ? found.value.login : "ghost" }))
