/**
 * Reads the newest pull requests of repositories, for the figures about their maintainers' burden, and what these chose. Needs a token, because only
 * GraphQL shows who answered.
 */
import { Context, Effect, Layer } from "effect"
import type { BorneList } from "../../../domain/burden.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import * as Rest from "../client/rest.ts"
import * as Transport from "../client/transport.ts"
import { GitHubUnavailable } from "../errors.ts"
import { type ChosenThere, readChosenThere } from "../open/chosenThere.ts"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { BorneAnswer, BURDEN_QUERY, type BurdenPullRequest, borneIn } from "./burden.ts"
import { DISPLAY_RESERVE } from "./GitHubDisplay.ts"

export class GitHubBurden extends Context.Tag("gittensor/GitHubBurden")<
  GitHubBurden,
  {
    readonly hasToken: boolean
    /**
     * The pull requests of a repository that were opened since a time (milliseconds since 1970), at most the newest 400. null: GitHub shows no such repository, or it
     * is private or disabled. That is no proof that it is gone.
     */
    readonly pullRequests: (repository: RepositoryName, since: number) => Effect.Effect<BorneList | null, GitHubUnavailable>
    /** null: GitHub shows no such repository. */
    readonly choices: (repository: RepositoryName) => Effect.Effect<ChosenThere | null, GitHubUnavailable>
  }
>() {}

/** The most pages of a repository's pull requests, of 50 each. */
const PAGES = 8

/** The service with the caller's settings. It decides nothing, so it leaves a share of each rate limit to others and never waits for a limit. */
export const makeWith = Effect.fn("GitHubBurden.make")(function* (settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const rest = Rest.make(yield* Transport.make(settings), hasToken, DISPLAY_RESERVE)

  const pullRequests = Effect.fn("GitHubBurden.pullRequests")(function* (repository: RepositoryName, since: number) {
    yield* Effect.annotateCurrentSpan("repository", repository)
    const operation = `list pull requests of ${repository}`
    const { owner, repo: name } = splitRepository(repository)
    const page = (after: string | null) =>
      Effect.map(rest.graphql(operation, BURDEN_QUERY, { owner, name, after }, BorneAnswer), ({ repository: found }) =>
        found === null || found.isPrivate || found.isDisabled ? null : found
      )
    const first = yield* page(null)
    if (first === null) return null
    const read: Array<BurdenPullRequest | null> = [...first.pullRequests.nodes]
    const isOlder = (pull: BurdenPullRequest | null): boolean => pull !== null && pull.createdAt < since
    let { pageInfo } = first.pullRequests
    for (let pages = 1; pageInfo.hasNextPage && pages < PAGES && !read.some(isOlder); pages++) {
      const next = yield* page(pageInfo.endCursor)
      if (next === null) return yield* new GitHubUnavailable({ operation, why: "it disappeared while its pages were being read" })
      read.push(...next.pullRequests.nodes)
      pageInfo = next.pullRequests.pageInfo
    }
    const isWhole = !pageInfo.hasNextPage || read.some(isOlder)
    // A pull request that was opened meanwhile shifts the pages, so the last of one page repeats as the first of the next.
    const once = [...new Map(shownEntries(read).map((pull) => [pull.number, pull])).values()]
    // An older pull request also proves an account's rights.
    const pulls = borneIn(first.owner.login, once).filter(({ createdAt }) => createdAt >= since)
    return {
      pulls,
      since: isWhole || pulls.length === 0 ? since : Math.min(...pulls.map(({ createdAt }) => createdAt)),
      isWhole,
      hidden: read.filter((pull) => pull === null).length
    } satisfies BorneList
  })

  const choices = Effect.fn("GitHubBurden.choices")((repository: RepositoryName) => readChosenThere(rest, repository))

  return GitHubBurden.of({ hasToken, pullRequests, choices })
})

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const layer = Layer.scoped(GitHubBurden, Effect.flatMap(gitHubSettings, makeWith))
