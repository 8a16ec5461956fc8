/** `gittensor verify OWNER/REPO#N`: tests a pull request with its repository's own tests. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { allowBuildScripts, byDefault, folder, json, optionally, roster, whenRun, wholeOption } from "../shared/options.ts"

const pullRequest = Args.text({ name: "pull-request" }).pipe(
  Args.withDescription("the pull request: owner/name#42 or its address on GitHub; none with --repository"),
  Args.optional
)

const repository = folder("repository").pipe(
  optionally("a repository on this machine instead, with --head, and --base or the branch that it went off from")
)

const base = Options.text("base").pipe(
  Options.withPseudoName("commit"),
  optionally("compare with this commit, branch or tag, or where the head went off from it (default with --repository: the main branch)")
)

const head = Options.text("head").pipe(
  Options.withPseudoName("commit"),
  optionally("the commit or branch to verify (default with --repository: HEAD)")
)

const command = Options.text("command").pipe(
  Options.withPseudoName("shell command"),
  optionally(
    "run this instead of the roster's or the recognised test command; its report is its output or the file $REPORT: JUnit XML, JSON or TAP"
  )
)

const runs = wholeOption("runs", "number", 1, 20).pipe(
  byDefault(3, "how often each version's tests run; a test whose results differ is flaky and left out")
)

const seconds = wholeOption("within", "seconds", 1, 7_200).pipe(byDefault(600, "time limit of one run"))

export const verify = Command.make(
  "verify",
  { pullRequest, repository, base, head, command, roster, runs, seconds, allowBuildScripts, json },
  whenRun(() => import("./verify.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "run a repository's tests before and after a pull request, in a sandbox, and name the tests that it fixes and breaks"
  )
)
