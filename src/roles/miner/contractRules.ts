/** The contract's rules as the miner's status and screen both need them, so that they always agree. */
import type { Competition } from "../../contract-client/generated.ts"
import { expiresFrom } from "../../contract-client/standing.ts"

/**
 * The phase of a running competition. `window`: a pull request would be too early; `submissions`: pull requests count; `grace`: the deadline has
 * passed, and validators still vote; `late`: anybody may let it expire, unless its end can be settled.
 */
export type RunningPhase = "window" | "submissions" | "grace" | "late"

type Dates = Pick<Competition, "submissionsFrom" | "deadline" | "outcomeUntil" | "challengePeriod">

export const runningPhaseAt = (dates: Dates, block: number): RunningPhase => {
  if (block < dates.submissionsFrom) return "window"
  if (block <= dates.deadline) return "submissions"
  return block < expiresFrom(dates) ? "grace" : "late"
}
