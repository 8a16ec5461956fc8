/**
 * Rewards for issues that miners opened and that somebody else's merged pull request solved. For each pull request, only the earliest issue of the
 * round earns.
 */
import { pullRequestKey, type RecordedIssue, type RecordedSolvingPullRequest } from "../../domain/contributions/RoundRecord.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import type { Miner } from "./accounts.ts"
import { decayMultiplier, reviewMultiplier } from "./ageAndReviews.ts"
import { classifyIssue } from "./classifyIssue.ts"
import { credibilityOf, spamMultiplier } from "./eligibility.ts"
import { chooseLabel } from "./labelMultiplier.ts"
import { byRepository, type Repositories } from "./repositories.ts"
import { round2 } from "./round2.ts"
import { compensatedSum } from "./sums.ts"
import { isWelcome } from "./work/people.ts"

/** The score of the pull request that solved an issue, by any author. */
export interface SolvingScore {
  readonly base: number
  readonly tokenScore: number
  /** The multiplier of the issue that it solves, where its author's score has one. */
  readonly issue?: number
}

export interface DiscoveredIssue extends Omit<SolvingScore, "issue"> {
  readonly issue: RecordedIssue
  /** The number of the pull request that solved it, and when that was merged, in microseconds. */
  readonly solver: number
  readonly mergedAt: number
  readonly label: number
  readonly decay: number
  readonly review: number
  readonly credibility: number
  readonly spam: 0 | 1
  /** Under `"scoring": "work"`: the finder's part, times the multiplier of the issue for which the solver was paid. */
  readonly share?: number | undefined
  readonly earned: number
}

/** One miner's issues in one repository. */
export interface DiscoveryScore {
  readonly solved: number
  readonly validSolved: number
  readonly closed: number
  readonly open: number
  readonly credibility: number
  readonly isEligible: boolean
  /** The issues that can earn; empty if the miner is not eligible. */
  readonly issues: ReadonlyArray<DiscoveredIssue>
}

export interface DiscoveryRound {
  readonly miners: ReadonlyArray<{ readonly miner: Miner; readonly issues: ReadonlyArray<RecordedIssue> }>
  readonly repositories: Repositories
  /** In microseconds. */
  readonly now: number
  /** Undefined when the files could not be loaded: the issue then counts for credibility only. */
  readonly scoreOf: (repository: string, number: number) => SolvingScore | undefined
}

/** Stands for a missing creation time: later than every other. */
const NO_MOMENT = Number.POSITIVE_INFINITY

type Place = readonly [createdAt: number, number: number, uid: number]

const placeOf = (issue: RecordedIssue, uid: number): Place => [issue.created_at ?? NO_MOMENT, issue.issue_number, uid]

const isBefore = (left: Place, right: Place): boolean =>
  left[0] !== right[0] ? left[0] < right[0] : left[1] !== right[1] ? left[1] < right[1] : left[2] < right[2]

const solverOf = (issue: RecordedIssue, by: RecordedSolvingPullRequest): string => pullRequestKey(issue.repo_full_name, by.pr_number)

/** Whether an issue can count: in a repository of the roster, and not by one of its maintainers. */
const canCount = (issue: RecordedIssue, repositories: Repositories): boolean =>
  repositories.has(issue.repo_full_name.toLowerCase()) && !isMaintainer(issue.author_association)

/** The earliest issue for each solving pull request, without issues by the pull request's own author. */
const earliestOf = ({ miners, repositories }: DiscoveryRound): ReadonlyMap<string, Place> => {
  const earliest = new Map<string, Place>()
  for (const { miner, issues } of miners) {
    for (const issue of issues) {
      const rules = repositories.get(issue.repo_full_name.toLowerCase())
      if (rules === undefined || !canCount(issue, repositories)) continue
      const outcome = classifyIssue(issue, rules)
      if (outcome._tag !== "Solved" || outcome.author === outcome.by.author_github_id) continue
      const key = solverOf(issue, outcome.by)
      const before = earliest.get(key)
      const place = placeOf(issue, miner.uid)
      if (before === undefined || isBefore(place, before)) earliest.set(key, place)
    }
  }
  return earliest
}

const bySolverAndAge = (left: RecordedIssue, right: RecordedIssue): number => {
  const solver = (left.solved_by_pr ?? 0) - (right.solved_by_pr ?? 0)
  if (solver !== 0) return solver
  const [one, other] = [left.created_at ?? NO_MOMENT, right.created_at ?? NO_MOMENT]
  return one === other ? 0 : one - other
}

