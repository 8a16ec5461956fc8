/** Checks each GitHub token (its account and remaining rate limit) and a miner's link. */
import { Effect, Option, type Redacted, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { NO_ANSWER_IN_TIME } from "../../layers/chain/node/probe.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { UNKNOWN_TOKEN } from "../../layers/github/client/RefusedTokens.ts"
import { askWith, limitMet, RATE_LIMIT } from "../../layers/github/client/tokenRequest.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import { jsonOf } from "../../layers/machine/http/boundedAnswer.ts"
import { type CheckResult, late, ok, shareOfTimeLimit, silent, warning, wrong } from "./Check.ts"

const Limit = Schema.Struct({ limit: Schema.Int, remaining: Schema.Int, reset: Schema.Int })
const Limits = Schema.Struct({ resources: Schema.Struct({ core: Limit, graphql: Limit }) })
const Viewer = Schema.Struct({ login: Schema.String, id: Schema.Int })

interface TokenAnswer {
  readonly account: { readonly login: string; readonly id: number } | null
  /** The scopes of a classic token. */
  readonly scopes: string
  readonly expires: Option.Option<number>
  readonly core: typeof Limit.Type
  readonly graphql: typeof Limit.Type
}

const askAboutToken = (url: string, token: Redacted.Redacted | undefined) =>
  Effect.gen(function* () {
    const limits = yield* askWith({ url }, RATE_LIMIT, token)
    if (limits.status === 401) return "unknown" as const
    if (limitMet(limits) !== undefined) return "limited" as const
    const { resources } = yield* jsonOf(Limits)(limits)
    const viewer = token === undefined ? undefined : yield* askWith({ url }, "/user", token)
    const account = viewer?.status === 200 ? yield* jsonOf(Viewer)(viewer) : null
    const expires = Date.parse(viewer?.headers["github-authentication-token-expiration"] ?? "")
    return {
      account,
      scopes: viewer?.headers["x-oauth-scopes"] ?? "",
      expires: Number.isNaN(expires) ? Option.none() : Option.some(expires),
      ...resources
    } satisfies TokenAnswer
  }).pipe(
    (looked) =>
      Effect.flatMap(shareOfTimeLimit(0.7), (limit) =>
        Effect.timeoutFail(looked, { duration: limit, onTimeout: () => new Error(NO_ANSWER_IN_TIME) })
      ),
    Effect.mapError((error) => ("reason" in error && typeof error.reason === "string" ? error.reason : error.message)),
    Effect.either
  )

const DAY = 86_400_000
/** Below this share of the rate limit, a round may not finish. */
const LOW_REMAINDER = 0.1

const budget = ({ core, graphql }: TokenAnswer): string =>
  `${core.remaining} of ${core.limit} requests and ${graphql.remaining} of ${graphql.limit} GraphQL points left`

const seenResult = (name: string, seen: TokenAnswer): CheckResult => {
  const { account, scopes, expires, core, graphql } = seen
  const text = `${name} is ${account?.login ?? "an app"}'s, ${budget(seen)}`
  const scarce = [core, graphql].filter(({ limit, remaining }) => remaining <= limit * LOW_REMAINDER)
  if (scarce.length > 0) {
    const until = new Date(Math.max(...scarce.map(({ reset }) => reset)) * 1000).toISOString()
    const hint = "add a token of another account (GITTENSOR_GITHUB_TOKEN takes several, separated by commas)"
    return (scarce.some(({ remaining }) => remaining === 0) ? wrong : warning)(`${text} until ${until}`, hint)
  }
  const days = Option.map(expires, (at) => Math.floor((at - Date.now()) / DAY))
  if (Option.isSome(days) && days.value < 14) return warning(`${text}; it expires in ${days.value} days`, "create the next one in time")
  return scopes.trim() === ""
    ? ok(text)
    : warning(
        `${text}; it has more permissions than needed: ${scopes}`,
        "replace it by one without any permissions: only public data is read"
      )
}

/** A finding for each token, or a single one if there is none. */
export const gitHubFindings = Effect.gen(function* () {
  const { url, tokens } = yield* gitHubSettings
  const { host } = new URL(url)
  const all = yield* Effect.forEach(tokens.length === 0 ? [undefined] : tokens, (token) => askAboutToken(url, token), { concurrency: 8 })
  const owners = all.map((seen) => (seen._tag === "Right" && typeof seen.right !== "string" ? (seen.right.account?.id ?? null) : null))
  return all.map((seen, index): CheckResult => {
    const name = tokens.length < 2 ? "the token" : `token ${index + 1} of ${tokens.length}`
    if (seen._tag === "Left")
      return (seen.left === NO_ANSWER_IN_TIME ? late : silent)(
        `${host} did not answer (${seen.left})`,
        "check GITTENSOR_GITHUB_URL and www.githubstatus.com; nothing is decided until GitHub answers"
      )
    if (seen.right === "unknown") return wrong(`GitHub does not know ${name}`, UNKNOWN_TOKEN)
    if (seen.right === "limited")
      return warning(
        `${host} wants no more requests with ${name} for a while: a rate limit is used up`,
        "wait a few minutes; if it happens often, add a token of another account or run fewer programs with this one"
      )
    if (tokens.length === 0)
      return warning(
        `${host} answers, but no token is set`,
        "set GITTENSOR_GITHUB_TOKEN (it needs no permissions): verdicts, scores and pull requests require one"
      )
    const twin = owners.findIndex((id, other) => other < index && id !== null && id === owners[index])
    return twin < 0
      ? seenResult(`${host} answers, ${name}`, seen.right)
      : warning(
          `${name} belongs to the same account as token ${twin + 1}`,
          "GitHub counts all requests of an account together: use another account's token"
        )
  })
})

export const linkResult = Effect.fn("doctor.link")(function* (hotkey: AccountAddress, head: BlockReference) {
  const { accounts, unknown, refused } = yield* (yield* GitHubAccounts).linkOf(hotkey, head)
  const account = accounts.get(hotkey)
  if (account !== undefined) return ok(`linked to GitHub account ${account}`)
  const link = "gittensor mine link-github"
  if (unknown.has(hotkey))
    return silent(
      "GitHub does not show the gist now, so the link could not be checked",
      `run the doctor again later; if the gist was deleted: ${link}`
    )
  return wrong(refused.get(hotkey) ?? "no GitHub account is linked, so this miner is never paired", link)
})
