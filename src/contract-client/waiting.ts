/** What follows from a decision that waits on the chain. Pure. */
import type { Competition, Issue } from "./generated.ts"

/** Whether a decision that waits keeps the bounty from being paid. What was decided when it could be paid already does not. */
export const stopsPayment = (
  { payableAt, waiting }: Pick<Issue, "payableAt" | "waiting">,
  { challengePeriod }: Pick<Competition, "challengePeriod">
): boolean => waiting !== null && payableAt !== null && waiting.from - challengePeriod < payableAt
