/** `gittensor mine collateral …`: the deposit that competitions may require. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { callOptions, contract, json, key, minerHotkey, network, whenRun } from "../../shared/options.ts"

const handlers = whenRun(() => import("./collateral.ts"))

const amount = Args.text({ name: "amount" }).pipe(Args.withDescription("the amount in alpha: 100 or 12.5"))

const deposit = Command.make(
  "deposit",
  { amount, miner: minerHotkey, ...callOptions },
  handlers((module) => module.deposit)
).pipe(Command.withDescription("deposit stake that your coldkey has behind your hotkey"))

const withdraw = Command.make(
  "withdraw",
  { amount, miner: minerHotkey, ...callOptions },
  handlers((module) => module.withdraw)
).pipe(Command.withDescription("take back collateral that is not locked by a match"))

const show = Command.make(
  "show",
  { miner: minerHotkey, network, contract, key, json },
  handlers((module) => module.show)
).pipe(Command.withDescription("show what matches require, what you have deposited and what is free"))

export const collateral = Command.make("collateral").pipe(
  Command.withDescription("deposit, withdraw and show the collateral that matches may require"),
  Command.withSubcommands([deposit, withdraw, show])
)
