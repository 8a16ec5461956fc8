/** The phase of a competition, by its dates and the newest indexed block. */

export type Phase = "window" | "submissions" | "verdict" | "overdue" | "won" | "paid" | "expired" | "void" | "reverted"

interface Height {
  readonly block: number
}

interface Ended {
  readonly status: "Running" | "Won" | "Expired" | "Void"
  readonly reason: { readonly _tag: string } | null
  /** Absent in lists. */
  readonly steps?: ReadonlyArray<{ readonly name: string }>
}

/** What a phase follows from: a competition as the API shows it, in a list or alone. */
export interface Dated extends Ended {
  readonly submissionsFrom: Height
  readonly deadline: Height
  readonly outcomeUntil: Height
  /** Absent in lists: there a paid competition is "won". */
  readonly paid?: unknown
}

/** Whether the verdict was reverted in the challenge period: the competition was won and is now void. */
export const isReverted = ({ status, steps = [], reason }: Ended): boolean =>
  status === "Void" && (reason?._tag === "Reverted" || steps.some(({ name }) => name === "CompetitionWon"))

/** `block`: the newest indexed one; undefined while it is unknown. */
export const phaseOf = (competition: Dated, block: number | undefined): Phase => {
  const { status, submissionsFrom, deadline, outcomeUntil, paid = null } = competition
  if (status === "Won") return paid === null ? "won" : "paid"
  if (status === "Expired") return "expired"
  if (status === "Void") return isReverted(competition) ? "reverted" : "void"
  if (block === undefined || block < submissionsFrom.block) return "window"
  if (block <= deadline.block) return "submissions"
  return block <= outcomeUntil.block ? "verdict" : "overdue"
}
