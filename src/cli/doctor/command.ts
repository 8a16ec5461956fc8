/** `gittensor doctor`: what works and what does not, a line each. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Duration } from "effect"
import { databaseOptions, json, key, network, contract as requiredContract, whenRun, wholeNumber } from "../shared/options.ts"
import { ROLES } from "./roles.ts"

const contract = Options.optional(requiredContract)

const role = Options.choice("role", ROLES).pipe(
  Options.withDescription("whose concerns to look at (default: what the hotkey is on the chain, and the index where one is configured)"),
  Options.optional
)

const limit = Options.text("within").pipe(
  Options.withPseudoName("seconds"),
  Options.withDescription("how long all of it may take; what has not answered by then is said to be silent"),
  Options.withDefault("5"),
  Options.mapEffect(wholeNumber("--within", 2, 600)),
  Options.map(Duration.seconds)
)

export const doctor = Command.make(
  "doctor",
  { role, limit, network, contract, key, database: databaseOptions, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(
  Command.withDescription("check endpoints, clock, hotkey, contract, GitHub, disk and database in 5 seconds: a line each, and what to do")
)
