/** `gittensor subnet …`: what the chain says of the subnet. */
import * as Command from "@effect/cli/Command"
import { json, network, whenRun } from "../shared/options.ts"

const bodies = () => import("./run.ts")

const metagraph = Command.make(
  "metagraph",
  { network, json },
  whenRun(bodies, (module) => module.metagraph)
).pipe(Command.withDescription("the neurons: UID, hotkey, stake, permit, axon"))

const hyperparameters = Command.make(
  "hyperparameters",
  { network, json },
  whenRun(bodies, (module) => module.hyperparameters)
).pipe(Command.withDescription("the subnet's settings, and when its next epoch begins"))

const commitments = Command.make(
  "commitments",
  { network, json },
  whenRun(bodies, (module) => module.commitments)
).pipe(Command.withDescription("what the neurons' hotkeys have committed"))

export const subnet = Command.make("subnet").pipe(
  Command.withDescription("what the chain says of the subnet"),
  Command.withSubcommands([metagraph, hyperparameters, commitments])
)
