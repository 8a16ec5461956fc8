/** `gittensor mine status`. */
import * as Command from "@effect/cli/Command"
import { contract, json, key, network, whenRun } from "../../shared/options.ts"

export const status = Command.make(
  "status",
  { network, contract, key, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("show your rating and rank, your enrolments and your competitions"))
