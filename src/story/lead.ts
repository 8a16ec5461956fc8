/**
 * Who is ahead: the one rule for the page, the terminal, pictures and feeds. First the stages of the pull requests (merged, approved, all checks
 * pass, open, draft), then the earlier merge, then validators' findings on the heads.
 */
import { type PlacedSide, rankOf, type SideName } from "./competitor.ts"
import { rankOfFinding } from "./findings.ts"

export interface Lead {
  /** Null: nobody is ahead. */
  readonly leader: SideName | null
  /** The reason for the lead. "level": both are equally far; "nothing": neither has a pull request that counts. */
  readonly by: "stage" | "time" | "findings" | "level" | "nothing"
}

const lead = (by: Lead["by"], difference: number): Lead => ({ leader: difference > 0 ? "a" : "b", by })

export const leadOf = (a: PlacedSide, b: PlacedSide): Lead => {
  const [rankA, rankB] = [rankOf(a.stage), rankOf(b.stage)]
  if (rankA !== rankB) return lead("stage", rankA - rankB)
  if (rankA === 0) return { leader: null, by: "nothing" }
  if (a.since !== b.since) return lead("time", a.since < b.since ? 1 : -1)
  const difference = rankOfFinding(a.finding) - rankOfFinding(b.finding)
  return difference === 0 ? { leader: null, by: "level" } : lead("findings", difference)
}
