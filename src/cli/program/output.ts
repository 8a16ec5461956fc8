/** Where a command's output and its logs go. */
import { Config, Console, Effect, Layer, Logger, LogLevel } from "effect"

/** Logs to standard error, with secrets removed; standard output belongs to the command. */
export const logs = (redact: (text: string) => string) =>
  Effect.gen(function* () {
    const level = yield* Config.logLevel("GITTENSOR_LOG_LEVEL").pipe(Config.withDefault(LogLevel.Info))
    const format = yield* Config.literal("json", "logfmt")("GITTENSOR_LOG_FORMAT").pipe(Config.withDefault("logfmt"))
    return Layer.merge(
      Logger.replace(
        Logger.defaultLogger,
        Logger.withConsoleError(Logger.map(format === "json" ? Logger.jsonLogger : Logger.logfmtLogger, redact))
      ),
      Logger.minimumLogLevel(level)
    )
  }).pipe(Layer.unwrapEffect)

/** Strips the colours of @effect/cli's help unless it goes to a terminal, and drops what it prints about errors: `describeExit` does that. */
export const commandConsole = Console.consoleWith((console) =>
  Effect.succeed<Console.Console>({
    ...console,
    error: () => Effect.void,
    log: process.stdout.isTTY
      ? console.log
      : (...values: ReadonlyArray<unknown>) =>
          console.log(...values.map((value) => (typeof value === "string" ? Bun.stripANSI(value) : value)))
  })
)
