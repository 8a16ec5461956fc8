/** `gittensor doctor`: what works and what does not, a line each. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { json, key, network, contract as requiredContract, whenRun } from "./options.ts"

const contract = Options.optional(requiredContract)

export const doctor = Command.make(
  "doctor",
  { network, contract, key, json },
  whenRun(
    () => import("./run/doctor.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("check the chain, the subnet, your hotkey, the contract and GitHub"))
