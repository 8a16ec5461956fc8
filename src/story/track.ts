/** The stops of a solution, from a draft to the payment, and how far a side has come. Pure. */
import type { SideName, SideState } from "./competitor.ts"
import type { Phase } from "./phase.ts"

export const TRACK = ["draft", "open", "checks", "approved", "merged", "voted", "paid"] as const
export type TrackStop = (typeof TRACK)[number]

const STOP_OF: Readonly<Partial<Record<SideState["stage"], TrackStop>>> = {
  draft: "draft",
  open: "open",
  passing: "checks",
  approved: "approved",
  merged: "merged"
}

interface Board {
  readonly phase: Phase
  readonly leader: SideName | null
  readonly a: Pick<SideState, "stage" | "reached" | "fate" | "checksPass">
  readonly b: Pick<SideState, "stage" | "reached" | "fate" | "checksPass">
}

/** The furthest stop that a side has reached, for a beaten side also with a pull request closed since; null if none counts. A side past "merged" has won. */
export const stopOf = ({ phase, leader, ...sides }: Board, side: SideName): TrackStop | null => {
  if (leader === side && phase === "paid") return "paid"
  if (leader === side && phase === "won") return "voted"
  const { reached, fate, checksPass } = sides[side]
  const stage = fate === null ? sides[side].stage : (reached ?? sides[side].stage)
  // Requested changes do not undo the checks.
  return stage === "open" && checksPass ? "checks" : (STOP_OF[stage] ?? null)
}
