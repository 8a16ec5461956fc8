/** Comments beside a running index. Nothing else waits for them: what fails is tried again, and shown in the metrics. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect } from "effect"
import * as RareLines from "../../layers/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/effects/warnOfFailure.ts"
import { GitHubComments } from "../../layers/github/GitHubComments.ts"
import { count } from "../../layers/telemetry/metrics.ts"
import { toldIssues } from "./records.ts"
import type { Commenter } from "./text.ts"
import { makeWriter, PACES, type Paces } from "./writer.ts"

/** The longest pause between two looks at what may have to change. */
const EVERY = Duration.seconds(15)
/** The shortest time between two changes of a comment, in times of how often GitHub is asked. */
const EDITS = 5

export interface CommentsOptions extends Omit<Commenter, "author"> {
  /** How often GitHub is asked about a running competition. */
  readonly gitHubEvery: Duration.Duration
  readonly paces?: Paces
}

/** Results that say nothing new. */
const SILENT: ReadonlySet<string> = new Set(["same", "waits", "unwelcome"])

/** Writes comments until it is interrupted. Only one process may do so: the one that writes the index. */
export const runComments = ({
  gitHubEvery,
  paces = { ...PACES, edits: Duration.times(gitHubEvery, EDITS) },
  ...origin
}: CommentsOptions): Effect.Effect<never, never, SqlClient | GitHubComments> =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const every = Duration.min(EVERY, gitHubEvery)
    const trouble = "comments on GitHub could not be written and will be tried again"
    const once = Effect.gen(function* () {
      const author = yield* Effect.flatMap(GitHubComments, (github) => github.author)
      const look = yield* makeWriter({ ...origin, author }, paces)
      const pass = Effect.gen(function* () {
        for (const issue of yield* toldIssues(origin)) {
          const result = yield* look(issue).pipe(
            Effect.tapErrorCause(() => count("gittensor_github_comments_total", { result: "failed" })),
            Effect.tapErrorCause(warnOfFailure(trouble, lines)),
            // One issue's trouble is its own, but a limit is everybody's.
            Effect.catchIf(
              (error) => error._tag === "GitHubUnavailable" && error.limited !== true,
              () => Effect.succeed("waits" as const)
            )
          )
          if (!SILENT.has(result)) yield* count("gittensor_github_comments_total", { result })
        }
      })
      const again = pass.pipe(
        Effect.tap(lines.over("comments on GitHub can be written again", trouble)),
        Effect.withSpan("comments.pass"),
        Effect.catchAllCause(warnOfFailure(trouble, lines))
      )
      return yield* again.pipe(Effect.zipRight(Effect.sleep(every)), Effect.forever)
    })
    return yield* once.pipe(Effect.catchAllCause(warnOfFailure(trouble, lines)), Effect.zipRight(Effect.sleep(every)), Effect.forever)
  })
