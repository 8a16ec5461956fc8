/** Review burden of miners' pull requests on the repositories of a roster and of registered issues. The owner keeps or removes repositories by these figures. */
import { Clock, Duration, Effect, Option, Schema } from "effect"
import { BURDEN_DAYS, type Burden, burdenOf, isMostlyClosed, LEAST_DECIDED, type MinersAccounts } from "../../domain/burden.ts"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { type RosterDocument, rosterRepositoryOf } from "../../domain/Roster.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { GitHubBurden } from "../../layers/github/display/GitHubBurden.ts"
import type { SurveyedRepository } from "./suggest.ts"

export interface RepositoryBurden {
  /** The name in the roster, or in the registered issue. */
  readonly name: string
  /** The current name on GitHub; null: GitHub does not show the repository. */
  readonly calledNow: string | null
  /** null: unknown, and `trouble` says why. */
  readonly burden: Burden | null
  readonly trouble: string | null
  /**
   * Whether the repository is proposed for removal: maintainers closed more than half of the miners' decided pull requests. It needs as many decided ones as
   * the roster says, or ten.
   */
  readonly shouldGo: boolean
}

const AT_ONCE = 4

const decodeName = Schema.decodeUnknownOption(RepositoryName)

const read = (one: Pick<RepositoryBurden, "calledNow" | "name" | "trouble">, miners: MinersAccounts, least: number) =>
  Effect.gen(function* () {
    const unknown = (trouble: string): RepositoryBurden => ({ ...one, burden: null, trouble, shouldGo: false })
    const name = Option.getOrUndefined(decodeName(one.calledNow))
    if (name === undefined) return unknown(one.trouble ?? "GitHub does not show it")
    const since = (yield* Clock.currentTimeMillis) - Duration.toMillis(Duration.days(BURDEN_DAYS))
    return yield* (yield* GitHubBurden).pullRequests(name, since).pipe(
      Effect.map((found): RepositoryBurden => {
        if (found === null) return unknown("GitHub does not show it")
        const burden = burdenOf(found, miners)
        return { ...one, burden, trouble: null, shouldGo: isMostlyClosed(burden.miners, least) }
      }),
      Effect.catchTag("GitHubUnavailable", ({ message }) => Effect.succeed(unknown(message)))
    )
  })

/**
 * Burdens of these repositories of the roster and, with `withRegistered`, of other repositories with an unfinished issue. Needs all miners' accounts, and so
 * reads their gists.
 */
export const burdensOf = Effect.fn("owner.burdensOf")(function* (
  surveyed: ReadonlyArray<SurveyedRepository>,
  repositories: RosterDocument["repositories"],
  withRegistered: boolean
) {
  const head = yield* (yield* Chain).finalisedHead
  const known = new Set(surveyed.flatMap(({ calledNow, name }) => [name.toLowerCase(), calledNow?.toLowerCase()]))
  const issues = withRegistered ? yield* allIssues(head) : []
  const others = issues.flatMap(({ repository, status }) =>
    status._tag === "Paid" || status._tag === "Cancelled" || known.has(repository.toLowerCase())
      ? []
      : [[repository.toLowerCase(), { name: repository, calledNow: repository, trouble: null }] as const]
  )
  const { accounts, unknown } = yield* (yield* GitHubAccounts).linkedAt(head)
  const miners = { accounts: new Set(accounts.values()), unknown: unknown.size }
  return yield* Effect.forEach(
    [...surveyed.map(({ calledNow, name, trouble }) => ({ calledNow, name, trouble })), ...new Map(others).values()],
    (one) => read(one, miners, rosterRepositoryOf(repositories, one.name)?.burden?.min_decided_prs ?? LEAST_DECIDED),
    { concurrency: AT_ONCE }
  )
})
