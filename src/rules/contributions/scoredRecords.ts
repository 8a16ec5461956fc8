/** The records of an epoch's scored pull requests, the leaves of the report's tree. Pure. */
import { pullRequestKey } from "../../domain/contributions/RoundRecord.ts"
import { POINT_IN_MILLIONTHS, type Side } from "../../domain/Report.ts"
import { compareRecords, type ScoredRecord } from "../../domain/ScoredRecord.ts"
import { decayMultiplier } from "./ageAndReviews.ts"
import { HOURS_PER_DAY, MICROSECONDS_PER_SECOND, SECONDS_PER_HOUR } from "./figures.ts"
import type { MethodCounts } from "./files/totals.ts"
import { type DiscoveredIssue, earnedByIssue } from "./issueDiscovery.ts"
import type { Repositories } from "./repositories.ts"
import type { ScoredPullRequest } from "./scoreMiner.ts"
import { collateral, collateralFactors, earned, type PullRequestFactors } from "./scorePullRequest.ts"
import type { TotalsByPullRequest } from "./scoreRound.ts"

/** The part of a miner's score that this epoch measured: none in repositories where an earlier score stands in. */
export interface MeasuredMiner {
  readonly uid: number
  readonly pullRequests: ReadonlyArray<ScoredPullRequest>
  readonly issues: ReadonlyArray<DiscoveredIssue>
}

/** How many files each rule scored, by `pullRequestKey`. */
export type MethodsByPullRequest = ReadonlyMap<string, MethodCounts>

export interface RecordInput {
  readonly totals: TotalsByPullRequest
  readonly methods: MethodsByPullRequest
  readonly repositories: Repositories
  /** The base scores of all miners' pull requests, as if each were its author's only one, by `pullRequestKey`. */
  readonly alone: ReadonlyMap<string, number>
  /** The record of an earlier epoch that stands in for a pull request that cannot be measured now, by `pullRequestKey`; undefined for one that can. */
  readonly earlier: (key: string, side: Side) => Partial<ScoredRecord> | undefined
}

type Factors = Omit<ScoredRecord, "earned" | "less" | "full">

const millionths = (points: number): number => Math.round(points * POINT_IN_MILLIONTHS)

/** The product of a record's factors, in points. */
const productOf = (factors: Factors, isScoredForWork: boolean): Readonly<Record<"earned" | "less" | "full", number>> => {
  const { side, state, points, issue, label, review, share, spam } = factors
  if (state === "OPEN") return { earned: 0, less: collateral({ base: points, issue, label }, review, share ?? 0), full: 0 }
  const whole = { ...factors, base: points, share: share ?? undefined }
  const all = side === "author" ? earned(whole, spam) : earnedByIssue(whole)
  return {
    earned: all,
    less: 0,
    full: isScoredForWork && all > 0 ? points * (side === "author" ? issue : (share ?? 1)) * label * review : 0
  }
}

/** A record with what it comes to. `earns`: whether its miner is eligible. */
export const whole = (factors: Factors, earns: boolean, isScoredForWork: boolean): ScoredRecord => {
  const { earned, less, full } = productOf(factors, isScoredForWork)
  return { ...factors, earned: earns ? millionths(earned) : 0, less: millionths(less), full: earns ? millionths(full) : 0 }
}

/** The score of a pull request by its own factors, without the effects of its author's other pull requests. */
export const scoreAlone = ({ base, work }: Pick<PullRequestFactors, "base" | "work">): number => work?.alone ?? base

const accountOf = (id: string | null): string | null => (id === "" ? null : id)

/**
 * One record for each pull request and side that has files or a fixed base score: merged and open ones of measured miners, and those of anybody that solved
 * a measured miner's issue. Sorted.
 */
