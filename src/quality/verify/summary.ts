/** A verification's summary, small enough to store and send. */
import { SHOWN_NAME, SHOWN_NAMES, type TestNames, type VerificationSummary } from "../../domain/quality/VerificationSummary.ts"
import type { VerificationReport } from "./verify.ts"

/** Cuts a text without splitting a surrogate pair. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`

const namesOf = (names: ReadonlyArray<string>): TestNames => ({
  count: names.length,
  first: names.slice(0, SHOWN_NAMES).map((name) => cut(name, SHOWN_NAME))
})

export const summaryOf = ({ own, ...report }: VerificationReport): VerificationSummary => ({
  verdict: report.verdict,
  ecosystem: cut(report.ecosystem, 40),
  command: cut(report.command, 1_000),
  failToPass: namesOf(report.failToPass),
  broken: namesOf(report.broken),
  flaky: namesOf(report.flaky),
  own:
    own === null
      ? null
      : {
          failToPass: namesOf(own.failToPass),
          failing: namesOf(own.failing),
          removed: namesOf(own.removed),
          skipped: namesOf(own.skipped),
          hidden: namesOf(own.hidden)
        },
  changesDependencies: report.changedDependencies.length > 0
})
