/** `gittensor owner config …`: the contract's settings. */
import * as Command from "@effect/cli/Command"
import { contract, json, network, whenRun } from "../options.ts"

const bodies = () => import("../run/config.ts")

const show = Command.make(
  "show",
  { network, contract, json },
  whenRun(bodies, (module) => module.show)
).pipe(Command.withDescription("the settings, in blocks and in days, the owner and the code"))

export const config = Command.make("config").pipe(Command.withDescription("the contract's settings"), Command.withSubcommands([show]))
