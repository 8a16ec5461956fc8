/** A cache of maintainers' choices. */
import { Clock, Duration, Effect } from "effect"
import { consentOf } from "../../domain/consent.ts"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import type { Chosen, GitHubComments } from "../../layers/github/GitHubComments.ts"

/**
 * How maintainers requested comments and statuses, as a phrase; null: they did not. A choices file inherited from another repository, for example by a fork,
 * is no request.
 */
export const askedBy = ({ choices, file, isArchived, repository }: Chosen): string | null => {
  const consent = consentOf({ repository, isArchived, file, issue: null })
  return choices.comments && consent._tag === "Asked" ? consent.because : null
}

/** Reads a repository's choices, cached for `believed`. */
export const makeChoices = (github: typeof GitHubComments.Service, believed: Duration.Duration) => {
  const known = new Map<string, { readonly at: number; readonly chosen: Chosen | null }>()
  return (repository: RepositoryName) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const before = known.get(repository)
      if (before !== undefined && now - before.at < Duration.toMillis(believed)) return before.chosen
      const chosen = yield* github.choices(repository)
      known.set(repository, { at: now, chosen })
      return chosen
    })
}
