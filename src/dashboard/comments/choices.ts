/** What maintainers chose, which is believed for a while. */
import { Clock, Duration, Effect } from "effect"
import { consentFileOf, consentOf } from "../../domain/consent.ts"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import type { Chosen, GitHubComments } from "../../layers/github/GitHubComments.ts"

/**
 * How maintainers asked for comments and statuses, as a part of a sentence; null: they did not. A file that was inherited from another repository, such as by a fork, asks
 * for nothing.
 */
export const askedBy = ({ choices, isArchived, repository }: Chosen): string | null => {
  const consent = consentOf({ repository, isArchived, file: consentFileOf(choices), issue: null })
  return choices.comments && consent._tag === "Asked" ? consent.because : null
}

/** Asks for a repository's choices unless it was asked within this time. */
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
