/** `gittensor demo`: a whole subnet and its bounties on this machine. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option } from "effect"
import { byDefault, existingFile, invalid, json, optionally, whenRun, wholeOption } from "../../../src/cli/shared/options.ts"
import { paceOf } from "../../demo/pace.ts"

const githubData = existingFile("github-data").pipe(
  optionally("a file of real merged pull requests, one JSON object a line: their issues become bounties, their authors miners")
)

const exitAfter = wholeOption("exit-after", "number", 1, 1_000_000).pipe(
  optionally(
    "end after this many paid bounties (fewer if --github-data has fewer); default: run until Ctrl-C, or until all bounties of --github-data are paid"
  )
)

const killValidators = wholeOption("kill-validators", "number", 0, 1_000_000).pipe(
  byDefault(0, "how many times to kill a validator (SIGKILL) at a random moment; each is started again")
)

const page = Options.boolean("page").pipe(
  Options.withDescription("serve the live page with --exit-after too; without --exit-after it is always served")
)

const pace = Options.text("pace").pipe(
  Options.withPseudoName("fast|watch|minutes"),
  Options.withDescription(
    "how long matches take: fast (a solution is merged at once), watch (so is the first; each further match takes three minutes), or so many minutes each; default: watch, but fast with --exit-after or --github-data"
  ),
  Options.mapEffect((text) =>
    Option.match(paceOf(text), {
      onNone: () => Effect.fail(invalid(`--pace "${text}" is neither fast nor watch nor a whole number of minutes from 1 to 60`)),
      onSome: Effect.succeed
    })
  ),
  Options.optional
)

const verbose = Options.boolean("verbose").pipe(
  Options.withDescription("tell every step: set-up, enrolments, votes, weights; with --exit-after or --json this is always done")
)

const weightMode = Options.choice("weight-mode", ["consensus", "own"] as const).pipe(
  byDefault(
    "consensus",
    "how the validators set weights for contributions: by all validators' reports (consensus), or each by its own scores (own)"
  )
)

export const demo = Command.make(
  "demo",
  { githubData, exitAfter, pace, killValidators, weightMode, page, verbose, json },
  whenRun(() => import("./run.ts"))(({ run }) => run)
).pipe(Command.withDescription("watch bounties from registration to payment, on a whole subnet that runs on this machine"))
