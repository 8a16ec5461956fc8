/**
 * Explains a pull request's score file by file and factor by factor, with the functions that score rounds. Pure. The keys are those of the JSON of
 * `gittensor score`.
 */

import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import type { RecordedPullRequest } from "../../../domain/contributions/RoundRecord.ts"
import { instantText } from "../../../domain/Instant.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import {
  FULL_BONUS_SCORE,
  MAX_BONUS,
  MAX_QUALITY,
  MICROSECONDS_PER_SECOND,
  SECONDS_PER_HOUR
} from "../../../rules/contributions/figures.ts"
import { totalsOf } from "../../../rules/contributions/files/totals.ts"
import { whyInvalid } from "../../../rules/contributions/issueMultiplier.ts"
import { chooseLabel } from "../../../rules/contributions/labelMultiplier.ts"
import { round2 } from "../../../rules/contributions/round2.ts"
import type { ContributionScore, ScoredPullRequest } from "../../../rules/contributions/scoreMiner.ts"
import { collateral, collateralFactors, earned, scorePullRequest } from "../../../rules/contributions/scorePullRequest.ts"
import { compensatedSum, wholeTimes } from "../../../rules/contributions/sums.ts"
import { whyOfWork } from "../../../rules/contributions/work/whyOfWork.ts"

const fileLine = ({ path, method, score, category, isTest, nodes, lines, difference, work }: FileScore) => ({
  path,
  method,
  score,
  category,
  test: isTest,
  nodes,
  lines,
  ...(work === undefined
    ? {}
    : {
        work: {
          kind: work.kind,
          tokens: work.tokens,
          words: work.words,
          ...(work.small === undefined ? {} : { small: work.small }),
          why_nothing: work.why ?? null
        }
      }),
  ...(difference === null
    ? {}
    : {
        structural: { added: difference.structuralAdded, deleted: difference.structuralDeleted },
        leaf: { added: difference.leafAdded, deleted: difference.leafDeleted }
      })
})

/** The base score and its two parts. */
const baseOf = (files: ReadonlyArray<FileScore> | undefined, base: number, rules: RosterRepository) => {
  const scale = rules.scoring.src_tok_saturation_scale
  if (rules.work !== undefined) return { base_score: base, fixed: rules.fixed_base_score !== null, scale, quality: null, bonus: null }
  if (rules.fixed_base_score !== null) return { base_score: base, fixed: true, scale, quality: null, bonus: null }
  const totals = totalsOf(files ?? [])
  const quality = MAX_QUALITY * (1 - Math.exp(-totals.sourceScore / scale))
  const bonus = round2(Math.min(1, totals.total / FULL_BONUS_SCORE) * MAX_BONUS)
  return { base_score: base, fixed: false, scale, quality, bonus }
}

const labelsOf = (pull: RecordedPullRequest, rules: RosterRepository) => {
  const chosen = chooseLabel(pull.labels, rules)
  return {
    multiplier: chosen.multiplier,
    label: chosen.label,
    why:
      chosen.label !== null
        ? "the best of the labels that count"
        : pull.labels.length === 0
          ? "it has no label"
          : "no label that counts is among the repository's patterns",
    labels: pull.labels.map((label) => {
      const isTrusted = rules.trusted_label_pipeline || isMaintainer(label.actor_association)
      const alone = isTrusted ? chooseLabel([label], rules) : null
      return {
        name: label.name,
        by: label.actor_github_id,
        association: label.actor_association,
        counts: alone?.label !== null && alone !== null,
        why: !isTrusted
          ? "not put on by a maintainer"
          : alone?.label === null
            ? "the repository has no multiplier for it"
            : `multiplies by ${alone?.multiplier}`
      }
    })
  }
}

const issuesOf = (pull: RecordedPullRequest, multiplier: number, chosen: number | null) => ({
  multiplier,
  issue: chosen,
  why:
    chosen !== null
      ? "a valid linked issue"
      : pull.linked_issues.length === 0
        ? "it closes no issue of the repository"
        : "no linked issue is valid",
  issues: pull.linked_issues.map((issue) => ({
    number: issue.number,
    by: issue.author_github_id,
    association: issue.author_association,
    maintainer: isMaintainer(issue.author_association),
    valid: whyInvalid(issue, pull) === null,
    why_not: whyInvalid(issue, pull)
  }))
})

