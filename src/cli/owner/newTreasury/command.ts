/** `gittensor owner new-treasury`. */
import * as Command from "@effect/cli/Command"
import { callOptions, whenRun } from "../../shared/options.ts"

export const newTreasury = Command.make(
  "new-treasury",
  callOptions,
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("create another treasury that nobody holds a key to, for a contract whose treasury was deregistered"))
