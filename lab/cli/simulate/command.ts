/** `gittensor simulate`: simulates hundreds of validators and miners, some of them hostile, over thousands of rounds; an epoch's consensus; attacks on a box. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { byDefault, invalid, json, whenRun, wholeOption } from "../../../src/cli/shared/options.ts"

const number = (name: string, description: string, otherwise: number, minimum: number, maximum: number) =>
  wholeOption(name, "number", minimum, maximum).pipe(byDefault(otherwise, description))

const rounds = number("rounds", "rounds of the season with the most hostile stake; other seasons take a fifth of them", 1_000, 1, 1_000_000)
const miners = number("miners", "miners on the subnet", 64, 2, 240)
const validators = number("validators", "validators of the contract", 9, 2, 16)
const seed = number("seed", "the seed of the random numbers: the same seed gives the same figures everywhere", 1, 0, 4_294_967_295)

/** Reads a percentage of the stake as basis points. */
const share = (text: string) => {
  const written = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim())
  const bps = written === null ? -1 : Number(written[1]) * 100 + Number((written[2] ?? "").padEnd(2, "0"))
  return bps >= 0 && bps < 10_000
    ? Effect.succeed(bps)
    : Effect.fail(invalid(`--hostile "${text}" is not a share of the stake: write a percentage from 0 to 99.99`))
}

const hostile = Options.text("hostile").pipe(
  Options.withPseudoName("share"),
  Options.withDescription("the percentage of stake that is hostile, instead of the scenario's own values"),
  Options.mapEffect(share),
  Options.optional
)

const scenario = Options.text("scenario").pipe(
  Options.withPseudoName("name"),
  Options.withDescription('what to simulate; may be given several times (default: all); "list" prints the names'),
  Options.repeated
)

const run = Command.make(
  "run",
  { rounds, miners, validators, seed, hostile, scenario, json },
  whenRun(() => import("./run.ts"))((module) => module.run)
).pipe(Command.withDescription("simulate a subnet with validators and miners, some of them hostile, over thousands of rounds"))

const sandbox = Command.make(
  "sandbox",
  { json },
  whenRun(() => import("./sandbox.ts"))((module) => module.run)
).pipe(Command.withDescription("attack a box from inside, and say of each attack whether this machine contains it (half a minute)"))

const oneCase = Command.make(
  "case",
  {
    file: Args.text({ name: "file" }).pipe(
      Args.withDescription(
        "stakes, reports and neurons of one epoch, or of several cases, or a proof that a report is false, as JSON; - reads standard input"
      )
    ),
    json
  },
  whenRun(() => import("./case.ts"))((module) => module.run)
).pipe(Command.withDescription("compute the consensus of validators' reports in a file, and compare it with what is claimed"))

/** Runs `run` if no subcommand is named (program/argv.ts). */
export const simulate = Command.make("simulate").pipe(
  Command.withDescription("simulate a subnet over thousands of rounds, an epoch's consensus, or attacks on this machine's sandbox"),
  Command.withSubcommands([run, oneCase, sandbox])
)
