/** The commands, and how the program ends. */
import * as Command from "@effect/cli/Command"
import * as BunContext from "@effect/platform-bun/BunContext"
import { Effect, Exit, Fiber, Layer, Logger, LogLevel } from "effect"
import { configurationProvider } from "./configuration.ts"
import { demo } from "./demo.ts"
import { devnet } from "./devnet.ts"
import { doctor } from "./doctor.ts"
import { describeExit } from "./failure.ts"
import { mine } from "./mine/mine.ts"
import { owner } from "./owner/owner.ts"
import { onParentGone } from "./parent.ts"
import { validate } from "./validate.ts"

const gittensor = Command.make("gittensor").pipe(
  Command.withDescription("Rewards open-source work on a Bittensor subnet: bounties for GitHub issues, scores for merged pull requests."),
  Command.withSubcommands([validate, mine, owner, doctor, devnet, demo])
)

const logs = (level: LogLevel.LogLevel, json: boolean) =>
  Layer.merge(
    Logger.replace(Logger.defaultLogger, Logger.withConsoleError(json ? Logger.jsonLogger : Logger.logfmtLogger)),
    Logger.minimumLogLevel(level)
  )

const levelOf = (name: string | undefined): LogLevel.LogLevel =>
  LogLevel.allLevels.find((level) => level.label.toLowerCase() === name?.toLowerCase()) ?? LogLevel.Info

/** Runs the command line `argv`. A first SIGINT or SIGTERM interrupts in an orderly way, a second one ends the process at once. */
export const main = (argv: ReadonlyArray<string>, version: string): void => {
  const program = Effect.gen(function* () {
    const provider = yield* configurationProvider
    yield* Command.run(gittensor, { name: "Gittensor", version, executable: "gittensor" })(argv).pipe(Effect.withConfigProvider(provider))
  }).pipe(
    Effect.provide(
      Layer.merge(BunContext.layer, logs(levelOf(process.env.GITTENSOR_LOG_LEVEL), process.env.GITTENSOR_LOG_FORMAT === "json"))
    )
  )
  const fiber = Effect.runFork(program)
  let signals = 0
  const onSignal = (signal: "SIGINT" | "SIGTERM") => {
    signals += 1
    if (signals > 1) process.exit(signal === "SIGINT" ? 130 : 143)
    Effect.runFork(Fiber.interruptAsFork(fiber, fiber.id()))
  }
  process.on("SIGINT", () => onSignal("SIGINT"))
  process.on("SIGTERM", () => onSignal("SIGTERM"))
  onParentGone(() => onSignal("SIGTERM"))
  fiber.addObserver((exit) => {
    const { line, code } = describeExit(exit)
    if (line !== undefined) process.stderr.write(`gittensor: ${line}\n`)
    process.exit(signals > 0 && Exit.isFailure(exit) && code === 130 ? (signals === 1 ? 130 : 143) : code)
  })
}
