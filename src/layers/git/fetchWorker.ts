/** The worker of `fetchTask`. */
import { Effect } from "effect"
import { serveTask } from "../machine/confined/serveTask.ts"
import { CommitsGone, fetchTask, GitServerUnavailable } from "./fetchTask.ts"
import { asUnusable } from "./GitUnusable.ts"
import { git } from "./git.ts"

/** Servers' messages about commits that they do not have, or may not show. */
const COMMIT_UNAVAILABLE =
  /not our ref|couldn't find remote ref|no such remote ref|unadvertised object|repository '[^']{1,999}' not found|could not read Username/i

export const main = serveTask(fetchTask, ({ url, commits }, { repository = "" }) =>
  Effect.gen(function* () {
    yield* git(repository, ["init", "--quiet", "--bare", "--template=", repository])
    yield* git(repository, ["fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", url, ...commits], { network: true }).pipe(
      Effect.catchTag("GitRefused", ({ why }) =>
        Effect.fail(COMMIT_UNAVAILABLE.test(why) ? new CommitsGone({ url, why }) : new GitServerUnavailable({ url, why }))
      )
    )
  }).pipe(Effect.catchTags(asUnusable))
)
