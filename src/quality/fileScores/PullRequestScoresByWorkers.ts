/** Scores pull requests' files through workers: the validator submits and waits. The results equal the validator's own to the last bit. A validator with a
 * key takes only results that a worker with a listed key has signed. */
import { Clock, type ConfigError, Duration, Effect, Layer, Option } from "effect"
import { type InvalidInput, OperationFailed } from "../../domain/failures.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import type { ScoreCache } from "../../layers/storage/dataFolder/ScoreCache.ts"
import { WorkflowEngine } from "../../layers/storage/durable/engine.ts"
import { workKeys } from "../../layers/storage/durable/workKey.ts"
import { isFinal } from "../../scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, withScoreCache } from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rulesTextOf } from "../../scoring/oss_contributions/score/rulesText.ts"
import { isForged, scoreFilesIn, scoringGroup } from "./ScoreFiles.ts"

/** Pull requests in flight: enough for a few dozen workers. */
const AT_ONCE = 256

/** How long a pull request may wait for a worker. The validator's step has its own, longer limit. */
const WORKER_WAIT = Duration.minutes(5)

/** Interval between attempts after GitHub or a parser failed. */
const NEXT_ATTEMPT = Duration.minutes(30)

export const layer: Layer.Layer<PullRequestScores, ConfigError.ConfigError | InvalidInput, WorkflowEngine | ScoreCache> = Layer.effect(
  PullRequestScores,
  Effect.gen(function* () {
    const engine = yield* WorkflowEngine
    const group = yield* scoringGroup
    const workflow = scoreFilesIn(group)
    const [keys, lines] = yield* Effect.all([workKeys, RareLines.make("1 hour")])
    const noWorker = new OperationFailed({
      message: `no worker gave a result within ${Duration.format(WORKER_WAIT)}: is \`gittensor work\` of this version running on this database?`
    })
    const { ofPullRequest, unknownOf } = yield* withScoreCache((commits, rules) =>
      Effect.gen(function* () {
        const { text, hash } = rulesTextOf(rules)
        const { repository, number, base, head } = commits
        const forged = `the scores of ${repository}#${number} in the database are signed by no key of GITTENSOR_WORK_PEERS: a worker lacks its key, or somebody else writes into the database`
        const attempted = (attempt: number) => {
          const request = { repository, number, base, head, rules: text, rulesHash: hash, attempt }
          return workflow.execute(request).pipe(
            Effect.timeoutFail({ duration: WORKER_WAIT, onTimeout: () => noWorker }),
            Effect.filterOrElse(
              (outcome) => !Option.exists(keys, (own) => isForged(own, group, request, outcome)),
              () => Effect.as(lines.warn("signatures", forged), { _tag: "Unavailable" as const, why: forged })
            )
          )
        }
        const first = yield* attempted(0)
        // The engine also keeps the first attempt's failure, or its timeout, so a later attempt needs another number.
        const last =
          first._tag === "Scored" && isFinal(first.scored)
            ? first
            : yield* attempted(1 + Math.floor((yield* Clock.currentTimeMillis) / Duration.toMillis(NEXT_ATTEMPT)))
        if (last._tag === "Unavailable") return yield* new OperationFailed({ message: last.why })
        return last.scored
      }).pipe(Effect.provideService(WorkflowEngine, engine))
    )
    // Workers load the files themselves.
    return PullRequestScores.of({ atOnce: AT_ONCE, ofPullRequest, readAhead: (all, rules) => Effect.asVoid(unknownOf(all, rules)) })
  })
)
