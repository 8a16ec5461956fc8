import { Cause, Effect } from "effect"
import { messageOf } from "../../domain/messageOf.ts"

/**
 * A handler for `Effect.catchAllCause`, for work that is retried later. Logs `what`, such as "the prices could not be read and will be retried", with the reason.
 * An interruption stays an interruption.
 */
export const warnOfFailure =
  (what: string) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
    Cause.isInterruptedOnly(cause) ? Effect.interrupt : Effect.logWarning(`${what}: ${messageOf(Cause.squash(cause))}`)
