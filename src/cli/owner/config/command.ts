/** `gittensor owner config …`: the contract's settings. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { changeableNames } from "../../../roles/owner/settings.ts"
import { callOptions, contract, json, network, whenRun } from "../../shared/options.ts"

const handlers = whenRun(() => import("./config.ts"))

const show = Command.make(
  "show",
  { network, contract, json },
  handlers((module) => module.show)
).pipe(Command.withDescription("show the settings, the owner and the code"))

const settings = Args.text({ name: "name=value" }).pipe(
  Args.atLeast(1),
  Args.withDescription(
    `a setting, as alpha (12.5), a time or blocks (2d, 12h, 14400), or a share (50.01%): ${changeableNames.join(", ")}, or treasury=SPAWNER:BLOCK:EXTRINSIC:TYPE:INDEX:SALT`
  )
)

const set = Command.make(
  "set",
  { settings, ...callOptions },
  handlers((module) => module.set)
).pipe(Command.withDescription("change settings, all of them or none"))

export const config = Command.make("config").pipe(
  Command.withDescription("show and change the contract's settings"),
  Command.withSubcommands([show, set])
)
