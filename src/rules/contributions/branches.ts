/** Whether a merge counts, by its base and head branches. */
import type { RosterRepository } from "../../domain/Roster.ts"
import { fnmatch } from "./fnmatch.ts"

/** Names of the branches and of the head's repository; null if GitHub does not say. */
export interface MergedBranches {
  readonly base_ref: string | null
  readonly head_ref: string | null
  readonly head_repo_full_name: string | null
  readonly default_branch: string | null
}

const DEFAULT_BRANCH = "main"

/** The branch that keeps a merge from counting; null if it counts. The default branch's name is a pattern too. */
export const branchProblem = (
  branches: MergedBranches,
  repository: string,
  rules: RosterRepository
): "base branch" | "head branch" | null => {
  const patterns = [branches.default_branch || DEFAULT_BRANCH, ...rules.additional_acceptable_branches]
  const accepted = (branch: string) => patterns.some((pattern) => fnmatch(branch, pattern))
  if (!accepted(branches.base_ref ?? "")) return "base branch"
  const sameRepository = branches.head_repo_full_name?.toLowerCase() === repository.toLowerCase()
  return sameRepository && branches.head_ref && accepted(branches.head_ref) ? "head branch" : null
}
