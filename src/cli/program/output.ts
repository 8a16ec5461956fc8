/** Destinations of a command's output and logs. */
import { format } from "node:util"
import { Config, ConfigError, Console, Effect, Either, HashMap, Inspectable, Layer, Logger, LogLevel } from "effect"
import { writeOut } from "./writeOut.ts"

/** logfmt's own keys. Annotations of these names would repeat a key. */
const OWN_KEYS: ReadonlySet<string> = new Set(["timestamp", "level", "fiber", "message", "cause"])

/** Joins a message's parts to one text: the event, and then its error. */
const oneText = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map((part) => (typeof part === "string" ? part : Inspectable.toStringUnknown(part, 0)))
    .join(": ")

/** Gives a logger a single string as message, and renames annotations that collide with logfmt's own keys. */
export const withOneMessage = <Output>(logger: Logger.Logger<unknown, Output>): Logger.Logger<unknown, Output> =>
  Logger.make((options) =>
    logger.log({
      ...options,
      message: oneText(options.message),
      annotations: HashMap.fromIterable(
        [...options.annotations].map(([key, value]) => [OWN_KEYS.has(key) ? `annotated_${key}` : key, value] as const)
      )
    })
  )

/** The levels at which this program logs. Those of libraries are taken too. */
const LEVELS = "debug, info, warning, error and none"

const logLevel = Config.string("GITTENSOR_LOG_LEVEL").pipe(
  Config.mapOrFail((said) => {
    const level = LogLevel.allLevels.find(({ _tag, label }) => [_tag, label].some((name) => name.toLowerCase() === said.toLowerCase()))
    return level === undefined
      ? Either.left(ConfigError.InvalidData([], `"${said}" is no level: there are ${LEVELS}`))
      : Either.right(level)
  }),
  Config.withDefault(LogLevel.Info)
)

/** Logs to standard error, with secrets removed; standard output belongs to the command. */
export const logs = (redact: (text: string) => string) =>
  Effect.gen(function* () {
    const level = yield* logLevel
    const format = yield* Config.literal("json", "logfmt")("GITTENSOR_LOG_FORMAT").pipe(Config.withDefault("logfmt"))
    return Layer.merge(
      Logger.replace(
        Logger.defaultLogger,
        Logger.withConsoleError(Logger.map(withOneMessage(format === "json" ? Logger.jsonLogger : Logger.logfmtLogger), redact))
      ),
      Logger.minimumLogLevel(level)
    )
  }).pipe(Layer.unwrapEffect)

/** Writes what a program prints to standard output at once, and fails where that cannot be done. */
export const withWrittenOutput = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Console.consoleWith((console) =>
    Effect.withConsole(program, {
      ...console,
      log: (...values: ReadonlyArray<unknown>) => Effect.sync(() => writeOut(`${format(...values)}\n`))
    })
  )

/** Strips the colours of @effect/cli's help unless it goes to a terminal, and suppresses its error output: `describeExit` prints errors. */
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
