/**
 * Scoring a pull request's files as a durable workflow, `ScoreFiles/v1`. A validator submits; a worker of the same program version loads the files and scores
 * them with the validator's own functions. Commits are immutable, so each pull request is scored once for each set of rules, whoever asks.
 */
import { Effect, Schema } from "effect"
import { Activity, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { PullRequestScores } from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"
import { ScoredFilesText, scorerHash } from "../../scoring/oss_contributions/score/scoredFilesText.ts"

/** `Unavailable`: GitHub or the parser failed. A result rather than a failure of the workflow, because no bug caused it. The caller submits another attempt later. */
const Outcome = Schema.Union(
  Schema.TaggedStruct("Scored", { scored: ScoredFilesText }),
  Schema.TaggedStruct("Unavailable", { why: Schema.String })
)

const payload = {
  repository: Schema.String,
  number: Schema.Int,
  base: Schema.String,
  head: Schema.String,
  /** Rules as a `RulesText`. */
  rules: Schema.String,
  rulesHash: Schema.String,
  /** Number of the attempt; 0 is the first. */
  attempt: Schema.Int
}

/** Shard group of this program version: equal for programs that compute equal scores. The engine allows 50 characters for group and shard number. */
export const scoringGroup: Effect.Effect<string> = Effect.map(scorerHash, (hash) => `score-${hash.slice(0, 16)}`)

/** The workflow, executed by workers of a group. */
export const scoreFilesIn = (group: string) =>
  Workflow.make({
    name: "ScoreFiles/v1",
    payload,
    success: Outcome,
    idempotencyKey: ({ repository, number, base, head, rulesHash, attempt }) =>
      [group, repository.toLowerCase(), number, base, head, rulesHash, attempt].join(" ")
  }).annotate(ShardGroup, () => group)

export type ScoreFiles = ReturnType<typeof scoreFilesIn>

/** Executes the workflow with this process's own `PullRequestScores`. `atOnce`: concurrent pull requests, limited because their texts stay in memory. */
export const layerScoreFiles = (group: string, atOnce: number) => {
  const slots = Effect.unsafeMakeSemaphore(atOnce)
  return scoreFilesIn(group).toLayer(({ rules: text, ...commits }) =>
    Activity.make({
      name: "score",
      success: Outcome,
      execute: Effect.gen(function* () {
        const [{ ofPullRequest, readAhead }, rules] = yield* Effect.all([PullRequestScores, rulesOfText(text)])
        // Outside the semaphore, so that waiting pull requests are read in one batch.
        yield* readAhead([commits], rules)
        const scored = yield* Effect.either(slots.withPermits(1)(ofPullRequest(commits, rules)))
        if (scored._tag === "Left") return { _tag: "Unavailable" as const, why: scored.left.message }
        return { _tag: "Scored" as const, scored: scored.right }
      })
    })
  )
}