/** One pull request's own factors. `files`: undefined when they could not be loaded. `own`: as scored beside its author's others; undefined: alone. */
export const explainPullRequest = (
  pull: RecordedPullRequest,
  files: ReadonlyArray<FileScore> | undefined,
  rules: RosterRepository,
  now: number,
  own: Pick<ScoredPullRequest, "factors" | "isAboveLimit"> | undefined
) => {
  const totals = files === undefined ? undefined : totalsOf(files)
  const factors = own?.factors ?? scorePullRequest(pull, totals, rules, now)
  const isAboveLimit = own?.isAboveLimit ?? false
  const { scoring } = rules
  const hours = pull.merged_at === null ? null : (now - pull.merged_at) / MICROSECONDS_PER_SECOND / SECONDS_PER_HOUR
  const requests = pull.review_summary.maintainer_changes_requested_count
  const open = collateralFactors(pull, rules, isAboveLimit)
  return {
    scores_nothing: pull.scores_nothing ?? null,
    base: baseOf(files, factors.base, rules),
    ...(rules.work === undefined
      ? {}
      : { work: { ...factors.work, why: whyOfWork(factors, pull.copied_share, { ...rules, work: rules.work }) } }),
    token_score: factors.tokenScore,
    source_score: totals?.sourceScore ?? 0,
    total_score: totals?.total ?? 0,
    files: (files ?? []).map(fileLine),
    label: labelsOf(pull, rules),
    issue: issuesOf(pull, factors.issue, factors.chosenIssue?.number ?? null),
    decay: {
      multiplier: factors.decay,
      hours_since_merge: hours,
      why:
        hours === null
          ? "it is not merged"
          : hours < scoring.time_decay.grace_period_hours
            ? `within the first ${scoring.time_decay.grace_period_hours} hours`
            : `half is left after about ${scoring.time_decay.sigmoid_midpoint_days} days, at least ${scoring.time_decay.min_multiplier}`
    },
    review: {
      multiplier: factors.review,
      change_requests: requests,
      why:
        pull.merged_at === null
          ? "it is not merged"
          : requests === 0
            ? "no maintainer asked for changes"
            : `each of ${requests} requests for changes by maintainers takes ${scoring.review_penalty_rate}`
    },
    if_eligible: pull.state === "MERGED" ? earned(factors, 1) : 0,
    collateral:
      pull.state === "OPEN"
        ? {
            score: collateral(factors, open.review, open.share),
            percent: open.share,
            above_limit: isAboveLimit,
            reviews: open.review
          }
        : null
  }
}
export type ExplainedPullRequest = ReturnType<typeof explainPullRequest>

/** Whether a miner earns in a repository, with the figures that decide it. */
export const explainEligibility = (score: ContributionScore, { eligibility }: RosterRepository) => {
  const merged = score.pullRequests.filter(({ pull }) => pull.state === "MERGED")
  const mergedTokens = compensatedSum(merged.map(({ factors }) => factors.tokenScore))
  const free = Math.min(
    eligibility.excessive_pr_penalty_base_threshold + wholeTimes(mergedTokens, eligibility.open_pr_threshold_token_score),
    eligibility.max_open_pr_threshold
  )
  const why = [
    ...(score.merged < eligibility.min_valid_merged_prs
      ? [`${score.merged} of ${eligibility.min_valid_merged_prs} merged pull requests`]
      : []),
    ...(score.credibility < eligibility.min_credibility
      ? [
          `${(score.credibility * 100).toFixed(1)}% of finished pull requests were merged, ${(eligibility.min_credibility * 100).toFixed(1)}% required`
        ]
      : [])
  ]
  return {
    eligible: score.isEligible,
    why_not: why.length === 0 ? null : why.join("; "),
    merged: score.merged,
    closed: score.closed,
    spam_elsewhere: score.spamElsewhere,
    open: score.open,
    merged_needed: eligibility.min_valid_merged_prs,
    credibility: score.credibility,
    credibility_needed: eligibility.min_credibility,
    merged_token_score: mergedTokens,
    open_allowed: free,
    too_many_open: score.open > free,
    collateral_score: score.collateral,
    total_score: score.total
  }
}
export type ExplainedEligibility = ReturnType<typeof explainEligibility>

/** The fields by which people find a pull request. */
export const placeOf = (pull: RecordedPullRequest) => ({
  repository: pull.repo_full_name,
  number: pull.pr_number,
  title: pull.title,
  state: pull.state,
  author: pull.author_login,
  author_github_id: pull.author_github_id,
  author_association: pull.author_association,
  created_at: instantText(pull.created_at),
  merged_at: pull.merged_at === null ? null : instantText(pull.merged_at)
})
