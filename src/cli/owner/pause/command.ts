/** `gittensor owner pause` and `gittensor owner unpause`. */
import * as Command from "@effect/cli/Command"
import { callOptions, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")

export const pause = Command.make(
  "pause",
  callOptions,
  whenRun(bodies, (module) => module.pause)
).pipe(Command.withDescription("stop new issues and competitions at once; running competitions continue and are paid"))

export const unpause = Command.make(
  "unpause",
  callOptions,
  whenRun(bodies, (module) => module.unpause)
).pipe(Command.withDescription("allow new issues and competitions again"))
