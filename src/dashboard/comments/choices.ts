/** What maintainers chose, which is believed for a while. */
import { Clock, Duration, Effect } from "effect"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import type { RepositoryChoices } from "../../domain/repositoryChoices.ts"
import type { GitHubComments } from "../../layers/github/GitHubComments.ts"

/** Whether maintainers asked for comments and statuses. */
export const isWelcome = ({ bounties, comments }: RepositoryChoices): boolean => bounties !== false && comments

/** Asks for a repository's choices unless it was asked within this time. */
export const makeChoices = (github: typeof GitHubComments.Service, believed: Duration.Duration) => {
  const chosen = new Map<string, { readonly at: number; readonly choices: RepositoryChoices | null }>()
  return (repository: RepositoryName) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const known = chosen.get(repository)
      if (known !== undefined && now - known.at < Duration.toMillis(believed)) return known.choices
      const choices = yield* github.choices(repository)
      chosen.set(repository, { at: now, choices })
      return choices
    })
}
