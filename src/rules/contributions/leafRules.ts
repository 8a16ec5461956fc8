/** A roster's rules for the single records and cells of a report, by which the report is challenged. Pure. */
import type { Report } from "../../domain/Report.ts"
import type { RosterRepositories, RosterRepository } from "../../domain/Roster.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import { measuredBy } from "../../domain/Settlement.ts"
import { reviewMultiplier } from "./ageAndReviews.ts"
import { MAX_REVIEW_COLLATERAL } from "./figures.ts"
import { repositoriesOf } from "./repositories.ts"
import { partsOfCells } from "./rewards.ts"
import { round2 } from "./round2.ts"
import { whole } from "./scoredRecords.ts"
import { baseAlone } from "./scorePullRequest.ts"

/** The base is rounded to hundredths, and computed with an exponential function whose last bit machines may differ in. */
const BASE_ERROR = 0.02

/** Whether some number of change requests gives this multiplier. The report's author chose it, so it is computed, not sought. */
const isReview = (review: number, rate: number): boolean => {
  const requests = rate > 0 ? Math.max(0, Math.round((1 - review) / rate)) : 0
  return [requests - 1, requests, requests + 1].some((one) => one >= 0 && reviewMultiplier(one, rate) === review)
}

/** The factors that these rules never give, of a record that was measured in its report's epoch. */
const impossible = (record: ScoredRecord, rules: RosterRepository): ReadonlyArray<string> => {
  const { side, state, issue, label, decay, review, share, credibility, score, points, tokens, source, total } = record
  const { default_label_multiplier, fixed_base_score, label_multipliers, scoring, work } = rules
  const multipliers = [
    1,
    round2(scoring.maintainer_issue_multiplier),
    ...(work === undefined ? [round2(scoring.standard_issue_multiplier)] : [])
  ]
  const isOpen = state === "OPEN"
  const shares: ReadonlyArray<number | null> = isOpen
    ? [1, scoring.open_pr_collateral_percent]
    : side === "author" || work === undefined
      ? [null]
      : multipliers.map((one) => work.finder_share * one)
  const most = work === undefined ? score : Math.max(score, work.wanted_points / Math.min(...multipliers))
  const highest = work === undefined ? Number.POSITIVE_INFINITY : (fixed_base_score ?? work.points_per_token * work.cap_tokens)
  const base = baseAlone({ files: 1, tokenScore: tokens, sourceScore: source, total }, rules)
  const can: Readonly<Record<string, boolean>> = {
    issue: side === "author" ? multipliers.includes(issue) : issue === 1,
    label: [default_label_multiplier, ...Object.values(label_multipliers)].includes(label),
    decay: isOpen ? decay === 1 : decay <= 1 && decay >= round2(scoring.time_decay.min_multiplier),
    review: isOpen ? review >= 1 && review <= MAX_REVIEW_COLLATERAL : isReview(review, scoring.review_penalty_rate),
    credibility: side === "author" ? credibility === 1 : credibility <= 1,
    share: shares.includes(share),
    score: score <= highest && (work !== undefined || Math.abs(score - base) <= BASE_ERROR),
    points: work === undefined ? points === score : points <= most
  }
  return Object.keys(can).filter((factor) => can[factor] === false)
}

/** The rules of this roster for a report's leaves and cells. */
export const leafRules = (roster: RosterRepositories) => {
  const repositories = repositoriesOf(roster)
  return {
    /** Each measured cell's part of the pool in 10^15 units, in the report's order. */
    partsOf: (report: Pick<Report, "miners" | "repositories">): ReadonlyArray<bigint> => partsOfCells(measuredBy(report), roster),
    /** Why no honest report by this roster has such a record; undefined if one may. The factors of one that was kept may be an earlier roster's. */
    whyFalse: (record: ScoredRecord): { readonly rule: "product" | "roster"; readonly why: string } | undefined => {
      const rules = repositories.get(record.repository)
      if (rules === undefined) return { rule: "roster", why: `the roster has no repository ${record.repository}` }
      const due = whole(record, true, rules.work !== undefined)
      const wrong = (["earned", "less", "full"] as const).find((key) => record[key] !== due[key] && (record[key] !== 0 || key === "less"))
      if (wrong !== undefined) return { rule: "product", why: `its factors come to ${wrong} ${due[wrong]}, and it says ${record[wrong]}` }
      const factors = record.kept === null ? impossible(record, rules) : []
      return factors.length === 0 ? undefined : { rule: "roster", why: `the roster never gives its ${factors.join(", ")}` }
    }
  }
}
