/** The phase of a competition, by its dates, what its votes can settle, and the newest indexed block. */

export type Phase = "window" | "submissions" | "verdict" | "settleable" | "overdue" | "won" | "paid" | "expired" | "unsolved" | "void"

interface Height {
  readonly block: number
}

/** The input of a phase: a competition as the API shows it, in a list or alone. */
export interface Dated {
  readonly status: "Running" | "Won" | "Expired" | "Unsolved" | "Void"
  readonly submissionsFrom: Height
  readonly deadline: Height
  readonly expiresFrom: Height
  /** Absent in lists, in which a paid competition is "won". */
  readonly paid?: unknown
  /** Absent in lists, in which nothing is "settleable". */
  readonly outcome?: { readonly state: "noVotes" | "tooLight" | "tooYoung" | "settleable" } | null
}

const ENDED_PHASES = { Expired: "expired", Unsolved: "unsolved", Void: "void" } as const

/** The phase. `block`: the newest indexed one; undefined while it is unknown. */
export const phaseOf = (competition: Dated, block: number | undefined): Phase => {
  const { status, submissionsFrom, deadline, expiresFrom, paid = null, outcome = null } = competition
  if (status === "Won") return paid === null ? "won" : "paid"
  if (status !== "Running") return ENDED_PHASES[status]
  if (outcome?.state === "settleable") return "settleable"
  if (block === undefined || block < submissionsFrom.block) return "window"
  if (block <= deadline.block) return "submissions"
  return block < expiresFrom.block ? "verdict" : "overdue"
}
