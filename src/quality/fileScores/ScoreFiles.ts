/**
 * Scoring a pull request's files as durable work: `ScoreFiles/v1`. A validator submits, any worker of its program's version loads the files and scores
 * them by the validator's own functions. Commits never change, so a pull request is scored once for each set of rules, whoever asks.
 */
import { Effect, Schema } from "effect"
import { Activity, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { PullRequestScores } from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"
import { ScoredFilesText, scorerHash } from "../../scoring/oss_contributions/score/scoredFilesText.ts"

/**
 * `Unavailable`: GitHub or the parser failed. It is a result, not a failure of the workflow, because it is nobody's bug; whoever asks submits another attempt
 * later.
 */
const Outcome = Schema.Union(
  Schema.TaggedStruct("Scored", { scored: ScoredFilesText }),
  Schema.TaggedStruct("Unavailable", { why: Schema.String })
)

const payload = {
  repository: Schema.String,
  number: Schema.Int,
  base: Schema.String,
  head: Schema.String,
  /** A `RulesText`. */
  rules: Schema.String,
  rulesHash: Schema.String,
  /** 0 at first; a later attempt has another number. */
  attempt: Schema.Int
}

/** The shard group of this program's version: equal in programs whose scores are equal. The engine allows 50 characters for it and a shard's number. */
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

/** Executes the workflow with this process's own `PullRequestScores`. `atOnce`: pull requests in progress at once, because their texts are held in memory. */
export const layerScoreFiles = (group: string, atOnce: number) => {
  const slots = Effect.unsafeMakeSemaphore(atOnce)
  return scoreFilesIn(group).toLayer(({ rules: text, ...commits }) =>
    Activity.make({
      name: "score",
      success: Outcome,
      execute: Effect.gen(function* () {
        const [{ ofPullRequest, readAhead }, rules] = yield* Effect.all([PullRequestScores, rulesOfText(text)])
        // Not in a place of its own: those that wait for one are read together.
        yield* readAhead([commits], rules)
        const scored = yield* Effect.either(slots.withPermits(1)(ofPullRequest(commits, rules)))
        if (scored._tag === "Left") return { _tag: "Unavailable" as const, why: scored.left.message }
        return { _tag: "Scored" as const, scored: scored.right }
      })
    })
  )
}
