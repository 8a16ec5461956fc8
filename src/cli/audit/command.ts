/** `gittensor audit --file FILE`: the aggregate of an epoch from stakes, reports and neurons in a file. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { json, whenRun } from "../shared/options.ts"

const file = Options.text("file").pipe(
  Options.withPseudoName("path"),
  Options.withDescription("stakes, reports and neurons of one epoch, or of several cases, as JSON; - reads standard input")
)

export const audit = Command.make(
  "audit",
  { file, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("computes the consensus of validators' reports again, and compares it with what is claimed"))
