/** `gittensor owner validators …`: the contract's whitelist. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { addressArgument, callOptions, contract, json, network, whenRun } from "../../shared/options.ts"

const hotkeyArgument = addressArgument("hotkey", "the validator's hotkey")

const coldkeys = Options.text("coldkey").pipe(
  Options.between(0, 4),
  Options.withSchema(Schema.mutable(Schema.Array(AccountAddress))),
  Options.withDescription("a coldkey whose stake behind the hotkey counts; may be given 4 times (default: the hotkey's owner)")
)

const handlers = whenRun(() => import("./validators.ts"))

const add = Command.make(
  "add",
  { hotkey: hotkeyArgument, coldkeys, ...callOptions },
  handlers((module) => module.add)
).pipe(Command.withDescription("allow a validator to attest and vote"))

const remove = Command.make(
  "remove",
  { hotkey: hotkeyArgument, ...callOptions },
  handlers((module) => module.remove)
).pipe(Command.withDescription("remove a validator from the whitelist"))

const list = Command.make(
  "list",
  { network, contract, json },
  handlers((module) => module.list)
).pipe(Command.withDescription("list the whitelist with each validator's effective stake, and the weight of its vote now"))

export const validators = Command.make("validators").pipe(
  Command.withDescription("add, remove and list the contract's validators"),
  Command.withSubcommands([add, remove, list])
)
