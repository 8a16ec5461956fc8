/** `gittensor owner recycle`. */
import * as Command from "@effect/cli/Command"
import { callOptions, whenRun } from "../../shared/options.ts"

export const recycle = Command.make(
  "recycle",
  callOptions,
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("recycle what waits for it in the contract; anybody may do this, and a harvest does it too"))
