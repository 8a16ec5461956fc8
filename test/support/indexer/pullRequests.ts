/** Both competitors' pull requests in the running competition of `everything`: one was opened too early, the other is merged. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { refreshGitHub } from "../../../src/dashboard/indexer/refresh/gitHub.ts"
import { GitHubDisplay, makeWith } from "../../../src/layers/github/display/GitHubDisplay.ts"
import { number, settingsFor, type story, WIDGETS } from "../github/story.ts"

type GitHub = Effect.Effect.Success<ReturnType<typeof story>>

/** Opens them on GitHub, at the indexed chain's times. */
export const openPullRequests = ({ control }: GitHub, running: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [times] = yield* sql<{ readonly started: Date; readonly open: Date }>`SELECT s.time AS started, o.time AS open FROM competitions
      JOIN blocks s ON s.number = started_at JOIN blocks o ON o.number = submissions_from WHERE issue = ${running}`
    if (times === undefined) return yield* Effect.dieMessage("no match runs")
    for (const [author, at] of [
      ["bob", times.started],
      ["cleo", times.open]
    ] as const) {
      const files = [{ path: "a.ts", additions: 3, deletions: 1 }]
      const { number: opened } = yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: `By ${author}`, author, closes: [number(4)], files, at: at.getTime() }
      })
      if (author === "cleo") yield* control.mergePullRequest({ payload: { repository: WIDGETS, number: opened } })
    }
  })

/** Loads them into the index. */
export const loadPullRequests = ({ observer, url }: GitHub) =>
  Effect.gen(function* () {
    const display = yield* makeWith(settingsFor(url, [observer.token]))
    yield* refreshGitHub({ within: "4 minutes" }).pipe(Effect.provideService(GitHubDisplay, display))
  })
