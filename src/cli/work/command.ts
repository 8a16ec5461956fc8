/** `gittensor work`: executes validators' durable workflows. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Effect } from "effect"
import {
  allowBuildScripts,
  byDefault,
  folder,
  invalid,
  json,
  judges,
  metricsOptions,
  port as portOption,
  whenRun,
  wholeOption,
  workDatabase
} from "../shared/options.ts"
import { KINDS, type Kind } from "./kinds.ts"

const isKind = (text: string): text is Kind => KINDS.some((kind) => kind === text)

const take = Options.text("take").pipe(
  Options.withPseudoName("kinds"),
  byDefault(KINDS.join(","), `the kinds of work to take, separated by commas: ${KINDS.join(", ")}`),
  Options.mapEffect((text) => {
    const kinds = [...new Set(text.split(",").map((part) => part.trim()))]
    const unknown = kinds.find((kind) => !isKind(kind))
    return unknown === undefined
      ? Effect.succeed(kinds.filter(isKind))
      : Effect.fail(invalid(`--take "${unknown}" is not a kind of work: choose from ${KINDS.join(", ")}`))
  })
)

const host = Options.text("host").pipe(
  Options.withFallbackConfig(Config.string("GITTENSOR_WORK_HOST")),
  byDefault("127.0.0.1", "the address at which other workers and validators reach this one; another machine's needs keys (--enrol)")
)

const port = portOption("port", "the port for other workers", 34_431)

const atOnce = wholeOption("at-once", "number", 1, 1_000).pipe(
  byDefault(8, "pull requests in progress at once, whose texts are held in memory")
)

const data = folder("data").pipe(
  Options.withDescription("the folder of this worker's caches (default ~/.gittensor/work); each worker of a machine needs its own"),
  Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
  Options.optional
)

const enrol = Options.boolean("enrol").pipe(
  Options.withDescription("create this worker's key if it has none, print what the other workers and validators need, and exit")
)

export const work = Command.make(
  "work",
  {
    workDatabase: Options.optional(workDatabase),
    enrol,
    take,
    allowBuildScripts,
    judges: Options.optional(judges),
    host,
    port,
    atOnce,
    data,
    ...metricsOptions("none"),
    json
  },
  whenRun(() => import("./work.ts"))(
    ({ run, enrolment }) =>
      (options) =>
        options.enrol ? enrolment(options) : run(options)
  )
).pipe(Command.withDescription("execute the work that validators hand to a Postgres database, on as many machines as you like"))
