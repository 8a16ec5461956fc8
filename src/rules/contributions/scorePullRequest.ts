/** One pull request's base score and multipliers. */

import type { RecordedLinkedIssue, RecordedPullRequest } from "../../domain/contributions/RoundRecord.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { decayMultiplier, reviewCollateral, reviewMultiplier } from "./ageAndReviews.ts"
import { baseScore } from "./baseScore.ts"
import type { FileTotals } from "./files/totals.ts"
import { chooseIssue } from "./issueMultiplier.ts"
import { chooseLabel } from "./labelMultiplier.ts"
import { product } from "./sums.ts"
import { type PullRequestWork, workAlone } from "./work/whatCounts.ts"

/** A pull request's own factors. Its reward depends on the miner's other pull requests too. */
export interface PullRequestFactors {
  readonly base: number
  readonly tokenScore: number
  readonly issue: number
  readonly label: number
  readonly decay: number
  readonly review: number
  /** The label and the issue behind their multipliers; null if none counts. */
  readonly chosenLabel: string | null
  readonly chosenIssue: RecordedLinkedIssue | null
  /** Only there where the repository is scored for work and its files were looked at. */
  readonly work?: PullRequestWork
}

/** The factors that time alone does not change. They stand in for a pull request that cannot be measured now. */
export type LastingFactors = Pick<PullRequestFactors, "base" | "tokenScore" | "issue" | "label" | "review">

/** For a pull request whose files could not be loaded, or that scores nothing: neutral multipliers. */
const unmeasuredFactors: PullRequestFactors = {
  base: 0,
  tokenScore: 0,
  issue: 1,
  label: 1,
  decay: 1,
  review: 1,
  chosenLabel: null,
  chosenIssue: null
}

/** `totals`: undefined if the files could not be loaded. `now`: microseconds since 1970. */
export const scorePullRequest = (
  pull: RecordedPullRequest,
  totals: FileTotals | undefined,
  rules: RosterRepository,
  now: number
): PullRequestFactors => {
  if (pull.scores_nothing !== undefined) return unmeasuredFactors
  const measured = pull.scoring_data_stored && totals !== undefined && totals.files > 0 ? totals : undefined
  const ofWork = rules.work === undefined ? undefined : workAlone(measured?.work, { ...rules, work: rules.work })
  if (rules.work === undefined ? measured === undefined && rules.fixed_base_score === null : ofWork === undefined) return unmeasuredFactors
  const label = chooseLabel(pull.labels, rules)
  const issue = chooseIssue(pull, rules)
  const mergedAt = pull.state === "MERGED" ? pull.merged_at : null
  const { time_decay, review_penalty_rate, src_tok_saturation_scale } = rules.scoring
  return {
    base: ofWork?.alone ?? baseOf(measured, rules.fixed_base_score, src_tok_saturation_scale),
    tokenScore: ofWork?.counted ?? measured?.tokenScore ?? 0,
    issue: issue.multiplier,
    label: label.multiplier,
    decay: mergedAt === null ? 1 : decayMultiplier(mergedAt, now, time_decay),
    review: mergedAt === null ? 1 : reviewMultiplier(pull.review_summary.maintainer_changes_requested_count, review_penalty_rate),
    chosenLabel: label.label,
    chosenIssue: issue.issue,
    ...(ofWork === undefined ? {} : { work: ofWork })
  }
}

/** The factors of a pull request that cannot be measured now: an earlier epoch's, with the present time decay. `now`: microseconds since 1970. */
export const withAge = (lasting: LastingFactors, pull: RecordedPullRequest, rules: RosterRepository, now: number): PullRequestFactors => ({
  ...unmeasuredFactors,
  ...lasting,
  decay: pull.state === "MERGED" && pull.merged_at !== null ? decayMultiplier(pull.merged_at, now, rules.scoring.time_decay) : 1
})

/** The base of a pull request whose files were looked at, as if its author had no other one. */
export const baseAlone = (totals: FileTotals | undefined, rules: RosterRepository): number =>
  rules.work === undefined
    ? baseOf(totals !== undefined && totals.files > 0 ? totals : undefined, rules.fixed_base_score, rules.scoring.src_tok_saturation_scale)
    : (workAlone(totals?.work, { ...rules, work: rules.work })?.alone ?? 0)

const baseOf = (totals: FileTotals | undefined, fixed: number | null, scale: number): number =>
  fixed ?? (totals === undefined ? 0 : baseScore(totals, scale))

/** The earned score of an eligible author's merged pull request. */
export const earned = (factors: Pick<PullRequestFactors, "base" | "issue" | "label" | "decay" | "review">, spam: number): number =>
  factors.base * product([factors.issue, factors.label, spam, factors.decay, factors.review])

/** The factors of an open pull request's collateral: what reviews multiply it by, and the part of its score, which is all of it if it `isAboveLimit`. */
export const collateralFactors = (pull: RecordedPullRequest, { scoring }: RosterRepository, isAboveLimit = false) => ({
  review: reviewCollateral(pull.review_summary.maintainer_changes_requested_count, scoring.review_penalty_rate),
  share: isAboveLimit ? 1 : scoring.open_pr_collateral_percent
})

/** The collateral of an open pull request, taken from its author's score. `review`, `share`: its `collateralFactors`. */
export const collateral = (
  { base, issue, label }: Pick<PullRequestFactors, "base" | "issue" | "label">,
  review: number,
  share: number
): number => base * product([issue, label, review]) * share
