/** Asks GitHub whether it knows each configured token, so that a refused token shows before other work needs GitHub. */
import { Effect, Schedule } from "effect"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { RefusedTokens } from "./RefusedTokens.ts"
import { askWith, RATE_LIMIT } from "./tokenRequest.ts"

const EVERY = "1 hour"

/** Checks every token once, and records those that GitHub does not know. An answer of 500 or above, or none, says nothing about a token. */
const checkTokens = (settings: GitHubSettings) =>
  Effect.flatMap(RefusedTokens, ({ note }) =>
    Effect.forEach(
      settings.tokens,
      (token, slot) =>
        askWith(settings, RATE_LIMIT, token).pipe(
          Effect.matchEffect({
            onFailure: ({ message }) => Effect.logDebug(`GitHub did not say whether it knows token ${slot + 1}`, message),
            onSuccess: ({ status }) => (status < 500 ? note(slot, status === 401) : Effect.void)
          })
        ),
      { discard: true }
    )
  )

/** Checks now and then every hour, for ever. The requests count against no rate limit. */
export const hourlyWith = (settings: GitHubSettings) => Effect.repeat(checkTokens(settings), Schedule.spaced(EVERY))

/** The same, configured by GITTENSOR_GITHUB_URL, _TOKEN and _TIMEOUT. */
export const hourly = Effect.flatMap(gitHubSettings, hourlyWith)
