/** The commands, and how the program ends. */
import * as Command from "@effect/cli/Command"
import * as BunContext from "@effect/platform-bun/BunContext"
import { Cause, Config, ConfigProvider, Console, Effect, Exit, Fiber, HashMap, Layer, Logger, LogLevel, Ref, Schema } from "effect"
import { onParentGone } from "../terminal/parent.ts"
import { demo } from "./demo.ts"
import { devnet } from "./devnet.ts"
import { doctor } from "./doctor/command.ts"
import { explain } from "./explain/command.ts"
import { index } from "./index/command.ts"
import { collateral } from "./mine/collateral/command.ts"
import { mine } from "./mine/command.ts"
import { changes, veto } from "./owner/changes/command.ts"
import { owner } from "./owner/command.ts"
import { config } from "./owner/config/command.ts"
import { validators } from "./owner/validators/command.ts"
import { configurationProvider } from "./program/configuration.ts"
import { describeDefect, describeExit, type Ending } from "./program/failure.ts"
import { type Children, descriptionIn, groupHelp } from "./program/groupHelp.ts"
import { Lifetime } from "./program/Lifetime.ts"
import { redactor } from "./program/redaction.ts"
import { registerValidator } from "./register/command.ts"
import { score } from "./score/command.ts"
import { scoreFiles } from "./scoreFiles/command.ts"
import { scoreRound } from "./scoreRound/command.ts"
import { serve } from "./serve/command.ts"
import { simulate } from "./simulate/command.ts"
import { subnet } from "./subnet/command.ts"
import { validate as runValidator } from "./validate/command.ts"
import { wallet } from "./wallet/command.ts"

const DESCRIPTION = "Rewards open-source work on a Bittensor subnet: bounties for GitHub issues, scores for merged pull requests."

const validate = Command.make("validate").pipe(
  Command.withDescription("a validator: attest, pair, judge, keep up, set weights"),
  Command.withSubcommands([runValidator, registerValidator])
)

const gittensor = Command.make("gittensor").pipe(
  Command.withDescription(DESCRIPTION),
  Command.withSubcommands([
    validate,
    veto,
    mine,
    owner,
    explain,
    doctor,
    devnet,
    demo,
    simulate,
    index,
    serve,
    subnet,
    wallet,
    score,
    scoreFiles,
    scoreRound
  ])
)

export class InvalidCommand extends Schema.TaggedError<InvalidCommand>()("InvalidCommand", {
  word: Schema.String,
  parent: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    return `"${this.word}" is no command of "${this.parent}": use one of ${this.known.join(", ")}`
  }
}

/** The commands that have commands below them, by the words that lead to them. */
const groups: ReadonlyMap<string, Children> = new Map<string, Children>([
  ["gittensor", Command.getSubcommands(gittensor)],
  ["gittensor validate", Command.getSubcommands(validate)],
  ["gittensor subnet", Command.getSubcommands(subnet)],
  ["gittensor wallet", Command.getSubcommands(wallet)],
  ["gittensor mine", Command.getSubcommands(mine)],
  ["gittensor owner", Command.getSubcommands(owner)],
  ["gittensor owner validators", Command.getSubcommands(validators)],
  ["gittensor owner config", Command.getSubcommands(config)],
  ["gittensor owner changes", Command.getSubcommands(changes)],
  ["gittensor mine collateral", Command.getSubcommands(collateral)]
])

const builtIn = /^(-h|--(help|version|wizard|completions|log-level)(=.*)?)$/

interface Named {
  /** The words that lead to the command. */
  readonly path: string
  /** A word that names no command. */
  readonly unknown?: InvalidCommand
  /** The command has others below it, and nothing but its help can have been meant. */
  readonly help?: ReadonlyArray<string>
}

const helpOf = (path: string, children: Children): ReadonlyArray<string> => {
  const above = groups.get(path.slice(0, path.lastIndexOf(" ")))
  return groupHelp(path, above === undefined ? DESCRIPTION : descriptionIn(above, path.slice(path.lastIndexOf(" ") + 1)), children)
}

/** Follows the words of the command line down to the command they name. */
const named = (words: ReadonlyArray<string>, path = "gittensor"): Named => {
  const [word, ...others] = words
  const children = groups.get(path)
  if (children === undefined) return { path }
  if (word === undefined || /^(-h|--help)$/.test(word)) return { path, help: helpOf(path, children) }
  if (builtIn.test(word)) return { path }
  return HashMap.has(children, word)
    ? named(others, `${path} ${word}`)
    : { path, unknown: new InvalidCommand({ word, parent: path, known: [...HashMap.keys(children)].toSorted() }) }
}

