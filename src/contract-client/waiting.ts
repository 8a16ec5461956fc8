/** What follows from a decision that waits on the chain. Pure. */
import type { Competition, Issue } from "./generated.ts"

/** The decision that waits on a competition; null if none does, as where its issue has another competition by now. */
export const waitingOn = (
  issue: Pick<Issue, "competition" | "waiting"> | null | undefined,
  { id }: Pick<Competition, "id">
): Issue["waiting"] => (issue?.competition === id ? issue.waiting : null)

/** Whether a decision that waits keeps the bounty from being paid. What was decided when it could be paid already does not. */
export const stopsPayment = (
  { payableAt, waiting }: Pick<Issue, "payableAt" | "waiting">,
  { challengePeriod }: Pick<Competition, "challengePeriod">
): boolean => waiting !== null && payableAt !== null && waiting.from - challengePeriod < payableAt
