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
).pipe(Command.withDescription('open the full screen of issues, enrolments and competitions; the default of "gittensor mine"'))
