/** `gittensor owner treasury`. */
import * as Command from "@effect/cli/Command"
import { contract, json, network, whenRun } from "../../shared/options.ts"

export const treasury = Command.make(
  "treasury",
  { network, contract, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("show where the money is, and who holds proxies of the treasury's coldkey"))
