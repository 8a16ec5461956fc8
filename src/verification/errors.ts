/** Why a step says nothing, or that two nodes contradict each other. */
import type { Difference } from "./results.ts"

/** Nobody can tell: `message` is the cause in words. */
export class Untold extends Error {}

/** Two nodes answer the same question differently. */
export class Disagreement extends Error {
  constructor(readonly differences: ReadonlyArray<Difference>) {
    super("the two nodes contradict each other")
  }
}
