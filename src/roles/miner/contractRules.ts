/** Contract rules that the miner's status and the miner's screen share, so that both always agree. */
import type { Competition } from "../../contract-client/generated.ts"

/**
 * Phase of a running competition. `window`: no pull requests yet. `submissions`: pull requests count. `grace`: the deadline has passed, and
 * validators still vote. `late`: every account may let the competition expire, unless its outcome can be settled.
 */
export type RunningPhase = "window" | "submissions" | "grace" | "late"

type Dates = Pick<Competition, "submissionsFrom" | "deadline">

/** The phase without regard to whether the competition can be expired. */
export const phaseByDatesAt = ({ deadline, submissionsFrom }: Dates, block: number): Exclude<RunningPhase, "late"> =>
  block < submissionsFrom ? "window" : block <= deadline ? "submissions" : "grace"

export const runningPhaseAt = (dates: Dates & { readonly expiresFrom: number }, block: number): RunningPhase => {
  const phase = phaseByDatesAt(dates, block)
  return phase === "grace" && block >= dates.expiresFrom ? "late" : phase
}
