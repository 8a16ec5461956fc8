/** Contract rules that the miner's status and the miner's screen share, so that both always agree. */
import type { Competition } from "../../contract-client/generated.ts"
import { expiresFrom } from "../../contract-client/standing.ts"

/**
 * Phase of a running competition. `window`: no pull requests yet. `submissions`: pull requests count. `grace`: the deadline has passed, and
 * validators still vote. `late`: every account may let the competition expire, unless its outcome can be settled.
 */
export type RunningPhase = "window" | "submissions" | "grace" | "late"

type Dates = Pick<Competition, "submissionsFrom" | "deadline" | "outcomeUntil" | "challengePeriod">

export const runningPhaseAt = (dates: Dates, block: number): RunningPhase => {
  if (block < dates.submissionsFrom) return "window"
  if (block <= dates.deadline) return "submissions"
  return block < expiresFrom(dates) ? "grace" : "late"
}
