/** A verification, short enough to pass on. */
import { SHOWN_NAME, SHOWN_NAMES, type TestNames, type VerificationSummary } from "../../domain/quality/VerificationSummary.ts"
import type { VerificationReport } from "../verify/verify.ts"

const namesOf = (names: ReadonlyArray<string>): TestNames => ({
  count: names.length,
  first: names.slice(0, SHOWN_NAMES).map((name) => name.slice(0, SHOWN_NAME))
})

const ECOSYSTEM = 40
const COMMAND = 1_000

export const summaryOf = (report: VerificationReport): VerificationSummary => ({
  verdict: report.verdict,
  ecosystem: report.ecosystem.slice(0, ECOSYSTEM),
  command: report.command.slice(0, COMMAND),
  failToPass: namesOf(report.failToPass),
  broken: namesOf(report.broken),
  flaky: namesOf(report.flaky),
  own:
    report.own === null
      ? null
      : {
          failToPass: namesOf(report.own.failToPass),
          failing: namesOf(report.own.failing),
          removed: namesOf(report.own.removed),
          skipped: namesOf(report.own.skipped),
          hidden: namesOf(report.own.hidden)
        },
  changesDependencies: report.changedDependencies.length > 0
})
