/** What a signal means to the running command. */
import { Context, type Effect } from "effect"

export class Lifetime extends Context.Tag("gittensor/cli/Lifetime")<
  Lifetime,
  {
    /** Said by a command that runs until somebody stops it: SIGINT and SIGTERM are then its good end, with exit code 0. */
    readonly untilStopped: Effect.Effect<void>
  }
>() {}
