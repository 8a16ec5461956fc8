/**
 * Reads what a dashboard shows of GitHub: titles, labels, authors, pull requests, accounts. It decides nothing, so it leaves a share of each rate
 * limit to others and never waits for a limit.
 */
import { Array as Arrays, Context, Effect, Layer, Predicate, Ref } from "effect"
import * as Rest from "../client/rest.ts"
import * as Transport from "../client/transport.ts"
import { AccountNotFound, type GistNotFound, type GitHubUnavailable } from "../errors.ts"
import { type Gist, gistById } from "../GitHub.ts"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { RestProfile } from "./queries.ts"
import { byGraphql, byRest, type ShownOrNot, type SoughtIssue } from "./shownIssues.ts"
import { type PullRequestPlace, type ShownTimeline, timelines } from "./timeline.ts"

export { AccountNotFound, GistNotFound, GitHubUnavailable } from "../errors.ts"
export type { Gist } from "../GitHub.ts"
export type { ShownOrNot as Seen, ShownPullRequest, SoughtIssue as Sought } from "./shownIssues.ts"
export type { PullRequestPlace, ShownPlay, ShownTimeline } from "./timeline.ts"

export interface Profile {
  readonly id: number
  readonly login: string
  readonly avatar: string
}

export class GitHubDisplay extends Context.Tag("gittensor/GitHubDisplay")<
  GitHubDisplay,
  {
    readonly hasToken: boolean
    /** Whether GitHub does not know the token. Only `openWith` finds that out. */
    readonly isRefused: Effect.Effect<boolean>
    /** Issues to request in one call. Without a token it is one, and pull requests are not known. */
    readonly atOnce: number
    /** Issues in the order given. Fails if any of them gets no answer. */
    readonly issues: (sought: ReadonlyArray<SoughtIssue>) => Effect.Effect<ReadonlyArray<ShownOrNot>, GitHubUnavailable>
    /** The events of pull requests, in the order given; null: GitHub does not show the pull request. Without a token, nothing is known. */
    readonly plays: (pulls: ReadonlyArray<PullRequestPlace>) => Effect.Effect<ReadonlyArray<ShownTimeline | null>, GitHubUnavailable>
    readonly profile: (account: number) => Effect.Effect<Profile, AccountNotFound | GitHubUnavailable>
    readonly gist: (id: string) => Effect.Effect<Gist, GistNotFound | GitHubUnavailable>
  }
>() {}

/** The share of each rate limit left to other users of the same tokens, such as validators. */
export const DISPLAY_RESERVE = 0.2

/** Issues in one GraphQL query: about 6,500 nodes, which cost five points. */
const AT_ONCE = 10

/** Pull requests in one GraphQL query: about 17,000 nodes with their checks, which cost three points. */
const PULLS_AT_ONCE = 5

export const makeWith = Effect.fn("GitHubDisplay.make")(function* (settings: GitHubSettings) {
  const hasToken = settings.tokens.length > 0
  const rest = Rest.make(yield* Transport.make(settings), hasToken, DISPLAY_RESERVE)

  const issues = Effect.fn("GitHubDisplay.issues")(function* (sought: ReadonlyArray<SoughtIssue>) {
    if (sought.length === 0) return []
    return yield* hasToken ? byGraphql(rest, sought) : Effect.forEach(sought, (one) => byRest(rest, one))
  })

  const plays = Effect.fn("GitHubDisplay.plays")(function* (pulls: ReadonlyArray<PullRequestPlace>) {
    if (!hasToken) return pulls.map(() => null)
    const batches = yield* Effect.forEach(Arrays.chunksOf(pulls, PULLS_AT_ONCE), (some) => timelines(rest, some))
    return batches.flat()
  })

  const profile = Effect.fn("GitHubDisplay.profile")(function* (account: number) {
    const question = { operation: `read account ${account}`, route: "GET /user/{id}", parameters: { id: account } }
    const { id, login, avatar_url } = yield* Effect.flatMap(
      rest.optional(question, RestProfile),
      Effect.mapError(() => new AccountNotFound({ account }))
    )
    return { id, login, avatar: avatar_url }
  })

  const gist = Effect.fn("GitHubDisplay.gist")(function* (id: string) {
    return yield* gistById(rest, id)
  })

  return GitHubDisplay.of({ hasToken, isRefused: Effect.succeed(false), atOnce: hasToken ? AT_ONCE : 1, issues, plays, profile, gist })
})

/** The service for somebody at a terminal: while GitHub does not know the token, titles and accounts are read without one, as far as GitHub allows that. */
export const openWith = Effect.fn("GitHubDisplay.open")(function* (settings: GitHubSettings) {
  const [own, bare] = yield* Effect.all([makeWith(settings), makeWith({ ...settings, tokens: [] })])
  const refused = yield* Ref.make(false)
  const either = <A, E>(ask: (display: GitHubDisplay["Type"]) => Effect.Effect<A, E | GitHubUnavailable>) =>
    ask(own).pipe(
      Effect.tap(() => Ref.set(refused, false)),
      Effect.catchIf(
        (error): error is GitHubUnavailable => Predicate.isTagged(error, "GitHubUnavailable"),
        (error) =>
          Effect.flatMap(
            Ref.updateAndGet(refused, (is) => is || error.status === 401),
            (isRefused) => (isRefused ? ask(bare) : Effect.fail(error))
          )
      )
    )
  return GitHubDisplay.of({
    ...own,
    isRefused: Ref.get(refused),
    issues: (sought) => either(({ issues }) => issues(sought)),
    profile: (account) => either(({ profile }) => profile(account))
  })
})

/** The same, configured as `layer`. */
export const openLayer = Layer.effect(GitHubDisplay, Effect.flatMap(gitHubSettings, openWith))

const NO_TOKEN =
  "without GITTENSOR_GITHUB_TOKEN, GitHub allows 60 requests an hour and pull requests are not shown; any account's token will do, and it needs no scopes"

/** The same as `layer`, without advice about tokens in the log. */
export const quietLayer = Layer.effect(GitHubDisplay, Effect.flatMap(gitHubSettings, makeWith))

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const layer = Layer.effect(
  GitHubDisplay,
  Effect.flatMap(gitHubSettings, (settings) =>
    Effect.zipRight(settings.tokens.length === 0 ? Effect.logInfo(NO_TOKEN) : Effect.void, makeWith(settings))
  )
)
