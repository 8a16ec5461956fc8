import type { Case } from "./Case.ts"
import type { Reader } from "./node/Reader.ts"
import type { Difference, NamedIssue } from "./results.ts"

/** What a step found, and what differs from the claims. */
export interface Checked {
  readonly facts: ReadonlyArray<string>
  readonly differences: ReadonlyArray<Difference>
  /** The issue, if the step reads it. */
  readonly issue?: NamedIssue
}

/** A step. Rejects with `Untold` or `Disagreement`. */
export type Check = (reader: Reader, which: Case) => Promise<Checked>
