/** Decides how a registered issue without a match ends: turned down, solved by others, gone, or refused a bounty. */
import type { IssueEvidence, IssueFound } from "../../domain/IssueEvidence.ts"
import type { Watched } from "./gone.ts"
import { closerOf, isIncomplete, lastSaid, refusalOf } from "./project.ts"
import { type Cancelled, cancelled, goneAs, noVote, type Verdict } from "./verdictCase.ts"

/** `hadMatches`: whether somebody has competed for it before. */
export interface WithoutMatch {
  readonly hadMatches: boolean
  /** For how long every check has found the same ending. Undefined: it was not watched. */
  readonly watched?: Watched
}

const foundEnding = (issue: IssueFound, hadMatches: boolean): Verdict => {
  const said = lastSaid(issue, { competitors: [] })
  if (said === undefined || isIncomplete(issue))
    return noVote("RecordIncomplete", "GitHub does not show with certainty who closed or reopened it")
  switch (said._tag) {
    // Closed by a bot or by its author: nobody can compete for it while it is closed.
    case "Weak":
    case "NotPlanned":
      return cancelled("NotPlanned", closerOf(said.closing))
    case "Duplicate":
      return cancelled("Duplicate", closerOf(said.closing))
    case "Solved":
      // After a match, people decide whose work it is.
      return hadMatches ? noVote("IssueOpen", closerOf(said.closing)) : cancelled("SolvedOutside", closerOf(said.closing))
    default: {
      const refusal = refusalOf(issue, said)
      if (refusal === undefined) return noVote("IssueOpen", "the maintainers have neither closed it nor refused a bounty")
      return refusal._tag === "Refused" ? cancelled("NotPlanned", refusal.because) : noVote("RecordIncomplete", refusal.because)
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

/** The verdict. It is not urgent: a cancellation is voted once every check for long enough found the same ending. Pure. */
export const judgeWithoutMatch = (evidence: IssueEvidence, { hadMatches, watched }: WithoutMatch): Verdict => {
  const verdict = endingOf(evidence, hadMatches)
  return verdict._tag === "Cancelled" ? waits(verdict, watched ?? { blocks: 0, needed: 1, notCounted: null }) : verdict
}
