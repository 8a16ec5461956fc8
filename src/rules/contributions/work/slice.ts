/**
 * How much of a repository's slice of the emission is paid ("Slice" in docs/protocol.md). Without this rule, three typos fixed in a quiet repository took its
 * whole slice, as much as thirty functions took elsewhere. The slice is paid in proportion to the points of the window, up to `full_slice_points`. The rest is recycled,
 * never given to other repositories. Pure.
 */
import type { RosterRepository } from "../../../domain/Roster.ts"
import { compensatedSum } from "../sums.ts"

const FULL_SLICE_POINTS = 50

/** The points from which a slice is paid in full. */
export const fullSlicePoints = ({ fixed_base_score, work }: Pick<RosterRepository, "fixed_base_score" | "work">): number =>
  work?.full_slice_points ?? (fixed_base_score === null ? FULL_SLICE_POINTS : 0)

/** What a scored pull request or issue earned, and its factors without the decay. */
export interface Undecayed {
  readonly base: number
  readonly issue?: number
  readonly label: number
  readonly review: number
  readonly earned: number
}

/** The points before decay of what earned something. */
export const pointsBeforeDecay = (all: ReadonlyArray<Undecayed>): number =>
  compensatedSum(all.map(({ base, earned, issue = 1, label, review }) => (earned > 0 ? base * issue * label * review : 0)))
