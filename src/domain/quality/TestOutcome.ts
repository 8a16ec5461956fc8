/** A test runner's result of one test. */
export type TestOutcome = "passed" | "failed" | "skipped"

/** The outcome of every test of one run, by the test's name. */
export type TestRun = ReadonlyMap<string, TestOutcome>

/** A run's report, as far as it was understood. */
export interface TestReport {
  readonly tests: TestRun
  /** Tests that failed and then passed in the same run. */
  readonly flaky: ReadonlySet<string>
  /** What was not understood, or does not fit together, each in a few words. */
  readonly unread: ReadonlyArray<string>
}
