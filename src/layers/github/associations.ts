/** An account's association with a repository, as everybody sees it. */
import { Effect, Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import { counted, countedOf, MEMBER, membersIn, NOBODY, type ShownAssociation, type View, viewOf } from "../../rules/github/associations.ts"
import type { Absence, Absences } from "./Absences.ts"
import { readList, slimmed } from "./client/pages.ts"
import * as Rest from "./client/rest.ts"
import { GitHubUnavailable } from "./errors.ts"

/** The ids of an organization's public members; null: GitHub shows no list of them, as for owners that are no organization. */
type PublicMembers = (organization: string) => Effect.Effect<ReadonlySet<number> | null, GitHubUnavailable>

export interface Sources {
  readonly rest: Pick<Rest.Rest, "associations">
  readonly publicMembers: PublicMembers
  readonly absences: Absences["Type"]
  readonly condition: Effect.Effect<string | null>
}

const Members = Schema.Array(Rest.Account)

/** Asks GitHub for an organization's public members. */
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
      (members) => (members === null ? null : new Set(members.map(({ id }) => id)))
    )

/**
 * The ids of the public members of the organization that owns a repository. `hasMembers`: GitHub shows some account as a member, so the organization
 * exists. If GitHub then does not show the list, it counts as missing until repeated checks prove that it is gone.
 */
const membersOf = (
  { absences, condition, publicMembers }: Sources,
  repository: RepositoryName,
  hasMembers: boolean
): Effect.Effect<ReadonlySet<number>, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { owner } = splitRepository(repository)
    const members = yield* publicMembers(owner)
    const name = owner.toLowerCase()
    const sightings = hasMembers ? [{ name, owner, seen: members === null ? null : "" }] : []
    const absence = (yield* absences.look("members", sightings, condition)).get(name)
    if (absence?.isProved === false)
      return yield* new GitHubUnavailable({ operation: `list the members of ${owner}`, status: 404, why: absence.why })
    return members ?? new Set<number>()
  })

const nameOf = (account: number, repository: RepositoryName): string => `${account} ${repository.toLowerCase()}`

/**
 * The associations that count, from those that GitHub shows; null: it shows none. An account that was a maintainer, and is now shown as nothing,
 * stays one until the loss is proved.
 */
const settledAssociations = (
  { absences, condition }: Sources,
  repository: RepositoryName,
  shown: ReadonlyMap<number, string | null>
): Effect.Effect<ReadonlyMap<number, string | null>> => {
  const sightings = [...shown].map(([account, association]) => ({
    name: nameOf(account, repository),
    owner: splitRepository(repository).owner,
    seen: association
  }))
  const unless = (absence: Absence | undefined, association: string | null) =>
    absence === undefined || absence.isProved ? association : (absence.last ?? null)
  return Effect.map(
    absences.look("association", sightings, condition),
    (absent) => new Map([...shown].map(([account, one]) => [account, unless(absent.get(nameOf(account, repository)), one)]))
  )
}

/**
 * An account's association with a repository: OWNER, MEMBER, COLLABORATOR or NONE. GitHub shows it on the account's newest issue or pull request
 * there. An account without either may be a public member of the owning organization.
 */
export const associationIn = (
  sources: Sources,
  { id, login }: { readonly id: number; readonly login: string },
  repository: RepositoryName
): Effect.Effect<string, GitHubUnavailable> =>
  Effect.gen(function* () {
    const newest = yield* sources.rest.associations(repository, login)
    // For an account that wrote nothing, GitHub's list is empty, not missing.
    if (Option.isNone(newest))
      return yield* new GitHubUnavailable({
        operation: `read what ${login} is to ${repository}`,
        status: 404,
        why: "GitHub has no list of the issues and pull requests that this account opened there"
      })
    const written = newest.value.find(({ user }) => user?.id === id)?.author_association
    const mayBeMember = written === undefined || written === MEMBER
    const isPublic = mayBeMember && (yield* membersOf(sources, repository, written === MEMBER)).has(id)
    return (yield* settledAssociations(sources, repository, new Map([[id, counted(written, isPublic)]]))).get(id) ?? NOBODY
  })

/**
 * Returns a function that maps an association as shown to this validator to the one that everybody sees. `all`: the associations shown. Fails if
 * GitHub does not say whose membership is public.
 */
export const everybodysView = (
  sources: Sources,
  repository: RepositoryName,
  all: ReadonlyArray<ShownAssociation>
): Effect.Effect<View, GitHubUnavailable> =>
  Effect.gen(function* () {
    const accounts = membersIn(all)
    const members = accounts.size === 0 ? new Set<number>() : yield* membersOf(sources, repository, true)
    return viewOf(yield* settledAssociations(sources, repository, countedOf(all, members)))
  })
