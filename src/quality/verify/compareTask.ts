/** Task: parses and compares the reports of test runs, which untrusted code wrote. */
import { Schema } from "effect"
import { makeTask } from "../../layers/machine/confined/Task.ts"
import { TestComparison } from "../../rules/quality/compareTests.ts"

/** The source trees whose tests run. `ownOn…`: with the pull request's own tests. */
export const TreeName = Schema.Literal("base", "head", "ownOnBase", "ownOnHead")
export type TreeName = typeof TreeName.Type

/** Counts of a tree's first run, and whether any of its runs has no test. */
export const TreeCounts = Schema.Struct({ passed: Schema.Int, failed: Schema.Int, skipped: Schema.Int, hasEmptyRun: Schema.Boolean })
export interface TreeCounts extends Schema.Schema.Type<typeof TreeCounts> {}

/** File name of a report in its tree's folder. `run`: from 1. */
export const reportName = (run: number): string => `report-${run}`
/** File name of the exit code of a run. */
export const exitName = (run: number): string => `exit-${run}`

const MEBIBYTE = 1_048_576

/** Place `reports`: a folder per tree with two files per run. */
export const compareTask = makeTask({
  name: "compare-tests",
  question: Schema.Struct({ trees: Schema.Array(TreeName), runs: Schema.Int }),
  answer: Schema.Struct({ comparison: TestComparison, /** In the order of the trees. */ counts: Schema.Array(TreeCounts) }),
  failure: Schema.Never,
  limits: { seconds: 120, memory: 2_048 * MEBIBYTE, result: 32 * MEBIBYTE },
  reads: {
    what: "reports of test runners",
    writtenBy: "the repository's authors",
    test: "test/search/linear/reports.test.ts"
  }
})
