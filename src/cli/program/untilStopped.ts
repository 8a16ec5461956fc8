/** Lets a long-running command declare signals as its normal end. */
import { Context, Effect } from "effect"

export class StopSignals extends Context.Tag("gittensor/cli/StopSignals")<
  StopSignals,
  {
    /** For a command that runs until it is stopped. */
    readonly areTheNormalEnd: Effect.Effect<void>
  }
>() {}

/** From here on, SIGHUP, SIGINT and SIGTERM end the process with exit code 0. */
export const runsUntilStopped = Effect.flatMap(StopSignals, ({ areTheNormalEnd }) => areTheNormalEnd)
