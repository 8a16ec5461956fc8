/** `gittensor owner deploy`: a new contract and its keyless treasury. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { settingNames } from "../../../roles/owner/settings.ts"
import { dryRun, json, key, network, whenRun, yes } from "../../shared/options.ts"

const set = Options.keyValueMap("set").pipe(
  Options.withDescription(
    `a setting that differs from its default, as name=value (alpha 12.5, a time 2d or blocks 14400, a share 50.01%): ${settingNames.join(", ")}`
  ),
  Options.optional
)

const validators = Options.text("validator").pipe(
  Options.withPseudoName("HOTKEY[:COLDKEY…]"),
  Options.withDescription("a validator to add, with the coldkeys whose stake counts (default: the hotkey's owner); may be repeated"),
  Options.repeated
)

const keepSetup = Options.boolean("keep-setup").pipe(
  Options.withDescription("stop before the set-up ends: changes apply at once, no bounty is filled and no competition starts")
)

export const deploy = Command.make(
  "deploy",
  { network, key, set, validators, keepSetup, yes, dryRun, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("deploy a new contract, with a treasury that nobody holds a key to"))
