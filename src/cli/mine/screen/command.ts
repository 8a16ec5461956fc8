/** `gittensor mine screen`, and `gittensor mine` alone. */
import * as Command from "@effect/cli/Command"
import { contract, json, key, network, whenRun } from "../../shared/options.ts"

export const screen = Command.make(
  "screen",
  { network, contract, key, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription('issues, enrolments and competitions on one full screen; "gittensor mine" alone opens it'))
