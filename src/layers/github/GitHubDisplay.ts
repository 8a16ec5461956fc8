/**
 * What a dashboard shows of GitHub: titles, labels, authors, pull requests, accounts. Nothing is decided by it, so it is asked for with what others
 * leave of the rate limits: a share of each stays untouched, and no question waits for a limit.
 */
import { Context, Effect, Layer, Option } from "effect"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { RestProfile } from "./display/queries.ts"
import { byGraphql, byRest, type Seen, type Sought } from "./display/shownIssues.ts"
import { AccountNotFound, GistNotFound, type GitHubUnavailable } from "./errors.ts"
import { type Gist, gistOf } from "./GitHub.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export type { NotShown, Seen, ShownIssue, ShownPullRequest, Sought } from "./display/shownIssues.ts"
export { AccountNotFound, GistNotFound, GitHubUnavailable } from "./errors.ts"
export type { Gist } from "./GitHub.ts"

export interface Profile {
  readonly id: number
  readonly login: string
  readonly avatar: string
}

export class GitHubDisplay extends Context.Tag("gittensor/GitHubDisplay")<
  GitHubDisplay,
  {
    /** How many issues are best asked for at once: one without a token, and then GitHub tells no pull requests. */
    readonly atOnce: number
    /** Issues, in their order. Fails where one of them is not answered. */
    readonly issues: (sought: ReadonlyArray<Sought>) => Effect.Effect<ReadonlyArray<Seen>, GitHubUnavailable>
    readonly profile: (account: number) => Effect.Effect<Profile, AccountNotFound | GitHubUnavailable>
    readonly gist: (id: string) => Effect.Effect<Gist, GistNotFound | GitHubUnavailable>
  }
>() {}

/** The share of each rate limit that is left to validators and others who use the same tokens. */
export const RESERVE = 0.2

/** Issues with one GraphQL query: some 1,200 nodes, for one point. */
const AT_ONCE = 10

/** The service with settings of one's own. */
export const makeWith = Effect.fn("GitHubDisplay.make")(function* (settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const rest = Rest.make(yield* Transport.make(settings), hasToken, RESERVE)

  const issues = Effect.fn("GitHubDisplay.issues")(function* (sought: ReadonlyArray<Sought>) {
    if (sought.length === 0) return []
    return yield* hasToken ? byGraphql(rest, sought) : Effect.forEach(sought, (one) => byRest(rest, one))
  })

  const profile = Effect.fn("GitHubDisplay.profile")(function* (account: number) {
    const question = { operation: `read account ${account}`, route: "GET /user/{id}", parameters: { id: account } }
    const { id, login, avatar_url } = yield* Effect.flatMap(
      rest.optional(question, RestProfile),
      Option.match({ onNone: () => Effect.fail(new AccountNotFound({ account })), onSome: Effect.succeed })
    )
    return { id, login, avatar: avatar_url }
  })

  const gist = Effect.fn("GitHubDisplay.gist")(function* (id: string) {
    const found = yield* rest.gist(id)
    return yield* Option.match(found, { onNone: () => new GistNotFound({ gist: id }), onSome: (one) => Effect.succeed(gistOf(one)) })
  })

  return GitHubDisplay.of({ atOnce: hasToken ? AT_ONCE : 1, issues, profile, gist })
})

const NO_TOKEN =
  "without GITTENSOR_GITHUB_TOKEN GitHub answers 60 questions an hour and tells no pull requests; a token of whatever account will do, without a permission"

/** The service by the configuration: GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT, _PATIENCE. */
export const layer = Layer.effect(
  GitHubDisplay,
  Effect.flatMap(gitHubSettings, (settings) =>
    Effect.zipRight(settings.tokens.length === 0 ? Effect.logInfo(NO_TOKEN) : Effect.void, makeWith(settings))
  )
)
