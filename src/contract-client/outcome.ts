/** Compares the choices of two votes. Pure. */
import { canonicalJson } from "../domain/canonicalJson.ts"
import type { Competitor, OutcomeChoice } from "./generated.ts"

/** Whether two votes are for the same choice in all fields: also pull request, reason and slashed competitors. */
export const sameOutcome = (left: OutcomeChoice, right: OutcomeChoice): boolean => canonicalJson(left) === canonicalJson(right)

interface Pair {
  readonly a: Competitor
  readonly b: Competitor
}

/** Whether two votes are for the same pair, in the same order: UID, hotkey and coldkey of both. */
export const samePair = (left: Pair, right: Pair): boolean => sameCompetitor(left.a, right.a) && sameCompetitor(left.b, right.b)

const sameCompetitor = (left: Competitor, right: Competitor): boolean =>
  left.uid === right.uid && left.hotkey === right.hotkey && left.coldkey === right.coldkey
