/** `gittensor owner changes …`, and `gittensor veto CHANGE` for validators. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { callOptions, contract, idArgument, json, network, whenRun } from "../../shared/options.ts"

const handlers = whenRun(() => import("./changes.ts"))
const change = idArgument("change", 'the change\'s number, as "gittensor owner changes list" shows it')

const list = Command.make(
  "list",
  { network, contract, json },
  handlers((module) => module.list)
).pipe(Command.withDescription("list the announced changes: when they can be applied, and who voted against them"))

const apply = Command.make(
  "apply",
  { change, ...callOptions },
  handlers((module) => module.apply)
).pipe(Command.withDescription("apply a change whose delay is over; anyone may do this"))

const drop = Command.make(
  "drop",
  { change, ...callOptions },
  handlers((module) => module.drop)
).pipe(Command.withDescription("drop a change for good if the votes against it weigh more than half; anyone may do this"))

const withdraw = Command.make(
  "withdraw",
  { change, ...callOptions },
  handlers((module) => module.withdraw)
).pipe(Command.withDescription("withdraw an announced change"))

export const changes = Command.make("changes").pipe(
  Command.withDescription("list, apply, drop and withdraw announced changes"),
  Command.withSubcommands([list, apply, drop, withdraw])
)

export const veto = Command.make(
  "veto",
  { change, takeBack: Options.boolean("take-back").pipe(Options.withDescription("take your vote against it back")), ...callOptions },
  handlers((module) => module.veto)
).pipe(Command.withDescription("vote, as a validator, against a change that the owner announced"))
