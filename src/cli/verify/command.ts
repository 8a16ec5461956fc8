/** `gittensor verify OWNER/REPO#N`: tests a pull request with its repository's own tests. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { allowBuildScripts, byDefault, folder, json, roster, whenRun, wholeNumber } from "../shared/options.ts"

const pullRequest = Args.text({ name: "pull-request" }).pipe(
  Args.withDescription("the pull request: owner/name#42 or its address on GitHub; none with --repository"),
  Args.optional
)

const repository = folder("repository").pipe(
  Options.withDescription("a repository on this machine instead, with --head, and --base or the branch that it went off from"),
  Options.optional
)

const base = Options.text("base").pipe(
  Options.withPseudoName("commit"),
  Options.withDescription(
    "compare with this commit, branch or tag, or where the head went off from it (default with --repository: the main branch)"
  ),
  Options.optional
)

const head = Options.text("head").pipe(
  Options.withPseudoName("commit"),
  Options.withDescription("the commit or branch to verify (default with --repository: HEAD)"),
  Options.optional
)

const command = Options.text("command").pipe(
  Options.withPseudoName("shell command"),
  Options.withDescription(
    "run this instead of the roster's or the recognised test command; its report is its output or the file $REPORT: JUnit XML, JSON or TAP"
  ),
  Options.optional
)

const runs = Options.text("runs").pipe(
  Options.withPseudoName("number"),
  byDefault("3", "how often each version's tests run; a test that does not always end alike is flaky and left out"),
  Options.mapEffect(wholeNumber("--runs", 1, 20))
)

const seconds = Options.text("within").pipe(
  Options.withPseudoName("seconds"),
  byDefault("600", "time limit of one run"),
  Options.mapEffect(wholeNumber("--within", 1, 7_200))
)

export const verify = Command.make(
  "verify",
  { pullRequest, repository, base, head, command, roster, runs, seconds, allowBuildScripts, json },
  whenRun(() => import("./verify.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "run a repository's tests before and after a pull request, in a sandbox, and name the tests that it fixes and breaks"
  )
)
