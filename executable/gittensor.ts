/** The command tree of `gittensor`. */
import * as Command from "@effect/cli/Command"
import * as BunContext from "@effect/platform-bun/BunContext"
import { Cause, ConfigProvider, Console, Effect, Layer } from "effect"
import { demo } from "../lab/cli/demo/command.ts"
import { devnet } from "../lab/cli/devnet/command.ts"
import { simulate } from "../lab/cli/simulate/command.ts"
import { audit } from "../src/cli/audit/command.ts"
import { doctor } from "../src/cli/doctor/command.ts"
import { explain } from "../src/cli/explain/command.ts"
import { index } from "../src/cli/index/command.ts"
import { collateral } from "../src/cli/mine/collateral/command.ts"
import { mine } from "../src/cli/mine/command.ts"
import { changes, veto } from "../src/cli/owner/changes/command.ts"
import { owner } from "../src/cli/owner/command.ts"
import { config } from "../src/cli/owner/config/command.ts"
import { roster } from "../src/cli/owner/roster/command.ts"
import { validators } from "../src/cli/owner/validators/command.ts"
import { completionsAsked, parseable } from "../src/cli/program/argv.ts"
import { configurationOf, type Environment } from "../src/cli/program/configuration.ts"
import { describeExit } from "../src/cli/program/failure.ts"
import { type Commands, commandNamed, type Groups } from "../src/cli/program/groups.ts"
import { commandConsole, logs, withWrittenOutput } from "../src/cli/program/output.ts"
import { redactor, warnOfPasswords } from "../src/cli/program/redaction.ts"
import { type ExitRules, runToExit } from "../src/cli/program/runToExit.ts"
import { StopSignals } from "../src/cli/program/untilStopped.ts"
import { quality } from "../src/cli/quality/command.ts"
import { registerValidator } from "../src/cli/register/command.ts"
import { score } from "../src/cli/score/command.ts"
import { scoreFiles } from "../src/cli/scoreFiles/command.ts"
import { scoreRound } from "../src/cli/scoreRound/command.ts"
import { serve } from "../src/cli/serve/command.ts"
import { subnet } from "../src/cli/subnet/command.ts"
import { validate as runValidator } from "../src/cli/validate/command.ts"
import { journal } from "../src/cli/validate/journal/command.ts"
import { verify } from "../src/cli/verify/command.ts"
import { vote } from "../src/cli/vote/command.ts"
import { wallet } from "../src/cli/wallet/command.ts"
import { work } from "../src/cli/work/command.ts"

export const DESCRIPTION = "Rewards open-source work on a Bittensor subnet: bounties for GitHub issues, scores for merged pull requests."

const validate = Command.make("validate").pipe(
  Command.withDescription("run a validator: attest, match, judge and pay, and set weights"),
  Command.withSubcommands([runValidator, registerValidator, journal])
)

export const gittensor = Command.make("gittensor").pipe(
  Command.withDescription(DESCRIPTION),
  Command.withSubcommands([
    validate,
    veto,
    vote,
    mine,
    owner,
    explain,
    audit,
    doctor,
    verify,
    devnet,
    demo,
    simulate,
    index,
    serve,
    work,
    quality,
    subnet,
    wallet,
    score,
    scoreFiles,
    scoreRound
  ])
)

/**
 * A group that is missing here would get @effect/cli's own help and error. The list cannot be derived from the commands: @effect/cli's description of
 * a subcommand omits the subcommands below it.
 */
export const groups: Groups = new Map<string, Commands>([
  ["gittensor", Command.getSubcommands(gittensor)],
  ["gittensor validate", Command.getSubcommands(validate)],
  ["gittensor validate journal", Command.getSubcommands(journal)],
  ["gittensor devnet", Command.getSubcommands(devnet)],
  ["gittensor simulate", Command.getSubcommands(simulate)],
  ["gittensor subnet", Command.getSubcommands(subnet)],
  ["gittensor wallet", Command.getSubcommands(wallet)],
  ["gittensor mine", Command.getSubcommands(mine)],
  ["gittensor owner", Command.getSubcommands(owner)],
  ["gittensor owner validators", Command.getSubcommands(validators)],
  ["gittensor owner config", Command.getSubcommands(config)],
  ["gittensor owner changes", Command.getSubcommands(changes)],
  ["gittensor owner roster", Command.getSubcommands(roster)],
  ["gittensor quality", Command.getSubcommands(quality)],
  ["gittensor mine collateral", Command.getSubcommands(collateral)]
])

/** Help needs no boxes, and they have many modules. */
const confined = Layer.unwrapEffect(
  Effect.map(
    Effect.promise(() => import("../src/layers/machine/confined/chosen.ts")),
    ({ layer }) => layer("where-possible")
  )
)

export interface Program {
  readonly program: Effect.Effect<void, unknown>
  readonly rules: ExitRules
}

/** The effect of a command line in an environment, and the exit of its process. `commandLine` is like `process.argv`. */
export const programFor = (commandLine: ReadonlyArray<string>, environment: Environment, version: string): Program => {
  const { argv, logLevel } = parseable(commandLine)
  const { path, unknown, help, facts } = commandNamed(groups, DESCRIPTION, argv.slice(2))
  const fromOptions = ConfigProvider.fromMap(new Map(logLevel === undefined ? [] : [["GITTENSOR_LOG_LEVEL", logLevel]]))
  let redact = (text: string) => text
  let runsUntilStopped = false
  const program = Effect.gen(function* () {
    if (unknown !== undefined) return yield* unknown
    const asked = completionsAsked(argv.slice(2))
    if (asked !== undefined) {
      const { completionsFor, invalidShell } = yield* Effect.promise(() => import("../src/cli/program/completions.ts"))
      if (asked.shell === undefined) return yield* invalidShell(asked.word)
      return yield* Effect.flatMap(completionsFor(gittensor, asked.shell), (lines) => Console.log(lines.join("\n")))
    }
    if (help !== undefined) return yield* Effect.forEach(help, (line) => Console.log(line), { discard: true })
    const configuration = yield* configurationOf(environment)
    const provider = ConfigProvider.orElse(fromOptions, () => configuration.provider)
    redact = yield* redactor(argv, environment, provider)
    yield* warnOfPasswords(argv).pipe(
      Effect.zipRight(Effect.forEach(configuration.warnings, (warning) => Effect.logWarning(warning), { discard: true })),
      Effect.zipRight(Command.run(gittensor, { name: "Gittensor", version, executable: "gittensor" })(argv)),
      Effect.tapErrorCause((cause) => (Cause.isDie(cause) ? Effect.logDebug("internal error", cause) : Effect.void)),
      Effect.provide(confined),
      Effect.provide(logs(redact)),
      Effect.withConfigProvider(provider),
      Effect.withConsole(yield* commandConsole),
      Effect.provideService(StopSignals, {
        areTheNormalEnd: Effect.sync(() => {
          runsUntilStopped = true
        })
      })
    )
  }).pipe(Effect.provide(BunContext.layer))
  const rules: ExitRules = {
    runsUntilStopped: () => runsUntilStopped,
    describe: (exit) => describeExit(exit, `see "${path} --help"`, facts),
    redact: (line) => redact(line)
  }
  return { program, rules }
}

/** Runs the command line, and ends the process afterwards. */
export const main = (commandLine: ReadonlyArray<string>, version: string): void => {
  const { program, rules } = programFor(commandLine, process.env, version)
  runToExit(withWrittenOutput(program), rules)
}
