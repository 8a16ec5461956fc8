/** `gittensor mine watch`: enrols for issues that match a file of rules. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, dryRun, existingFile, json, key, network, whenRun, yes } from "../../shared/options.ts"

const rules = existingFile("rules").pipe(
  Options.withDescription("what to enrol for, as a JSON file: languages, repositories, min_bounty (docs/miner.md)")
)

const human = Options.boolean("human").pipe(
  Options.withDescription(
    "you write the pull requests yourself: enrol also where those made with AI are refused, or where that is not known"
  )
)

export const watch = Command.make(
  "watch",
  { rules, human, network, contract, key, yes, dryRun, json },
  whenRun(() => import("./watch.ts"))(({ run }) => run)
).pipe(Command.withDescription("look at all issues once, say which ones your rules choose and why, and enrol for those"))
