/** The multiplier for the issues that a pull request closes. */

import type { RecordedLinkedIssue, RecordedPullRequest } from "../../domain/contributions/RoundRecord.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { CLOSE_WINDOW_DAYS, MICROSECONDS_PER_SECOND, SECONDS_PER_DAY } from "./figures.ts"
import { round2 } from "./round2.ts"

/** Why a linked issue does not count. */
export type InvalidIssue =
  | "transferred"
  | "without author"
  | "by the pull request's author"
  | "created after the pull request"
  | "not closed as completed"
  | "solved by another pull request"
  | "pull request edited after the merge"
  | "not closed"
  | "closed before the merge"
  | "closed too long after the merge"

/** Why a linked issue does not count; null if it is valid. */
export const whyInvalid = (issue: RecordedLinkedIssue, pull: RecordedPullRequest): InvalidIssue | null => {
  if (issue.is_transferred) return "transferred"
  if (issue.author_github_id === null) return "without author"
  if (issue.author_github_id === pull.author_github_id) return "by the pull request's author"
  if (issue.created_at !== null && issue.created_at > pull.created_at) return "created after the pull request"
  if (issue.state === "CLOSED" && issue.state_reason !== "COMPLETED") return "not closed as completed"
  if (issue.solved_by_pr !== null && issue.solved_by_pr !== pull.pr_number) return "solved by another pull request"
  if (pull.state !== "MERGED" || pull.merged_at === null) return null
  if (pull.edited_after_merge) return "pull request edited after the merge"
  if (issue.state !== "CLOSED") return "not closed"
  if (issue.closed_at === null) return null
  const days = (issue.closed_at - pull.merged_at) / MICROSECONDS_PER_SECOND / SECONDS_PER_DAY
  if (days < 0) return "closed before the merge"
  return days > CLOSE_WINDOW_DAYS ? "closed too long after the merge" : null
}

export interface ChosenIssue {
  /** Null if no linked issue is valid. */
  readonly issue: RecordedLinkedIssue | null
  readonly multiplier: number
}

/** Prefers a maintainer's valid issue to any other valid one. Under `"scoring": "work"`, only a maintainer's issue multiplies. */
export const chooseIssue = (
  pull: RecordedPullRequest,
  { scoring: figures, work }: Pick<RosterRepository, "scoring" | "work">
): ChosenIssue => {
  const valid = pull.linked_issues.filter((issue) => whyInvalid(issue, pull) === null)
  const byMaintainer = valid.find(({ author_association }) => isMaintainer(author_association))
  if (byMaintainer !== undefined) return { issue: byMaintainer, multiplier: round2(figures.maintainer_issue_multiplier) }
  const [first] = valid
  return first === undefined
    ? { issue: null, multiplier: 1 }
    : { issue: first, multiplier: work === undefined ? round2(figures.standard_issue_multiplier) : 1 }
}
