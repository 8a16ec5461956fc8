/** The outcome of an issue that a miner opened. */

import type { RecordedIssue, RecordedSolvingPullRequest } from "../../domain/contributions/RoundRecord.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { branchProblem } from "./branches.ts"

/** Why a closed issue counts as not solved. */
export type NotSolved =
  | "not closed as completed"
  | "no pull request solved it"
  | "the pull request was not merged"
  | "base branch"
  | "head branch"
  | "pull request edited after the merge"
  | "issue edited after the merge"

export type IssueOutcome =
  | { readonly _tag: "Ignored"; readonly why: "transferred" | "open" | "without author" }
  | { readonly _tag: "NotSolved"; readonly why: NotSolved }
  | { readonly _tag: "Solved"; readonly by: RecordedSolvingPullRequest; readonly author: string }

const notSolved = (why: NotSolved): IssueOutcome => ({ _tag: "NotSolved", why })

export const classifyIssue = (issue: RecordedIssue, rules: RosterRepository): IssueOutcome => {
  if (issue.is_transferred) return { _tag: "Ignored", why: "transferred" }
  if (issue.state !== "CLOSED") return { _tag: "Ignored", why: "open" }
  if (issue.state_reason !== "COMPLETED") return notSolved("not closed as completed")
  const by = issue.solving_pr
  if (!issue.solved_by_pr || by === null) return notSolved("no pull request solved it")
  if (by.state !== "MERGED") return notSolved("the pull request was not merged")
  const branches = by.base_ref === null ? null : branchProblem(by, issue.repo_full_name, rules)
  if (branches !== null) return notSolved(branches)
  if (by.edited_after_merge) return notSolved("pull request edited after the merge")
  if (issue.last_edited_at !== null && by.merged_at !== null && issue.last_edited_at > by.merged_at)
    return notSolved("issue edited after the merge")
  return issue.author_github_id ? { _tag: "Solved", by, author: issue.author_github_id } : { _tag: "Ignored", why: "without author" }
}