export const scoredRecords = (
  miners: ReadonlyArray<MeasuredMiner>,
  { totals, methods, repositories, alone, earlier }: RecordInput
): ReadonlyArray<ScoredRecord> => {
  const records: Array<ScoredRecord> = []
  type Own = "author" | "finder" | "uid" | "number" | "base" | "head" | "state" | "mergedAt" | "side" | "score" | "share" | "credibility"
  const add = (
    repository: string,
    own: Pick<ScoredRecord, Own> & { readonly factors: Pick<Factors, "points" | "issue" | "label" | "decay" | "review" | "spam"> },
    earns: boolean
  ) => {
    const { factors, ...place } = own
    const key = pullRequestKey(repository, place.number)
    const files = totals.get(key)
    if (files === undefined && place.score === 0) return
    const measured = {
      methods: methods.get(key) ?? {},
      tokens: files?.tokenScore ?? 0,
      source: files?.sourceScore ?? 0,
      total: files?.total ?? 0,
      kept: null,
      ...measuredIn(earlier(key, place.side))
    }
    const isScoredForWork = repositories.get(repository.toLowerCase())?.work !== undefined
    records.push(whole({ ...place, ...factors, repository: repository.toLowerCase(), ...measured }, earns, isScoredForWork))
  }
  for (const { uid, pullRequests } of miners)
    for (const { pull, factors, spam, earned, isAboveLimit } of pullRequests) {
      const { repo_full_name, state } = pull
      const rules = repositories.get(repo_full_name.toLowerCase())
      if (state === "CLOSED" || rules === undefined) continue
      const open = state === "OPEN" ? collateralFactors(pull, rules, isAboveLimit) : undefined
      const { issue, label, decay } = factors
      add(
        repo_full_name,
        {
          uid,
          side: "author",
          number: pull.pr_number,
          author: accountOf(pull.author_github_id),
          finder: null,
          base: pull.base_sha,
          head: pull.head_sha,
          state,
          mergedAt: state === "MERGED" ? pull.merged_at : null,
          score: scoreAlone(factors),
          share: open?.share ?? null,
          credibility: 1,
          factors: { points: factors.base, issue, label, decay, review: open?.review ?? factors.review, spam }
        },
        earned > 0
      )
    }
  for (const { uid, issues } of miners)
    for (const { issue: found, solver, mergedAt, base, label, decay, review, spam, credibility, share = null, earned } of issues) {
      const { repo_full_name, solving_pr: by } = found
      if (by === null) continue
      add(
        repo_full_name,
        {
          uid,
          side: "finder",
          number: solver,
          author: accountOf(by.author_github_id),
          finder: { account: accountOf(found.author_github_id), issue: found.issue_number },
          base: by.base_sha,
          head: by.head_sha,
          state: "MERGED",
          mergedAt,
          score: alone.get(pullRequestKey(repo_full_name, solver)) ?? base,
          share,
          credibility,
          factors: { points: base, issue: 1, label, decay, review, spam }
        },
        earned > 0
      )
    }
  return records.toSorted(compareRecords)
}

const MEASURED_KEYS = ["author", "base", "head", "methods", "tokens", "source", "total", "score", "kept"] as const

const measuredIn = (earlier: Partial<ScoredRecord> = {}): Partial<Pick<ScoredRecord, (typeof MEASURED_KEYS)[number]>> =>
  Object.fromEntries(MEASURED_KEYS.flatMap((key) => (earlier[key] === undefined ? [] : [[key, earlier[key]]])))

/** A record of an earlier epoch as of `now`, in microseconds; undefined once it is older than its repository's window. */
export const agedRecord = (record: ScoredRecord, repositories: Repositories, now: number): ScoredRecord | undefined => {
  const rules = repositories.get(record.repository)
  if (rules === undefined) return undefined
  const { mergedAt } = record
  if (mergedAt === null) return record
  const { pr_lookback_days, time_decay } = rules.scoring
  if (mergedAt < now - pr_lookback_days * HOURS_PER_DAY * SECONDS_PER_HOUR * MICROSECONDS_PER_SECOND) return undefined
  return whole({ ...record, decay: decayMultiplier(mergedAt, now, time_decay) }, record.earned > 0, rules.work !== undefined)
}
