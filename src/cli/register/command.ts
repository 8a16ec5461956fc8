/** `gittensor mine register` and `gittensor validate register`. */
import * as Command from "@effect/cli/Command"
import { dryRun, json, key, network, whenRun, yes } from "../shared/options.ts"

const registering = (role: "miner" | "validator", next: string) =>
  Command.make(
    "register",
    { network, key, yes, dryRun, json },
    whenRun(() => import("./register.ts"))(
      ({ run }) =>
        (options) =>
          run(role, options)
    )
  ).pipe(Command.withDescription(`register the wallet's hotkey on the subnet; its coldkey pays, after a confirmation. ${next}`))

export const registerMiner = registering("miner", "Next: link-github, then enroll")
export const registerValidator = registering("validator", "Next, the owner must add it to the contract's validators")
