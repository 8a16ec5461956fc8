/** Runs a local chain and, with `--github`, a GitHub stand-in, until the process is told to stop. */
import { join } from "node:path"
import { Console, Duration, Effect, Option } from "effect"
import { runsUntilStopped } from "../../../src/cli/program/untilStopped.ts"
import { InvalidInput } from "../../../src/domain/failures.ts"
import { type BlockTime, parseBlockTime } from "../../devnet/chain/BlockProducer.ts"
import { start } from "../../devnet/chain/DevChain.ts"
import { devRuntime } from "../../devnet/chain/runtime.ts"

/** The GitHub stand-in's account whose token is printed. */
const VISITOR = "visitor"

/** The time between blocks on Bittensor, which each block adds to the clock with --fast-forward. */
const realBlockTime = Duration.seconds(12)

const describe = (mode: BlockTime): string =>
  mode === "instant"
    ? "a block for each transaction"
    : mode === "manual"
      ? "blocks on request (dev_newBlock)"
      : `a block every ${Duration.format(mode)}`

/** Serves a stand-in with the facts of a file. Imported here, because most runs have no stand-in. */
const serveGitHub = (file: string, kept: Option.Option<string>) =>
  Effect.gen(function* () {
    const { load } = yield* Effect.promise(() => import("../../devnet/github/facts/GitHubFacts.ts"))
    // Without facts, the stand-in starts empty.
    const facts = yield* load(file, true)
    const { start: startStandIn } = yield* Effect.promise(() => import("../../devnet/github/StandIn.ts"))
    const { url, control } = yield* startStandIn({
      port: 0,
      facts,
      heldBack: "all",
      ...Option.match(kept, { onNone: () => ({}), onSome: (folder) => ({ historyFile: join(folder, "github.jsonl") }) })
    })
    const payload = { login: VISITOR }
    // With a kept folder, the account already exists.
    const { token } = yield* control.user({ payload }).pipe(Effect.orElse(() => control.createUser({ payload })))
    return { github: url, githubToken: token }
  })

export interface RunOptions {
  readonly port: number
  readonly host: string
  readonly blockTime: string
  readonly github: Option.Option<string>
  readonly keep: Option.Option<string>
  readonly fastForward: boolean
  readonly json: boolean
}

export const run = (options: RunOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* runsUntilStopped
      const mode = parseBlockTime(options.blockTime)
      if (mode === undefined)
        return yield* new InvalidInput({
          message: `"${options.blockTime}" is not a block time: use instant, manual, or a time of at least 20 ms, such as 500ms, 1s or 12s`
        })
      const chain = yield* start({
        runtime: yield* devRuntime,
        port: options.port,
        host: options.host,
        blockTime: mode,
        ...(options.fastForward ? { clockStep: realBlockTime } : {}),
        ...Option.match(options.keep, { onNone: () => ({}), onSome: (kept) => ({ keep: kept }) })
      })
      const standIn = yield* Effect.transposeMapOption(options.github, (file) => serveGitHub(file, options.keep))
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