/** What a miner's issues in a repository earn together. */
export const sumOfIssues = (issues: ReadonlyArray<{ readonly earned: number }>, { work }: Pick<RosterRepository, "work">): number => {
  const sum = compensatedSum(issues.map(({ earned }) => earned))
  return work === undefined ? sum : round2(sum)
}

type Candidate = Omit<DiscoveredIssue, "credibility" | "spam" | "earned">

/** The points that each issue earns its finder. Under `"scoring": "work"` only sums are rounded. */
export const earnedByIssue = ({
  base,
  label,
  decay,
  review,
  credibility,
  spam,
  share
}: Pick<DiscoveredIssue, "base" | "label" | "decay" | "review" | "credibility" | "spam" | "share">): number => {
  const earned = base * label * decay * review * credibility * spam
  return share === undefined ? round2(earned) : earned * share
}

/** One miner's issues in one repository of the roster; undefined for another repository. */
const scoreFinder = (
  uid: number,
  repository: string,
  issues: ReadonlyArray<RecordedIssue>,
  earliest: ReadonlyMap<string, Place>,
  { repositories, now, scoreOf }: DiscoveryRound
): DiscoveryScore | undefined => {
  const rules = repositories.get(repository)
  if (rules === undefined) return undefined
  const { eligibility, scoring } = rules
  const open = issues.filter(({ state }) => state === "OPEN").length
  const counting = issues.filter((issue) => canCount(issue, repositories)).toSorted(bySolverAndAge)
  let [solved, validSolved, closed, tokens] = [0, 0, 0, 0]
  const candidates: Array<Candidate> = []
  for (const issue of counting) {
    const outcome = classifyIssue(issue, rules)
    if (outcome._tag === "NotSolved") closed += 1
    if (outcome._tag !== "Solved") continue
    const { by, author } = outcome
    solved += 1
    const score = scoreOf(repository, by.pr_number)
    const isValid = score !== undefined && score.tokenScore >= eligibility.min_token_score_for_valid_issue
    if (score === undefined || !isValid) continue
    validSolved += 1
    if (author === by.author_github_id || by.merged_at === null) continue
    if (rules.work !== undefined && !isWelcome(issue, by)) continue
    const first = earliest.get(solverOf(issue, by))
    if (first === undefined || isBefore(first, placeOf(issue, uid))) continue
    tokens += score.tokenScore
    candidates.push({
      issue,
      solver: by.pr_number,
      mergedAt: by.merged_at,
      base: score.base,
      ...(rules.work === undefined ? {} : { share: rules.work.finder_share * (score.issue ?? 1) }),
      tokenScore: score.tokenScore,
      label: chooseLabel(by.labels, rules).multiplier,
      decay: decayMultiplier(by.merged_at, now, scoring.time_decay),
      review: reviewMultiplier(by.review_summary.maintainer_changes_requested_count, scoring.review_penalty_rate)
    })
  }
  const credibility = credibilityOf(solved, closed)
  const isEligible = validSolved >= eligibility.min_valid_solved_issues && credibility >= eligibility.min_issue_credibility
  const spam = spamMultiplier(open, tokens, {
    free: eligibility.open_issue_spam_base_threshold,
    scorePerFreeOne: eligibility.open_issue_spam_token_score_per_slot,
    most: eligibility.max_open_issue_threshold
  })
  const rounded = round2(credibility)
  const scored = (isEligible ? candidates : []).map((candidate) => {
    const whole = { ...candidate, credibility: rounded, spam }
    return { ...whole, earned: earnedByIssue(whole) }
  })
  return { solved, validSolved, closed, open, credibility, isEligible, issues: scored }
}

/** By UID and then by the repository's lower-case name. */
export const scoreDiscoveries = (round: DiscoveryRound): ReadonlyMap<number, ReadonlyMap<string, DiscoveryScore>> => {
  const earliest = earliestOf(round)
  return new Map(
    round.miners.map(({ miner, issues }) => {
      const scores = [...byRepository(issues, ({ repo_full_name }) => repo_full_name)].flatMap(([repository, own]) => {
        const score = scoreFinder(miner.uid, repository, own, earliest, round)
        return score === undefined ? [] : [[repository, score] as const]
      })
      return [miner.uid, new Map(scores)]
    })
  )
}
