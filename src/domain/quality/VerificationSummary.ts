/** The result of a verification, short enough to pass on: every set has its size and its first names. */
import { Schema } from "effect"

/**
 * `verified`: a test that failed passes, and none broke. `broken`: a test that passed fails. `unproven`: no test differs between base and head.
 * `unknown`: no test passed in the base.
 */
export const VerificationVerdict = Schema.Literal("verified", "broken", "unproven", "unknown")
export type VerificationVerdict = typeof VerificationVerdict.Type

/** The most names of a set that are passed on, and the most characters of a name. */
export const SHOWN_NAMES = 100
export const SHOWN_NAME = 300

/** A set of tests: its size, and its first names in order. */
export const TestNames = Schema.Struct({
  count: Schema.NonNegativeInt,
  first: Schema.Array(Schema.String.pipe(Schema.maxLength(SHOWN_NAME))).pipe(Schema.maxItems(SHOWN_NAMES))
})
export interface TestNames extends Schema.Schema.Type<typeof TestNames> {}

export const VerificationSummary = Schema.Struct({
  verdict: VerificationVerdict,
  ecosystem: Schema.String.pipe(Schema.maxLength(40)),
  command: Schema.String.pipe(Schema.maxLength(1_000)),
  failToPass: TestNames,
  broken: TestNames,
  /** Tests with different outcomes in runs of the same files. */
  flaky: TestNames,
  /** The results of the pull request's own tests; null if it changes no tests. */
  own: Schema.NullOr(
    Schema.Struct({ failToPass: TestNames, failing: TestNames, removed: TestNames, skipped: TestNames, hidden: TestNames })
  ),
  /** Whether the pull request changes manifests or lock files. The tests use the base's in any case. */
  changesDependencies: Schema.Boolean
})
export interface VerificationSummary extends Schema.Schema.Type<typeof VerificationSummary> {}
