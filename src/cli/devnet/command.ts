/** `gittensor devnet`: runs a local chain and, with `--github`, a GitHub stand-in; funds accounts on it. */
import { join } from "node:path"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Console, Duration, Effect, Either, Option, Schema } from "effect"
import type { BlockTime } from "../../devnet/chain/BlockProducer.ts"
import { parse as parseAddress } from "../../domain/Account.ts"
import { parseAlpha } from "../../domain/Amount.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import {
  addressArgument,
  byDefault,
  existingFile,
  folder,
  invalid,
  json,
  port as portOption,
  whenRun,
  wholeNumber
} from "../shared/options.ts"

class InvalidBlockTime extends Schema.TaggedError<InvalidBlockTime>()("InvalidBlockTime", { input: Schema.String }) {
  override get message() {
    return `"${this.input}" is not a block time: use instant, manual, or a time of at least 20 ms, such as 500ms, 1s or 12s`
  }
}

/** The GitHub stand-in's account whose token is printed. */
const VISITOR = "visitor"

/** The time between blocks on Bittensor, which each block adds to the clock with --fast-forward. */
const realBlockTime = Duration.seconds(12)

const port = portOption("port", "the chain's port; 0 for any free one", 9944)

const host = Options.text("host").pipe(
  byDefault("127.0.0.1", "the address to listen on; anybody who can reach it can use the chain's well-known keys")
)

const blockTime = Options.text("block-time").pipe(
  byDefault("1s", "when to make a block: at an interval (500ms, 12s), for each transaction (instant), or only on request (manual)")
)

const github = existingFile("github").pipe(
  Options.withDescription(
    "also serve a GitHub stand-in with the facts in this file (pull requests as JSON lines): their issues are open, their pull requests not yet"
  ),
  Options.optional
)

const keep = folder("keep").pipe(
  Options.withDescription(
    "keep the chain in this folder and continue it at the next start (default: the chain is gone when the process ends)"
  ),
  Options.optional
)

const fastForward = Options.boolean("fast-forward").pipe(
  Options.withDescription("advance the chain's clock by 12 s a block, as on Bittensor, however fast blocks are made")
)

const describe = (mode: BlockTime): string =>
  mode === "instant"
    ? "a block for each transaction"
    : mode === "manual"
      ? "blocks on request (dev_newBlock)"
      : `a block every ${Duration.format(mode)}`

const run = Command.make("run", { port, host, blockTime, github, keep, fastForward, json }, (options) =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* runsUntilStopped
      const { parseBlockTime } = yield* Effect.promise(() => import("../../devnet/chain/BlockProducer.ts"))
      const mode = parseBlockTime(options.blockTime)
      if (mode === undefined) return yield* new InvalidBlockTime({ input: options.blockTime })
      const { start } = yield* Effect.promise(() => import("../../devnet/chain/DevChain.ts"))
      const { devRuntime } = yield* Effect.promise(() => import("../../devnet/chain/runtime.ts"))
      const chain = yield* start({
        runtime: yield* devRuntime,
        port: options.port,
        host: options.host,
        blockTime: mode,
        ...(options.fastForward ? { clockStep: realBlockTime } : {}),
        ...Option.match(options.keep, { onNone: () => ({}), onSome: (kept) => ({ keep: kept }) })
      })
      const standIn = yield* Effect.transposeMapOption(options.github, (file) =>
        Effect.gen(function* () {
          const { load } = yield* Effect.promise(() => import("../../domain/GitHubFacts.ts"))
          // Without a fact, it is a GitHub on which nothing has happened yet.
          const facts = yield* load(file, true)
          const { start: startStandIn } = yield* Effect.promise(() => import("../../devnet/github/StandIn.ts"))
          const { url, control } = yield* startStandIn({
            port: 0,
            facts,
            heldBack: "all",
            ...Option.match(options.keep, { onNone: () => ({}), onSome: (folder) => ({ historyFile: join(folder, "github.jsonl") }) })
          })
          const payload = { login: VISITOR }
          // A kept folder already has the account.
          const { token } = yield* control.user({ payload }).pipe(Effect.orElse(() => control.createUser({ payload })))
          return { github: url, githubToken: token }
        })
      )
      if (options.json) yield* Console.log(JSON.stringify({ endpoint: chain.endpoint, ...Option.getOrElse(standIn, () => ({})) }))
      else {
        yield* Console.log(`chain   ${chain.endpoint}  genesis ${chain.genesisHash}, ${describe(mode)}`)
        if (Option.isSome(standIn))
          yield* Console.log(`github  GITTENSOR_GITHUB_URL=${standIn.value.github} GITTENSOR_GITHUB_TOKEN=${standIn.value.githubToken}`)
        yield* Console.log("Press Ctrl-C to stop it.")
      }
      return yield* Effect.never
    })
  )
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
  whenRun(
    () => import("./fund.ts"),
    (module) => module.run
  )
).pipe(Command.withDescription("give an account TAO, and alpha if wanted, from the dev chain's //Alice"))

/** Runs `run` where no other command is named (program/argv.ts). */
export const devnet = Command.make("devnet").pipe(
  Command.withDescription("run a local dev chain, and fund accounts on it"),
  Command.withSubcommands([run, fund])
)
