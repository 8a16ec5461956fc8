/** Choices of the outcome ballot. Pure. */
import { isDeepStrictEqual } from "node:util"
import type { OutcomeChoice } from "./generated.ts"

/** Whether two votes are for the same choice, in the same words: also the same pull request, the same reason, the same coldkey. */
export const sameOutcome = (left: OutcomeChoice, right: OutcomeChoice): boolean => isDeepStrictEqual(left, right)
