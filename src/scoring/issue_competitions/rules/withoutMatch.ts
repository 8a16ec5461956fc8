/** Decides how a registered issue ends for which nobody competes: turned down, solved by others, gone, or not wanted by the repository's people. */
import type { IssueEvidence, IssueFound } from "../../../domain/IssueEvidence.ts"
import type { Watched } from "./gone.ts"
import { closerOf, isIncomplete, lastSaid, refusalOf } from "./project.ts"
import { type Cancelled, cancelled, goneAs, noVote, type Verdict } from "./verdictCase.ts"

/** `hadMatches`: whether somebody has competed for it before. */
export interface WithoutMatch {
  readonly hadMatches: boolean
  /** For how long each look has found that it ends so. Undefined: nobody has kept watch. */
  readonly watched?: Watched
}

const foundEnding = (issue: IssueFound, hadMatches: boolean): Verdict => {
  const said = lastSaid(issue, { competitors: [] })
  if (said === undefined || isIncomplete(issue))
    return noVote("RecordIncomplete", "GitHub does not show for certain what closed it, or opened it again")
  switch (said._tag) {
    // Closed by a bot, or by who wrote it: nobody can compete for it as long as it is.
    case "Weak":
    case "NotPlanned":
      return cancelled("NotPlanned", closerOf(said.closing))
    case "Duplicate":
      return cancelled("Duplicate", closerOf(said.closing))
    case "Solved":
      // Whose work it is, the last match's people decide.
      return hadMatches ? noVote("IssueOpen", closerOf(said.closing)) : cancelled("SolvedOutside", closerOf(said.closing))
    default: {
      const refusal = refusalOf(issue, said)
      return refusal === undefined ? noVote("IssueOpen", "the project has not turned it down") : cancelled("NotPlanned", refusal)
    }
  }
}

const endingOf = (evidence: IssueEvidence, hadMatches: boolean): Verdict => {
  switch (evidence._tag) {
    case "GitHubSilent":
      return noVote("GitHubSilent", evidence.why)
    case "Found":
      return foundEnding(evidence, hadMatches)
    default:
      return goneAs(evidence)
  }
}

const waits = (verdict: Cancelled, { blocks, needed, notCounted }: Watched): Verdict =>
  notCounted === null && blocks >= needed
    ? verdict
    : { ...noVote("CanBeUndone", `${verdict.because}, for ${blocks} of ${needed} blocks so far`), ending: verdict.reason._tag }

/** The verdict. Nothing is in a hurry: it is voted once it has stood at every look for long enough. Pure. */
export const judgeWithoutMatch = (evidence: IssueEvidence, { hadMatches, watched }: WithoutMatch): Verdict => {
  const verdict = endingOf(evidence, hadMatches)
  return verdict._tag === "Cancelled" ? waits(verdict, watched ?? { blocks: 0, needed: 1, notCounted: null }) : verdict
}
