/** Task: scores the files that differ between two commits. */
import { Schema } from "effect"
import { RecordedHad } from "../../layers/git/history/historyTask.ts"
import { makeTask } from "../../layers/machine/confined/Task.ts"
import { ScoredFiles } from "../../scoring/oss_contributions/score/scoredFilesText.ts"
import { failure } from "../gate/gateTask.ts"

const MEBIBYTE = 1_048_576

/** Scores a pull request's files in a separate process. The places are the folders of a `Repository`. `rules`: a text of rulesText.ts. */
export const scoreTask = makeTask({
  name: "score-files",
  question: Schema.Struct({ base: Schema.String, head: Schema.String, rules: Schema.String }),
  /** `had`: by rules that pay for work, of each file that adds words; null: not measured. */
  answer: Schema.Struct({ scored: ScoredFiles, had: Schema.NullOr(Schema.Array(RecordedHad)) }),
  failure,
  limits: { memory: 2_048 * MEBIBYTE },
  reads: {
    what: "a pull request's changed files, for their scores",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