/** Takes `--log-level LEVEL` out of the command line, wherever it stands: @effect/cli knows it in the first place only. */
const takeLogLevel = (argv: ReadonlyArray<string>): { readonly argv: ReadonlyArray<string>; readonly settings: Map<string, string> } => {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length
  const at = argv.findIndex((word, index) => index < end && /^--log-level(=|$)/.test(word))
  if (at < 0) return { argv, settings: new Map() }
  const [, given] = argv[at]?.split("=", 2) ?? []
  return {
    argv: argv.toSpliced(at, given === undefined ? 2 : 1),
    settings: new Map([["GITTENSOR_LOG_LEVEL", given ?? argv[at + 1] ?? ""]])
  }
}

/** What a group does when no command of it is named: `gittensor mine` alone, or with options only, is its screen. */
const USUAL: Readonly<Record<string, string>> = { mine: "screen", validate: "run" }

const withUsual = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [, , group = "", next] = argv
  const usual = Object.hasOwn(USUAL, group) ? USUAL[group] : undefined
  const isBare = next === undefined || (next.startsWith("-") && !builtIn.test(next))
  return usual !== undefined && isBare ? argv.toSpliced(3, 0, usual) : argv
}

/** `-`, which stands for standard input, comes last: @effect/cli takes what follows it for words, not for options. */
const withInputLast = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const at = argv[2] === "score-round" ? argv.indexOf("-", 3) : -1
  return at < 0 ? argv : [...argv.toSpliced(at, 1), "-"]
}

/** Logs go to standard error, without secrets; standard output is the command's own. */
const logs = (redact: (text: string) => string) =>
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

/** The help in colours on a terminal only, and no word of @effect/cli about errors: `describeExit` has that one. */
const ownConsole = Console.consoleWith((console) =>
  Effect.succeed<Console.Console>({
    ...console,
    error: () => Effect.void,
    log: process.stdout.isTTY
      ? console.log
      : (...values: ReadonlyArray<unknown>) =>
          console.log(...values.map((value) => (typeof value === "string" ? Bun.stripANSI(value) : value)))
  })
)

const CODE_OF = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof CODE_OF

/** An orderly end that takes longer is none: the process ends all the same. In milliseconds. */
const LONGEST_END = 8_000

/**
 * Runs the command line. A first SIGHUP, SIGINT or SIGTERM interrupts in an orderly way, a second one ends the process at once. A command that
 * runs until it is stopped ends well by a signal.
 */
export const main = (commandLine: ReadonlyArray<string>, version: string): void => {
  const { argv: given, settings } = takeLogLevel(commandLine)
  const argv = withInputLast(withUsual(given))
  const { path, unknown, help } = named(argv.slice(2))
  let redact = (text: string) => text
  const runsUntilStopped = Ref.unsafeMake(false)
  const program = Effect.gen(function* () {
    if (unknown !== undefined) return yield* unknown
    if (help !== undefined) return yield* Effect.forEach(help, (line) => Console.log(line), { discard: true })
    const configuration = yield* configurationProvider
    const provider = ConfigProvider.orElse(ConfigProvider.fromMap(settings), () => configuration)
    redact = yield* redactor(argv, process.env, provider)
    yield* Command.run(gittensor, { name: "Gittensor", version, executable: "gittensor" })(argv).pipe(
      Effect.tapErrorCause((cause) => (Cause.isDie(cause) ? Effect.logDebug("defect", cause) : Effect.void)),
      Effect.provide(logs(redact)),
      Effect.withConfigProvider(provider),
      Effect.withConsole(yield* ownConsole),
      Effect.provideService(Lifetime, { untilStopped: Ref.set(runsUntilStopped, true) })
    )
  }).pipe(Effect.provide(BunContext.layer))

  const end = ({ line, code }: Ending) => {
    if (line !== undefined) process.stderr.write(`gittensor: ${redact(line)}\n`)
    process.exit(code)
  }
  const fiber = Effect.runFork(program)
  let stoppedBy: Signal | undefined
  const onSignal = (signal: Signal) => {
    if (stoppedBy !== undefined) process.exit(CODE_OF[signal])
    stoppedBy = signal
    setTimeout(() => {
      process.stderr.write(`gittensor: not ended ${LONGEST_END / 1000} s after ${signal}, cut off\n`)
      process.exit(CODE_OF[signal])
    }, LONGEST_END).unref()
    Effect.runFork(Fiber.interruptAsFork(fiber, fiber.id()))
  }
  process.on("SIGHUP", () => onSignal("SIGHUP"))
  process.on("SIGINT", () => onSignal("SIGINT"))
  process.on("SIGTERM", () => onSignal("SIGTERM"))
  onParentGone(() => onSignal("SIGTERM"))
  // What a library throws into nothing.
  process.on("uncaughtException", (error) => end(describeDefect(error)))
  process.on("unhandledRejection", (error) => end(describeDefect(error)))
  fiber.addObserver((exit) => {
    if (stoppedBy !== undefined && Exit.isInterrupted(exit))
      return end({ line: undefined, code: Effect.runSync(Ref.get(runsUntilStopped)) ? 0 : CODE_OF[stoppedBy] })
    end(describeExit(exit, `see "${path} --help"`))
  })
}
