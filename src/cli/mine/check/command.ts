/** `gittensor mine check [PATH]`: what validators would say about a branch, before it becomes a pull request. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { json, roster, whenRun } from "../../shared/options.ts"

const path = Args.text({ name: "path" }).pipe(
  Args.withDescription("a folder of a git repository (default: this folder)"),
  Args.withDefault(".")
)

const head = Options.text("head").pipe(
  Options.withPseudoName("ref"),
  Options.withDescription("the branch or commit to check; what is not committed is left out"),
  Options.withDefault("HEAD")
)

const base = Options.text("base").pipe(
  Options.withPseudoName("ref"),
  Options.withDescription("the branch that the pull request is meant for (default: the main branch)"),
  Options.optional
)

const against = Options.text("against").pipe(
  Options.withPseudoName("ref"),
  Options.withDescription("another solution to compare with, as if it had been seen first; may be given several times"),
  Options.repeated
)

const repository = Options.text("repository").pipe(
  Options.withPseudoName("owner/name"),
  Options.withDescription("the roster's repository by whose figures the base score is computed"),
  Options.optional
)

export const check = Command.make(
  "check",
  { path, head, base, against, repository, roster, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("what the validators' gate and scoring say about a local branch"))
