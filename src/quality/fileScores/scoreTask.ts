/** The scores of the files that differ between two commits, computed by a worker. */
import { Schema } from "effect"
import type { FileScore } from "../../domain/contributions/FileScore.ts"
import { makeTask } from "../../layers/confined/Task.ts"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import type { ScoredFiles } from "../../scoring/oss_contributions/score/FileScorer.ts"
import { NothingParsed } from "../gate/gateTask.ts"

const NodeSum = Schema.Struct({ count: Schema.Finite, score: Schema.Finite })

const FileScoreText: Schema.Schema<FileScore> = Schema.Struct({
  path: Schema.String,
  method: Schema.Literal(
    "tree-diff",
    "line-count",
    "skipped",
    "skipped-binary",
    "skipped-large",
    "skipped-unsupported",
    "skipped-missing-base",
    "skipped-isolation-timeout",
    "skipped-crash"
  ),
  score: Schema.Finite,
  category: Schema.Literal("source", "test", "non_code"),
  isTest: Schema.Boolean,
  nodes: Schema.Finite,
  lines: Schema.Finite,
  difference: Schema.NullOr(
    Schema.Struct({ structuralAdded: NodeSum, structuralDeleted: NodeSum, leafAdded: NodeSum, leafDeleted: NodeSum })
  )
})

export const ScoredFilesText: Schema.Schema<ScoredFiles> = Schema.Struct({ files: Schema.Array(FileScoreText), exceeded: Schema.Boolean })

const MEBIBYTE = 1_048_576

/** The places are those of a `Repository`. `rules`: a text of rulesText.ts. */
export const scoreTask = makeTask({
  name: "score-files",
  question: Schema.Struct({ base: Schema.String, head: Schema.String, rules: Schema.String }),
  answer: ScoredFilesText,
  failure: Schema.Union(GitUnusable, NothingParsed),
  limits: { memory: 2_048 * MEBIBYTE },
  reads: {
    what: "a pull request's changed files, for their scores",
    writtenBy: "the pull request's author, and whoever else has written to the repository",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})
