/** `gittensor mine check [OWNER/REPO#N | PATH]`: validators' findings about a pull request, or their expected findings about a branch. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { existingFile, json, optionally, roster, whenRun } from "../../shared/options.ts"

const subject = Args.text({ name: "subject" }).pipe(
  Args.withDescription("a pull request: owner/name#42 or its address on GitHub; or a folder of a git repository (default: this folder)"),
  Args.withDefault(".")
)

const head = Options.text("head").pipe(
  Options.withPseudoName("ref"),
  optionally("the branch or commit of the folder to check (default: HEAD); what is not committed is left out")
)

const base = Options.text("base").pipe(
  Options.withPseudoName("ref"),
  optionally("the branch that the pull request is meant for (default: the main branch)")
)

const against = Options.text("against").pipe(
  Options.withPseudoName("ref"),
  Options.withDescription(
    "another solution to compare with, as if it had been seen first: a branch of the folder, or a pull request as owner/name#42; may be given several times"
  ),
  Options.repeated
)

const repository = Options.text("repository").pipe(
  Options.withPseudoName("owner/name"),
  optionally("the roster's repository by whose figures the base score is computed (default: the pull request's)")
)

const description = existingFile("description").pipe(
  optionally("the description that the folder's pull request will have, to compare it with what the repository asks")
)

const tests = Options.boolean("tests").pipe(
  Options.withDescription("also run the repository's tests before and after, in a sandbox, as gittensor verify does; takes minutes")
)

export const check = Command.make(
  "check",
  { subject, head, base, against, repository, description, tests, roster, json },
  whenRun(() => import("./check.ts"))(({ run }) => run)
).pipe(Command.withDescription("what the gate, the scoring and the repository's own rules say about a pull request or a local branch"))
