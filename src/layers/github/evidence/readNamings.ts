/**
 * Reads which pull requests are named for an issue, and which accounts belong to the project, by the rule of
 * rules/verdicts/fromGitHub/namings.ts.
 */
import { Effect, Option } from "effect"
import { ListedPullRequest } from "../../../domain/github/IssueAnswers.ts"
import type { PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { doubtfulNamings, type KnownIssue, mentionsIn, namingsIn, unknownIn } from "../../../rules/verdicts/fromGitHub/namings.ts"
import { listedPullRequestOf } from "../../../rules/verdicts/fromGitHub/timeline.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { hasMoved } from "./activity.ts"

interface Place {
  readonly rest: Rest
  readonly repository: RepositoryName
  readonly branch: string
}

/** A pull request by its number; undefined: there is none. */
const readPullRequest = ({ repository, rest }: Place, number: number): Effect.Effect<PullRequestEvidence | undefined, GitHubUnavailable> =>
  Effect.map(
    rest.optional(
      {
        operation: `read ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}",
        parameters: { ...splitRepository(repository), number }
      },
      ListedPullRequest
    ),
    (found) => Option.getOrUndefined(Option.map(found, (one) => listedPullRequestOf(number, one)))
  )

/** Reads the links between pull requests and the issue. Checks only the accounts whose words or closings depend on their rights. */
export const readNamings = Effect.fn("GitHub.readNamings")(function* (place: Place, shown: KnownIssue) {
  const mentions = mentionsIn(shown)
  const proved = yield* Effect.filter(
    doubtfulNamings(shown, mentions),
    (account) => hasMoved(place.rest, { repository: place.repository, branch: place.branch }, account),
    {
      concurrency: 4
    }
  )
  const writers = new Set([...mentions.writers, ...proved.map(({ id }) => id)])
  const read = new Map<number, PullRequestEvidence>()
  for (const number of unknownIn(shown, mentions, writers)) {
    const found = yield* readPullRequest(place, number)
    if (found !== undefined) read.set(number, found)
  }
  return { ...namingsIn(shown, mentions, writers, read), writers: [...writers] }
})
