/** `gittensor subnet …`: shows the subnet's state on chain. */
import * as Command from "@effect/cli/Command"
import { json, network, whenRun } from "../shared/options.ts"

const handlers = whenRun(() => import("./subnet.ts"))

const metagraph = Command.make(
  "metagraph",
  { network, json },
  handlers((module) => module.metagraph)
).pipe(Command.withDescription("list the neurons: UID, hotkey, stake, permit, axon"))

const hyperparameters = Command.make(
  "hyperparameters",
  { network, json },
  handlers((module) => module.hyperparameters)
).pipe(Command.withDescription("show the subnet's settings and when its next epoch begins"))

const commitments = Command.make(
  "commitments",
  { network, json },
  handlers((module) => module.commitments)
).pipe(Command.withDescription("list the commitments of the neurons' hotkeys"))

export const subnet = Command.make("subnet").pipe(
  Command.withDescription("show the subnet's state on the chain"),
  Command.withSubcommands([metagraph, hyperparameters, commitments])
)
