/** `gittensor owner suggest`: suggests open issues for bounties, and registers them on request. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { byDefault, callOptions, existingFile, folder, optionally, roster, whenRun, wholeOption } from "../../shared/options.ts"
import { although } from "../although.ts"

const max = wholeOption("max", "number", 1, 1_000).pipe(byDefault(20, "the most issues that are shown, or registered"))

const repository = Options.text("repository").pipe(
  Options.withPseudoName("owner/name"),
  Options.withDescription("only this repository of the roster; may be repeated (default: all)"),
  Options.repeated
)

const all = Options.boolean("all").pipe(Options.withDescription("also show issues that should get no bounty now, and why"))

const register = Options.boolean("register").pipe(
  Options.withDescription("register what passes and has a label of --bounty-by-label, best first, after one confirmation")
)

const bountyByLabel = existingFile("bounty-by-label").pipe(
  optionally("what issues get by their labels, and the most that a week may cost: a JSON file (docs/owner.md)")
)

const data = folder("data").pipe(
  optionally("the folder that remembers what was sent, so that nothing is registered twice (default ~/.gittensor/owner)")
)

export const suggest = Command.make(
  "suggest",
  { roster, repository, max, all, register, bountyByLabel, data, ...although, ...callOptions },
  whenRun(() => import("./suggest.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "list open issues of the roster's repositories that could get a bounty, best first, with the reasons, and what pull requests ask of maintainers there; registers issues with --register"
  )
)
