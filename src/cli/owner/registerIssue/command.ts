/** `gittensor owner register-issue OWNER/REPO#N --bounty 100`. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { callOptions, whenRun } from "../../shared/options.ts"

const issue = Args.text({ name: "issue" }).pipe(Args.withDescription("owner/name#42, or the issue's address on GitHub"))
const bounty = Options.text("bounty").pipe(Options.withDescription("what the winner gets, in alpha: 100 or 12.5"))

export const registerIssue = Command.make(
  "register-issue",
  { issue, bounty, ...callOptions },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("register a GitHub issue for a bounty, after checking it on GitHub"))
