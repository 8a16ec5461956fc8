/** `gittensor mine link-github`. */
import * as Command from "@effect/cli/Command"
import { json, key, network, whenRun, yes } from "../../shared/options.ts"

export const linkGitHub = Command.make(
  "link-github",
  { network, key, yes, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("link your hotkey to the GitHub account of GITTENSOR_GITHUB_TOKEN; the token is sent only to GitHub"))
