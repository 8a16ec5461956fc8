/** `gittensor mine collateral …`: the deposit that competitions may require. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { parse as parseAddress } from "../../../domain/Account.ts"
import { callOptions, contract, invalid, json, key, network, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")

const amount = Args.text({ name: "amount" }).pipe(Args.withDescription("the amount in alpha: 100 or 12.5"))

const miner = Options.text("hotkey-address").pipe(
  Options.withPseudoName("address"),
  Options.withDescription("the miner's hotkey, if it is not the wallet's"),
  Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--hotkey-address ${message}`))),
  Options.optional
)

const deposit = Command.make(
  "deposit",
  { amount, miner, ...callOptions },
  whenRun(bodies, (module) => module.deposit)
).pipe(Command.withDescription("deposit stake that your coldkey has behind your hotkey"))

const withdraw = Command.make(
  "withdraw",
  { amount, miner, ...callOptions },
  whenRun(bodies, (module) => module.withdraw)
).pipe(Command.withDescription("take back collateral that is not locked by a competition"))

const show = Command.make(
  "show",
  { miner, network, contract, key, json },
  whenRun(bodies, (module) => module.show)
).pipe(Command.withDescription("show what competitions require, what you have deposited and what is free"))

export const collateral = Command.make("collateral").pipe(
  Command.withDescription("deposit, withdraw and show the collateral that competitions may require"),
  Command.withSubcommands([deposit, withdraw, show])
)
