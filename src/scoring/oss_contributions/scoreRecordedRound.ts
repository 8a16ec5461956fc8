/**
 * A round that was recorded with its files: the same functions as of a round that is loaded from GitHub.
 */
import { Effect } from "effect"
import type { ChangedFile } from "../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { pullRequestKey, type RecordedFile, type RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { FileScorer } from "../../layers/parser/FileScorer.ts"
import { totalsOf } from "./files/totals.ts"
import { pullRequestsToScore, type RoundScore, scoreRound } from "./rules/scoreRound.ts"

/** Pull requests whose files are with the scorer at a time: enough to keep its processes busy. */
const AT_A_TIME = 32

const changedFile = (file: RecordedFile): ChangedFile => ({
  path: file.filename,
  previousPath: file.previous_filename ?? undefined,
  status: file.status,
  additions: file.additions,
  deletions: file.deletions,
  changes: file.changes,
  isBinary: file.is_binary,
  base: file.base_content,
  head: file.head_content
})

export interface RecordedRoundScore extends RoundScore {
  /** Pull requests that took longer than their budget, so that none of their files scores. */
  readonly exceeded: ReadonlyArray<string>
}

/** Scores the files that decide the round, and then the round. */
export const scoreRecordedRound = Effect.fn("scoreRecordedRound")(function* (record: RoundRecord, rules: FileRules) {
  const scorer = yield* FileScorer
  const files = new Map(Object.entries(record.files).map(([key, files]) => [key.toLowerCase(), files]))
  const wanted = pullRequestsToScore(record).flatMap(({ repository, number }) => {
    const key = pullRequestKey(repository, number)
    const recorded = files.get(key)
    return recorded === undefined ? [] : [{ key, recorded }]
  })
  const scored = yield* Effect.forEach(
    wanted,
    ({ key, recorded }) =>
      Effect.map(scorer.scoreFiles(recorded.map(changedFile), rules), (result) => ({
        key,
        totals: totalsOf(result.files),
        exceeded: result.exceeded
      })),
    { concurrency: AT_A_TIME }
  )
  const round = scoreRound(record, new Map(scored.map(({ key, totals }) => [key, totals])))
  const result: RecordedRoundScore = { ...round, exceeded: scored.flatMap(({ key, exceeded }) => (exceeded ? [key] : [])) }
  return result
})
