/** `gittensor mine issues` */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, json, network, whenRun } from "../../shared/options.ts"

const all = Options.boolean("all").pipe(Options.withDescription("include paid and cancelled issues"))

export const issues = Command.make(
  "issues",
  { all, network, contract, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("list the registered issues with bounty, funding and status"))
