/** The worker of `compareTask`. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { compareTests, type Runs } from "../../rules/quality/compareTests.ts"
import { readTestReport } from "../../rules/quality/testReports.ts"
import { compareTask, exitName, reportName, type TreeCounts, type TreeName } from "./compareTask.ts"

/** The bytes of a report; empty without a file. */
const bytesOf = (file: string): Uint8Array => {
  let opened: number
  try {
    opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return new Uint8Array(0)
  }
  try {
    return fstatSync(opened).isFile() ? readFileSync(opened) : new Uint8Array(0)
  } finally {
    closeSync(opened)
  }
}

const exitCodeIn = (bytes: Uint8Array): number | undefined => {
  const text = Buffer.from(bytes.subarray(0, 5)).toString("latin1").trim()
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined
}

const runsOf = (reports: string, tree: TreeName, runs: number): Runs =>
  Array.from({ length: runs }, (_, index) => {
    const { flaky, tests, unread } = readTestReport(bytesOf(join(reports, tree, reportName(index + 1))))
    return { flaky, tests, unread, exitCode: exitCodeIn(bytesOf(join(reports, tree, exitName(index + 1)))) }
  })

const countsOf = (runs: Runs): TreeCounts => {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const outcome of runs[0]?.tests.values() ?? []) counts[outcome] += 1
  return { ...counts, hasEmptyRun: runs.some(({ tests }) => tests.size === 0) }
}

export const main = serveTask(compareTask, ({ trees, runs: length }, { reports = "" }) =>
  Effect.sync(() => {
    const runs = new Map(trees.map((tree) => [tree, runsOf(reports, tree, length)] as const))
    const of = (tree: TreeName): Runs => runs.get(tree) ?? []
    return {
      comparison: compareTests({
        base: of("base"),
        head: of("head"),
        own: runs.has("ownOnHead") ? { onBase: of("ownOnBase"), onHead: of("ownOnHead") } : null
      }),
      counts: trees.map((tree) => countsOf(of(tree)))
    }
  })
)
