/** Scores a miner's pull requests in one repository. */

import type { RecordedPullRequest } from "../../domain/contributions/RoundRecord.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { credibilityOf, spamMultiplier } from "./eligibility.ts"
import { round2 } from "./round2.ts"
import { collateral, collateralFactors, earned, type PullRequestFactors } from "./scorePullRequest.ts"
import { compensatedSum } from "./sums.ts"
import { isEmptyMerge } from "./work/whatCounts.ts"

/** A pull request that counts, with its own factors. */
export interface CountedPullRequest {
  readonly pull: RecordedPullRequest
  readonly factors: PullRequestFactors
}

/** A counted pull request with the results that depend on the miner's other pull requests. */
export interface ScoredPullRequest extends CountedPullRequest {
  readonly spam: 0 | 1
  /** Open, and above the repository's limits. */
  readonly isAboveLimit: boolean
  readonly earned: number
  readonly collateral: number
}

/** A miner's pull requests in one repository. */
export interface ContributionScore {
  /** Merged pull requests; under `"scoring": "work"` without those that add no tokens. */
  readonly merged: number
  readonly open: number
  readonly closed: number
  /** Those that maintainers of other repositories closed as spam. They count as closed here. */
  readonly spamElsewhere: number
  readonly credibility: number
  readonly isEligible: boolean
  readonly collateral: number
  /** Never below 0. */
  readonly total: number
  readonly pullRequests: ReadonlyArray<ScoredPullRequest>
}

/** The points of merged pull requests less the collateral of open ones, never below 0. Under `"scoring": "work"` nothing but this sum is rounded. */
export const totalOf = (
  pulls: ReadonlyArray<Pick<ScoredPullRequest, "earned" | "collateral">>,
  { work }: Pick<RosterRepository, "work">
): number => {
  let sum = 0
  for (const { earned } of pulls) sum += earned
  const total = Math.max(0, sum - compensatedSum(pulls.map(({ collateral }) => collateral)))
  return work === undefined ? total : round2(total)
}

/** Facts of other miners and repositories on which a miner's score in a repository depends. */
export interface Surroundings {
  readonly aboveLimits: ReadonlySet<RecordedPullRequest>
  readonly spamElsewhere: number
}

/** Scores a miner's counted pull requests in one repository. Floating-point sums depend on their order. */
export const scoreRepository = (
  pulls: ReadonlyArray<CountedPullRequest>,
  rules: RosterRepository,
  { aboveLimits, spamElsewhere }: Surroundings
): ContributionScore => {
  const { eligibility } = rules
  const merged = pulls.filter(({ pull }) => pull.state === "MERGED")
  const open = pulls.filter(({ pull }) => pull.state === "OPEN").length
  const closed = pulls.length - merged.length - open
  const proving = merged.filter((one) => !isEmptyMerge(one.factors.work)).length
  const credibility = credibilityOf(proving, closed + spamElsewhere)
  const isEligible = proving >= eligibility.min_valid_merged_prs && credibility >= eligibility.min_credibility
  const mergedTokens = compensatedSum(merged.map(({ factors }) => factors.tokenScore))
  const spam = isEligible
    ? spamMultiplier(open, mergedTokens, {
        free: eligibility.excessive_pr_penalty_base_threshold,
        scorePerFreeOne: eligibility.open_pr_threshold_token_score,
        most: eligibility.max_open_pr_threshold
      })
    : 1
  const pullRequests = pulls.map((counted): ScoredPullRequest => {
    const { pull, factors } = counted
    const isMerged = pull.state === "MERGED"
    const isAboveLimit = aboveLimits.has(pull)
    const { review, share } = collateralFactors(pull, rules, isAboveLimit)
    return {
      ...counted,
      spam: isMerged ? spam : 1,
      isAboveLimit,
      earned: isMerged && isEligible ? earned(factors, spam) : 0,
      collateral: pull.state === "OPEN" ? collateral(factors, review, share) : 0
    }
  })
  return {
    merged: proving,
    open,
    closed,
    spamElsewhere,
    credibility,
    isEligible,
    collateral: compensatedSum(pullRequests.map((one) => one.collateral)),
    total: totalOf(pullRequests, rules),
    pullRequests
  }
}
