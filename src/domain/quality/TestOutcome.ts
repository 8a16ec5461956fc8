/** A test runner's result of one test. */
export type TestOutcome = "passed" | "failed" | "skipped"

/** The outcome of every test of one run, by the test's name. */
export type TestRun = ReadonlyMap<string, TestOutcome>
