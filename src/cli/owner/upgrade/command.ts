/** `gittensor owner upgrade FILE.contract`. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { callOptions, whenRun } from "../../shared/options.ts"

const file = Args.text({ name: "file" }).pipe(Args.withDescription("the new version's .contract file"))

export const upgrade = Command.make(
  "upgrade",
  { file, ...callOptions },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("replace the contract's code and keep its state; uploads the code if the chain does not have it"))
