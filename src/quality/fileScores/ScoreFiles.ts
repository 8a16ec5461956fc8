/**
 * Scoring a pull request's files as a durable workflow, `ScoreFiles/v1`. A validator submits; a worker of the same program version loads the files and scores
 * them with the validator's own functions. Commits are immutable, so each pull request is scored once for each set of rules, whoever asks. A result passes through
 * the database, where whoever knows the password could change it, so a worker with a key signs it with what it was asked.
 */
import { Effect, Layer, Option, Schema } from "effect"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { Activity, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { isSignedByPeer, signText, type WorkKeys, WorkSignature, workKeys } from "../../layers/storage/durable/workKey.ts"
import { PullRequestScores } from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"
import { ScoredFiles, scorerHash } from "../../scoring/oss_contributions/score/scoredFilesText.ts"

/** `Unavailable`: GitHub or the parser failed. A result rather than a failure of the workflow, because no bug caused it. The caller submits another attempt later. */
const Outcome = Schema.Union(
  /** `signed`: null without a key. */
  Schema.TaggedStruct("Scored", { scored: ScoredFiles, signed: Schema.NullOr(WorkSignature) }),
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

type Request = Schema.Struct.Type<typeof payload>

const encodeScored = Schema.encodeSync(ScoredFiles)

/** What a worker signs: the group, the request and its scores. */
export const signedText = (group: string, request: Request, scored: ScoredFiles): string =>
  canonicalJson({ format: "gittensor/score/v1", group, request, scored: encodeScored(scored) })

/** Whether an outcome is no listed peer's: it has scores, and no such signature of them for this request. */
export const isForged = (keys: WorkKeys, group: string, request: Request, outcome: typeof Outcome.Type): boolean =>
  outcome._tag === "Scored" &&
  (outcome.signed === null || !isSignedByPeer(keys, signedText(group, request, outcome.scored), outcome.signed))

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
export const layerScoreFiles = (group: string, atOnce: number) =>
  Layer.unwrapEffect(
    Effect.map(workKeys, (keys) => {
      const slots = Effect.unsafeMakeSemaphore(atOnce)
      return scoreFilesIn(group).toLayer((request) =>
        Activity.make({
          name: "score",
          success: Outcome,
          execute: Effect.gen(function* () {
            const { rules: text, ...commits } = request
            const [{ ofPullRequest, readAhead }, rules] = yield* Effect.all([PullRequestScores, rulesOfText(text)])
            // Outside the semaphore, so that waiting pull requests are read in one batch.
            yield* readAhead([commits], rules)
            const found = yield* Effect.either(slots.withPermits(1)(ofPullRequest(commits, rules)))
            if (found._tag === "Left") return { _tag: "Unavailable" as const, why: found.left.message }
            const scored = found.right
            const signed = Option.map(keys, (key) => signText(key, signedText(group, request, scored)))
            return { _tag: "Scored" as const, scored, signed: Option.getOrNull(signed) }
          })
        })
      )
    })
  )
