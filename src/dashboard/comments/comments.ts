/** Comments and statuses beside a running index. Nothing waits for them: failures are retried, and shown in the metrics and in /health. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Duration, Effect } from "effect"
import { GitHubComments, type GitHubUnavailable } from "../../layers/github/GitHubComments.ts"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { IndexMonitor, type Unwritten } from "../indexer/health.ts"
import { commentedIssues, commentedPulls } from "./records.ts"
import { makeStatuses } from "./statuses.ts"
import type { Commenter } from "./text.ts"
import { makeWriter, PACES, type Paces, type Result } from "./writer.ts"

/** Maximum interval between two passes. */
const PASS_INTERVAL = Duration.seconds(15)
/** Minimum interval between two edits of a comment, as a multiple of `gitHubEvery`. */
const EDITS = 5

export interface CommentsOptions extends Omit<Commenter, "author"> {
  /** Interval of GitHub requests about a running competition. */
  readonly gitHubEvery: Duration.Duration
  /** Whether the index follows the chain's head now. Before that its data may be outdated, so nothing is written. */
  readonly isAtHead: Effect.Effect<boolean>
  readonly paces?: Paces
  /** The repositories that refuse bounties, from the roster. Default: none. */
  readonly refusals?: Effect.Effect<ReadonlyArray<string>> | undefined
}

/** Results that are not counted in metrics. */
const UNCOUNTED_RESULTS: ReadonlySet<Result> = new Set<Result>(["same", "waits", "unwelcome"])

/** Comments and statuses that could not be written, until they can be or are no longer needed. */
const makeUnwritten = () => {
  const all = new Map<string, Unwritten>()
  let looked = new Set<string>()
  return {
    /** Records a check. `why`: the obstacle; null: none; undefined: still unknown. */
    looked: (place: string, why: string | null | undefined) =>
      Effect.map(elapsedMillis, (now) => {
        looked.add(place)
        if (why === null) all.delete(place)
        else if (why !== undefined) all.set(place, { since: all.get(place)?.since ?? now, why })
      }),
    /** Ends a pass: forgets places that it did not check. */
    passed: Effect.sync(() => {
      for (const place of all.keys()) if (!looked.has(place)) all.delete(place)
      looked = new Set()
    }),
    list: Effect.sync(() => [...all.values()])
  }
}

/** Writes comments and statuses until interrupted. Only one process may: the one that writes the index. */
export const runComments = ({
  gitHubEvery,
  isAtHead,
  paces = { ...PACES, edits: Duration.times(gitHubEvery, EDITS) },
  refusals,
  ...origin
}: CommentsOptions): Effect.Effect<never, never, SqlClient | GitHubComments> =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const monitor = yield* IndexMonitor
    const unwritten = makeUnwritten()
    const every = Duration.min(PASS_INTERVAL, gitHubEvery)
    const trouble = "comments and statuses on GitHub could not be written and will be tried again"

    type Metric = "gittensor_github_comments_total" | "gittensor_github_statuses_total"
    const looking = <R>(metric: Metric, place: string, look: Effect.Effect<Result, GitHubUnavailable | SqlError, R>) =>
      Effect.if(isAtHead, { onTrue: () => look, onFalse: () => Effect.succeed("waits" as const) }).pipe(
        Effect.tapError(({ message }) => unwritten.looked(place, message)),
        Effect.tapErrorCause(() => count(metric, { result: "failed" })),
        Effect.tapErrorCause(warnOfFailure(trouble, lines)),
        // A failure concerns one place, but a rate limit concerns all.
        Effect.catchIf(
          (error) => error._tag === "GitHubUnavailable" && error.limited !== true,
          () => Effect.succeed("waits" as const)
        ),
        Effect.tap((result) =>
          unwritten.looked(
            place,
            result === "refused" ? `GitHub refuses ${place}, or it is another account's` : result === "waits" ? undefined : null
          )
        ),
        Effect.flatMap((result) => (UNCOUNTED_RESULTS.has(result) ? Effect.void : count(metric, { result })))
      )

    const once = Effect.gen(function* () {
      const author = yield* Effect.flatMap(GitHubComments, (github) => github.author)
      yield* unwritten.looked("the account", null)
      const commenter = { ...origin, author }
      const [look, lookAt] = yield* Effect.all([makeWriter(commenter, paces, refusals), makeStatuses(commenter, paces, refusals)])
      const pass = Effect.gen(function* () {
        for (const issue of yield* commentedIssues(origin))
          yield* looking("gittensor_github_comments_total", `the comment on issue ${issue}`, look(issue))
        for (const pull of yield* commentedPulls)
          yield* looking("gittensor_github_statuses_total", `the status on ${pull.repository}#${pull.number}`, lookAt(pull))
        yield* unwritten.passed
      })
      const again = pass.pipe(
        Effect.tap(lines.over("comments and statuses on GitHub can be written again", trouble)),
        Effect.withSpan("comments.pass"),
        Effect.catchAllCause(warnOfFailure(trouble, lines)),
        Effect.zipRight(Effect.flatMap(unwritten.list, monitor.unwritten))
      )
      return yield* again.pipe(Effect.zipRight(Effect.sleep(every)), Effect.forever)
    })
    return yield* once.pipe(
      Effect.tapError(({ message }) =>
        Effect.zipRight(unwritten.looked("the account", message), Effect.flatMap(unwritten.list, monitor.unwritten))
      ),
      Effect.catchAllCause(warnOfFailure(trouble, lines)),
      Effect.zipRight(Effect.sleep(every)),
      Effect.forever
    )
  })
