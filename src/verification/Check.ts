import type { Case } from "./Case.ts"
import type { Reader } from "./node/Reader.ts"
import type { Difference, NamedIssue } from "./results.ts"

/** A step: what was found, and what differs from the claims. Throws `Untold` or `Disagreement`. */
export type Check = (
  reader: Reader,
  which: Case
) => Promise<{
  readonly facts: ReadonlyArray<string>
  readonly differences: ReadonlyArray<Difference>
  /** The issue, if the step reads it. */
  readonly issue?: NamedIssue
}>
