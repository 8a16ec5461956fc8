/** `gittensor mine collateral …`: what a miner puts up to be allowed to compete. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { parse as parseAddress } from "../../../domain/Account.ts"
import { callOptions, contract, invalid, json, key, network, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")

const amount = Args.text({ name: "amount" }).pipe(Args.withDescription("in alpha: 100 or 12.5"))

const miner = Options.text("hotkey-address").pipe(
  Options.withPseudoName("address"),
  Options.withDescription("the miner's hotkey, where it is not the wallet's"),
  Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--hotkey-address ${message}`))),
  Options.optional
)

const deposit = Command.make(
  "deposit",
  { amount, miner, ...callOptions },
  whenRun(bodies, (module) => module.deposit)
).pipe(Command.withDescription("deposit stake of your coldkey behind your hotkey"))

const withdraw = Command.make(
  "withdraw",
  { amount, miner, ...callOptions },
  whenRun(bodies, (module) => module.withdraw)
).pipe(Command.withDescription("take back what is not bound to a competition"))

const show = Command.make(
  "show",
  { miner, network, contract, key, json },
  whenRun(bodies, (module) => module.show)
).pipe(Command.withDescription("what is asked of a competitor, what you have there, and what is free"))

export const collateral = Command.make("collateral").pipe(
  Command.withDescription("what a miner puts up to be allowed to compete"),
  Command.withSubcommands([deposit, withdraw, show])
)
