/** What an account is to a repository, as everybody may see it. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import type { Absence, Absences } from "./Absences.ts"
import { readList, slimmed } from "./client/pages.ts"
import * as Rest from "./client/rest.ts"
import { GitHubUnavailable } from "./errors.ts"

/** GitHub's associations of accounts that may merge. */
export const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** The association of a member of the organization that owns a repository. GitHub shows it of members who hide that they are some, too, but only to other members. */
const MEMBER = "MEMBER"
/** What GitHub shows to everybody else of members who hide it. */
const NOT_SHOWN = "CONTRIBUTOR"

/** The accounts of which everybody sees that they are members of an organization. */
type PublicMembers = (organization: string) => Effect.Effect<ReadonlySet<number>, GitHubUnavailable>

export interface Sources {
  readonly rest: Pick<Rest.Rest, "associations">
  readonly publicMembers: PublicMembers
  readonly absences: Absences["Type"]
  readonly condition: Effect.Effect<string | null>
}

const Members = Schema.Array(Rest.Account)

/** Asks for all of an organization's public members. Who is no organization has none. */
export const publicMembersBy =
  (rest: Pick<Rest.Rest, "ask" | "understand">): PublicMembers =>
  (organization) =>
    Effect.map(
      readList(rest, {
        question: {
          operation: `list the members of ${organization}`,
          route: "GET /orgs/{organization}/public_members",
          parameters: { organization },
          slim: slimmed(Members)
        },
        page: Members,
        nameOf: ({ id }) => id
      }),
      (members) => new Set((members ?? []).map(({ id }) => id))
    )

const nameOf = (account: number, repository: RepositoryName): string => `${account} ${repository.toLowerCase()}`

/** What GitHub shows of accounts' associations, null where it shows none, as far as it is not missing: somebody who was a maintainer stays one until it is proved that he is none any more. */
const settled = (
  { absences, condition }: Sources,
  repository: RepositoryName,
  shown: ReadonlyMap<number, string | null>
): Effect.Effect<ReadonlyMap<number, string | null>> => {
  const sightings = [...shown].map(([account, association]) => ({
    name: nameOf(account, repository),
    owner: splitRepository(repository).owner,
    seen: association === null ? null : MAINTAINERS.has(association) ? association : ""
  }))
  const unless = (absence: Absence | undefined, association: string | null) =>
    absence === undefined || absence.isProved ? association : (absence.last ?? null)
  return Effect.map(
    absences.look("association", sightings, condition),
    (absent) => new Map([...shown].map(([account, one]) => [account, unless(absent.get(nameOf(account, repository)), one)]))
  )
}

/** An account's association with a repository: what GitHub shows of it beside its newest issue or pull request there, otherwise whether it is a member; null: it has none. */
export const associationIn = (
  sources: Sources,
  { id, login }: { readonly id: number; readonly login: string },
  repository: RepositoryName
): Effect.Effect<string | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const newest = yield* sources.rest.associations(repository, login)
    // Who wrote nothing has an empty list.
    if (Option.isNone(newest))
      return yield* new GitHubUnavailable({
        operation: `read what ${login} is to ${repository}`,
        status: 404,
        why: "there is no list of what it wrote"
      })
    const written = newest.value.find(({ user }) => user?.id === id)?.author_association ?? MEMBER
    const isShown = written !== MEMBER || (yield* sources.publicMembers(splitRepository(repository).owner)).has(id)
    return (yield* settled(sources, repository, new Map([[id, isShown ? written : null]]))).get(id) ?? null
  })

/**
 * Turns associations into those that everybody sees, whoever asked for them. `accounts`: those that were shown as members. Fails if GitHub does not say who shows that
 * he is one.
 */
export const everybodysView = (
  sources: Sources,
  repository: RepositoryName,
  accounts: ReadonlySet<number>
): Effect.Effect<(association: string, account: number | null | undefined) => string, GitHubUnavailable> =>
  Effect.gen(function* () {
    const members = accounts.size === 0 ? new Set<number>() : yield* sources.publicMembers(splitRepository(repository).owner)
    const shown = new Map([...accounts].toSorted((a, b) => a - b).map((id) => [id, members.has(id) ? MEMBER : null]))
    const known = yield* settled(sources, repository, shown)
    return (association, account) =>
      association === MEMBER && typeof account === "number" ? (known.get(account) ?? NOT_SHOWN) : association
  })

/** The accounts that are shown as members. */
export const membersIn = (
  shown: Iterable<{ readonly association: string; readonly account: number | null | undefined }>
): ReadonlySet<number> =>
  new Set([...shown].flatMap(({ account, association }) => (association === MEMBER && typeof account === "number" ? [account] : [])))
