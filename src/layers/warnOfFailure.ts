import { Cause, Effect } from "effect"
import { messageOf } from "../domain/messageOf.ts"

/**
 * Handles the failures of work that is tried again later, as in `Effect.catchAllCause(warnOfFailure("the prices could not be read and will be"))`: logs the reason.
 * An interruption stays one.
 */
export const warnOfFailure =
  (what: string) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
    Cause.isInterruptedOnly(cause) ? Effect.interrupt : Effect.logWarning(`${what}: ${messageOf(Cause.squash(cause))}`)
