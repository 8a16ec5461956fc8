/** `gittensor owner deploy`: a new contract and its keyless treasury. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { settingNames } from "../../../owner/settings.ts"
import { dryRun, json, key, network, whenRun, yes } from "../../shared/options.ts"

const set = Options.keyValueMap("set").pipe(
  Options.withDescription(
    `a setting that differs from its default, as name=value (alpha 12.5, a time 2d or blocks 14400, a share 50.01%): ${settingNames.join(", ")}`
  ),
  Options.optional
)

export const deploy = Command.make(
  "deploy",
  { network, key, set, yes, dryRun, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("deploy a new contract, with a treasury that nobody holds a key to"))
