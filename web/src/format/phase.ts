/** The phase of a competition, by its dates and the newest indexed block. */
import type { CompetitionDetail } from "../api/types.ts"

export type Phase = "window" | "submissions" | "verdict" | "overdue" | "won" | "paid" | "expired" | "void" | "reverted"

type Dated = Pick<CompetitionDetail, "status" | "submissionsFrom" | "deadline" | "outcomeUntil" | "paid" | "reason" | "steps">

/** Whether the verdict was reverted in the challenge period: the competition was won and is now void. */
export const isReverted = ({ status, steps, reason }: Pick<Dated, "status" | "steps" | "reason">): boolean =>
  status === "Void" && (reason?._tag === "Reverted" || steps.some(({ name }) => name === "CompetitionWon"))

export const phaseOf = (competition: Dated, block: number | undefined): Phase => {
  const { status, submissionsFrom, deadline, outcomeUntil, paid } = competition
  if (status === "Won") return paid === null ? "won" : "paid"
  if (status === "Expired") return "expired"
  if (status === "Void") return isReverted(competition) ? "reverted" : "void"
  if (block === undefined || block < submissionsFrom.block) return "window"
  if (block <= deadline.block) return "submissions"
  return block <= outcomeUntil.block ? "verdict" : "overdue"
}
