/** Asks GitHub whether it knows each configured token, so that a refused one shows before anything else needs GitHub. */
import { Duration, Effect, Schedule } from "effect"
import { type GitHubSettings, gitHubSettings } from "../settings.ts"
import { RefusedTokens } from "./RefusedTokens.ts"
import { REFUSED_PAUSES } from "./TokenPool.ts"
import { askWith, RATE_LIMIT } from "./tokenRequest.ts"
import { UNKNOWN_AFTER } from "./tokens.ts"

const CHECK_INTERVAL = "1 hour"

const UNKNOWN = "unknown" as const

/** Asks with every token, and notes which ones GitHub does not know: those with several answers of 401 in a row. An answer of 500 or above, or none, says nothing. */
const checkTokens = (settings: GitHubSettings) => {
  const pauses = Schedule.intersect(
    Schedule.exponential(Duration.times(settings.pause, REFUSED_PAUSES)),
    Schedule.recurs(UNKNOWN_AFTER - 1)
  )
  return Effect.flatMap(RefusedTokens, ({ note }) =>
    Effect.forEach(
      settings.tokens,
      (token, slot) =>
        askWith(settings, RATE_LIMIT, token).pipe(
          Effect.filterOrFail(
            ({ status }) => status !== 401,
            () => UNKNOWN
          ),
          Effect.retry({ while: (failure) => failure === UNKNOWN, schedule: pauses }),
          Effect.matchEffect({
            onFailure: (failure) =>
              failure === UNKNOWN
                ? note(slot, true)
                : Effect.logDebug(`GitHub did not say whether it knows token ${slot + 1}`, failure.message),
            onSuccess: ({ status }) => (status < 500 ? note(slot, false) : Effect.void)
          })
        ),
      { discard: true }
    )
  )
}

/** Checks now and then every hour, for ever. The requests count against no rate limit. */
export const hourlyWith = (settings: GitHubSettings) => Effect.repeat(checkTokens(settings), Schedule.spaced(CHECK_INTERVAL))

/** The same, configured by GITTENSOR_GITHUB_URL, _TOKEN and _TIMEOUT. */
export const hourly = Effect.flatMap(gitHubSettings, hourlyWith)
