/** `gittensor doctor`: checks what a validator, a miner or an index depends on. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Duration } from "effect"
import {
  byDefault,
  databaseOptions,
  json,
  key,
  metricsOptions,
  network,
  optionally,
  contract as requiredContract,
  rosterSource,
  USUAL_METRICS_PORT,
  whenRun,
  wholeOption
} from "../shared/options.ts"
import { ROLES } from "./roles.ts"

const contract = Options.optional(requiredContract)

const role = Options.choice("role", ROLES).pipe(
  optionally("the role to check for (default: what the hotkey is on the chain, plus the index if one is configured)")
)

const limit = wholeOption("within", "seconds", 2, 600).pipe(
  byDefault(5, "time limit for all checks together; what has not responded by then counts as not responding"),
  Options.map(Duration.seconds)
)

export const doctor = Command.make(
  "doctor",
  {
    role,
    limit,
    network,
    contract,
    key,
    roster: rosterSource,
    database: databaseOptions,
    ...metricsOptions(String(USUAL_METRICS_PORT), "where a validator on this machine serves /health"),
    json
  },
  whenRun(() => import("./doctor.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "check endpoints, clock, hotkey, contract, GitHub, disk and database within 5 seconds, with advice for each problem"
  )
)
