/** Decides whether a pull request counts. */
import type { RecordedPullRequest } from "../../domain/contributions/RoundRecord.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import { branchProblem } from "./branches.ts"
import type { Repositories } from "./repositories.ts"

export type Dropped =
  | "repository not in the roster"
  | "by a maintainer"
  | "no merge time"
  | "merged by its author without an approval"
  | "base branch"
  | "head branch"

/** Why a pull request does not count; null if it does. */
export const whyDropped = (pull: RecordedPullRequest, repositories: Repositories): Dropped | null => {
  const rules = repositories.get(pull.repo_full_name.toLowerCase())
  if (rules === undefined) return "repository not in the roster"
  if (isMaintainer(pull.author_association)) return "by a maintainer"
  if (pull.state !== "MERGED") return null
  if (pull.merged_at === null) return "no merge time"
  if (pull.merged_by_login && sameLogin(pull.merged_by_login, pull.author_login) && pull.review_summary.approved_count === 0)
    return "merged by its author without an approval"
  return branchProblem(pull, pull.repo_full_name, rules)
}

const sameLogin = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()
