/** Runs the demo and prints its result. */
import { Console, Effect, Option } from "effect"
import { runsUntilStopped } from "../../../src/cli/program/untilStopped.ts"
import { OperationFailed } from "../../../src/domain/failures.ts"
import { toJson } from "../../../src/layers/machine/terminal/output.ts"
import * as Narrator from "../../demo/Narrator.ts"
import { FAST, type Pace, WATCH } from "../../demo/pace.ts"
import { type DemoOptions, run as runDemo } from "../../demo/run.ts"

interface DemoInput extends Omit<DemoOptions, "pace"> {
  readonly pace: Option.Option<Pace>
  readonly json: boolean
  readonly verbose: boolean
}

export const run = (options: DemoInput) =>
  Effect.gen(function* () {
    if (Option.isNone(options.exitAfter)) yield* runsUntilStopped
    const shown = options.page || Option.isNone(options.exitAfter)
    const isQuick = Option.isSome(options.exitAfter) || Option.isSome(options.githubData)
    // A run until interrupted prints only the story. A run with `--exit-after` prints everything, because its output is read afterwards.
    const tellsAll = options.verbose || options.json || Option.isSome(options.exitAfter)
    const pace = Option.getOrElse(options.pace, () => (isQuick ? FAST : WATCH))
    const summary = yield* runDemo({ ...options, pace, page: shown }).pipe(
      Effect.provide(Narrator.layer(options.json ? process.stderr : process.stdout, tellsAll))
    )
    yield* options.json
      ? Console.log(toJson(summary))
      : Console.log(`${summary.paid} bounties paid in ${summary.seconds} s and ${summary.blocks} blocks, ${summary.wrong} wrong winners`)
    const { failed, paid, wrong } = summary
    if (failed > 0 || wrong > 0)
      return yield* new OperationFailed({
        message: `the demo failed: ${paid} bounties paid, ${failed} failed, ${wrong} paid to the wrong miner; see the lines above`
      })
  })
