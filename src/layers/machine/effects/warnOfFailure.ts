import { Cause, Effect } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import type { RareLines } from "./rareLines.ts"

/**
 * A handler for `Effect.catchAllCause`, for work that is retried later. Logs `what`, such as "the prices could not be read and will be retried", with
 * the reason; `what` is the subject of the line. An interruption stays an interruption.
 */
export const warnOfFailure =
  (what: string, lines: RareLines) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
    Cause.isInterruptedOnly(cause) ? Effect.interrupt : lines.warn(what, `${what}: ${messageOf(Cause.squash(cause))}`)
