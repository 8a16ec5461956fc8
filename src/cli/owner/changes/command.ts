/** `gittensor owner changes …`, and `gittensor veto CHANGE` for validators. */
import * as Command from "@effect/cli/Command"
import { callOptions, contract, idArgument, json, network, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")
const change = idArgument("change", 'the change\'s number, as "gittensor owner changes list" shows it')

const list = Command.make(
  "list",
  { network, contract, json },
  whenRun(bodies, (module) => module.list)
).pipe(Command.withDescription("the announced changes: from when they apply, and who has vetoed"))

const apply = Command.make(
  "apply",
  { change, ...callOptions },
  whenRun(bodies, (module) => module.apply)
).pipe(Command.withDescription("apply a change whose delay is over; anybody may"))

const withdraw = Command.make(
  "withdraw",
  { change, ...callOptions },
  whenRun(bodies, (module) => module.withdraw)
).pipe(Command.withDescription("take an announced change back"))

export const changes = Command.make("changes").pipe(
  Command.withDescription("what the owner has announced and not applied yet"),
  Command.withSubcommands([list, apply, withdraw])
)

export const veto = Command.make(
  "veto",
  { change, ...callOptions },
  whenRun(bodies, (module) => module.veto)
).pipe(Command.withDescription("a validator's vote against a change that the owner announced"))
