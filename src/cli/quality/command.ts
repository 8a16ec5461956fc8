/** `gittensor quality …`: the durable work in a database. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { json, whenRun, wholeNumber, workDatabase } from "../shared/options.ts"

const status = Command.make(
  "status",
  { workDatabase, json },
  whenRun(
    () => import("./run.ts"),
    ({ status }) => status
  )
).pipe(Command.withDescription("show the workers of a database, and how much work is done and waiting"))

const days = Options.text("keep").pipe(
  Options.withPseudoName("days"),
  Options.withDescription("keep what was submitted within this many days"),
  Options.withDefault("30"),
  Options.mapEffect(wholeNumber("--keep", 0, 100_000))
)

const prune = Command.make(
  "prune",
  { workDatabase, days, json },
  whenRun(
    () => import("./run.ts"),
    ({ prune }) => prune
  )
).pipe(Command.withDescription("forget finished work; workers do this by themselves after 30 days"))

export const quality = Command.make("quality").pipe(
  Command.withDescription("look after the work that validators hand to workers"),
  Command.withSubcommands([status, prune])
)
