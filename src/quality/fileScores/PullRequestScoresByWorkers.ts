/** Scores pull requests' files through workers: the validator submits and waits. The results equal the validator's own to the last bit. */
import { Clock, Duration, Effect, Layer } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
import type { ScoreCache } from "../../layers/storage/dataFolder/ScoreCache.ts"
import { WorkflowEngine } from "../../layers/storage/durable/engine.ts"
import { PullRequestScores, remembering } from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rulesTextOf } from "../../scoring/oss_contributions/score/rulesText.ts"
import { scoreFilesIn, scoringGroup } from "./ScoreFiles.ts"

/** Pull requests in flight: enough for a few dozen workers. */
const AT_ONCE = 256

/** How long a pull request may wait for a worker. The validator's step has its own, longer limit. */
const PATIENCE = Duration.minutes(5)

/** Interval between attempts after GitHub or a parser failed. */
const NEXT_ATTEMPT = Duration.minutes(30)

export const layer: Layer.Layer<PullRequestScores, never, WorkflowEngine | ScoreCache> = Layer.effect(
  PullRequestScores,
  Effect.gen(function* () {
    const engine = yield* WorkflowEngine
    const group = yield* scoringGroup
    const workflow = scoreFilesIn(group)
    const noWorker = new OperationFailed({
      message: `no worker gave a result within ${Duration.format(PATIENCE)}: is \`gittensor work\` of this version running on this database?`
    })
    const { ofPullRequest, unknownOf } = yield* remembering((commits, rules) =>
      Effect.gen(function* () {
        const { text, hash } = rulesTextOf(rules)
        const { repository, number, base, head } = commits
        const attempted = (attempt: number) =>
          workflow
            .execute({ repository, number, base, head, rules: text, rulesHash: hash, attempt })
            .pipe(Effect.timeoutFail({ duration: PATIENCE, onTimeout: () => noWorker }))
        const first = yield* attempted(0)
        // The engine also keeps the first attempt's failure, or its timeout, so a later attempt needs another number.
        const last =
          first._tag === "Scored" && !first.scored.exceeded
            ? first
            : yield* attempted(1 + Math.floor((yield* Clock.currentTimeMillis) / Duration.toMillis(NEXT_ATTEMPT)))
        if (last._tag === "Unavailable") return yield* new OperationFailed({ message: last.why })
        return { scored: last.scored, isFinal: !last.scored.exceeded }
      }).pipe(Effect.provideService(WorkflowEngine, engine))
    )
    // Workers load the files themselves.
    return PullRequestScores.of({ atOnce: AT_ONCE, ofPullRequest, readAhead: (all, rules) => Effect.asVoid(unknownOf(all, rules)) })
  })
)
