/** `gittensor devnet`: runs a local chain and, with `--github`, a GitHub stand-in; funds accounts on it. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Effect, Either } from "effect"
import {
  addressArgument,
  byDefault,
  existingFile,
  folder,
  invalid,
  json,
  optionally,
  port as portOption,
  whenRun,
  wholeNumber
} from "../../../src/cli/shared/options.ts"
import { parse as parseAddress } from "../../../src/domain/Account.ts"
import { parseAlpha } from "../../../src/domain/Amount.ts"

const port = portOption("port", "the chain's port; 0 for any free one", 9944)

const host = Options.text("host").pipe(
  byDefault("127.0.0.1", "the address to listen on; anybody who can reach it can use the chain's well-known keys")
)

const blockTime = Options.text("block-time").pipe(
  byDefault("1s", "when to make a block: at an interval (500ms, 12s), for each transaction (instant), or only on request (manual)")
)

const github = existingFile("github").pipe(
  optionally(
    "also serve a GitHub stand-in with the facts in this file (pull requests as JSON lines): their issues are open, their pull requests not yet"
  )
)

const keep = folder("keep").pipe(
  optionally("keep the chain in this folder and continue it at the next start (default: the chain is gone when the process ends)")
)

const fastForward = Options.boolean("fast-forward").pipe(
  Options.withDescription("advance the chain's clock by 12 s a block, as on Bittensor, however fast blocks are made")
)

const run = Command.make(
  "run",
  { port, host, blockTime, github, keep, fastForward, json },
  whenRun(() => import("./run.ts"))((module) => module.run)
).pipe(Command.withDescription("run a local dev chain: a real Substrate runtime behind JSON-RPC, without consensus between nodes"))

const amount = (name: string, text: string) =>
  Either.match(parseAlpha(text), {
    onLeft: ({ message }) => Effect.fail(invalid(`${name} ${message}`)),
    onRight: (rao) => (rao > 0n ? Effect.succeed(rao) : Effect.fail(invalid(`${name} must be more than 0`)))
  })

const fundOptions = {
  account: addressArgument("address", "the account that gets the money: a coldkey's address"),
  tao: Args.text({ name: "amount" }).pipe(
    Args.withDescription("the amount in TAO: 100 or 12.5"),
    Args.mapEffect((text) => Effect.mapError(amount("amount", text), ({ error }) => error))
  ),
  alpha: Options.text("alpha").pipe(
    Options.withPseudoName("amount"),
    Options.withDescription("stake to give as well, in the subnet's alpha"),
    Options.mapEffect((text) => amount("--alpha", text)),
    Options.optional
  ),
  hotkey: Options.text("hotkey").pipe(
    Options.withPseudoName("address"),
    Options.withDescription("the registered hotkey behind which the stake is (default: the subnet owner's)"),
    Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--hotkey ${message}`))),
    Options.optional
  ),
  endpoint: Options.text("endpoint").pipe(
    Options.withFallbackConfig(Config.string("GITTENSOR_ENDPOINT")),
    byDefault("ws://127.0.0.1:9944", "the dev chain's WebSocket address")
  ),
  netuid: Options.text("netuid").pipe(
    Options.withPseudoName("number"),
    Options.withFallbackConfig(Config.string("GITTENSOR_NETUID")),
    byDefault("74", "the subnet's number"),
    Options.mapEffect(wholeNumber("--netuid", 0, 65_535))
  ),
  json
}

const fund = Command.make(
  "fund",
  fundOptions,
  whenRun(() => import("./fund.ts"))((module) => module.run)
).pipe(Command.withDescription("give an account TAO, and alpha if wanted, from the dev chain's //Alice"))

/** Runs `run` if no subcommand is named (program/argv.ts). */
export const devnet = Command.make("devnet").pipe(
  Command.withDescription("run a local dev chain, and fund accounts on it"),
  Command.withSubcommands([run, fund])
)
