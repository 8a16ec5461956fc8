/** `gittensor owner recycle-slashed HOTKEY`. */
import * as Command from "@effect/cli/Command"
import { addressArgument, callOptions, whenRun } from "../../shared/options.ts"

export const recycleSlashed = Command.make(
  "recycle-slashed",
  { hotkey: addressArgument("hotkey", "the hotkey of the miner whose collateral was slashed"), ...callOptions },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("recycle slashed collateral that the chain refused to recycle at the time; anybody may do this"))
