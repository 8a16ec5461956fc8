/**
 * The parts of a score, by the names that the index uses. They are read again when a score stands in for a later epoch's: the measured figures stay,
 * and its time decay goes on. Pure.
 */
import { Option, Schema } from "effect"
import { entriesOf, pullRequestKey, type RecordedPullRequest, type RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import type { RepositoryScore } from "../../domain/EpochEvidence.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { decayMultiplier } from "./ageAndReviews.ts"
import { HOURS_PER_DAY, MICROSECONDS_PER_SECOND, SECONDS_PER_HOUR } from "./figures.ts"
import { earnedByIssue, sumOfIssues } from "./issueDiscovery.ts"
import { lastChange } from "./lastChange.ts"
import { type ScoredPullRequest, totalOf } from "./scoreMiner.ts"
import { earned, type LastingFactors } from "./scorePullRequest.ts"
import type { MinerScore } from "./scoreRound.ts"
import { whyOfWork } from "./work/whyOfWork.ts"

const Figure = Schema.Number.pipe(Schema.finite(), Schema.nonNegative())
const Spam = Schema.Literal(0, 1)

const PullRequestPart = Schema.Struct({
  number: Schema.Int,
  state: Schema.Literal("MERGED", "OPEN", "CLOSED"),
  /** In microseconds since 1970; null for one that is not merged. */
  merged_at: Schema.NullOr(Schema.Number),
  base: Figure,
  tokens: Figure,
  issue: Figure,
  label: Figure,
  decay: Figure,
  review: Figure,
  spam: Spam,
  earned: Figure,
  collateral: Figure,
  /** When it, or an issue that it closes, last changed; left out if that was after the epoch's first block, or is not known. */
  changed: Schema.optional(Schema.Number),
  /** It closes no issue of its repository. Left out: it closes one, or earlier evidence does not say. */
  unlinked: Schema.optional(Schema.Literal(true)),
  /** Under `"scoring": "work"`: of the words that it adds, the part that was had before, in parts per million; null: not measured, or in part. */
  copied: Schema.optional(Schema.NullOr(Schema.Int)),
  /** Why it scores nothing although it was merged. */
  nothing: Schema.optional(Schema.String),
  /** Under `"scoring": "work"`: one sentence for each rule that added or took points. */
  why: Schema.optional(Schema.Array(Schema.String))
})

const IssuePart = Schema.Struct({
  number: Schema.Int,
  /** The pull request that solved it, and the timestamp of its merge in microseconds. */
  solver: Schema.Int,
  merged_at: Schema.Number,
  base: Figure,
  tokens: Figure,
  label: Figure,
  decay: Figure,
  review: Figure,
  credibility: Figure,
  spam: Spam,
  share: Schema.optional(Figure),
  earned: Figure
})

/** Evidence of earlier versions lacks some of these: such parts cannot be read again. */
const Parts = Schema.Struct({
  pull_requests: Schema.optionalWith(Schema.Array(PullRequestPart), { default: () => [] }),
  discovery: Schema.optional(Schema.Struct({ issues: Schema.Array(IssuePart) }))
})

const read = Schema.decodeUnknownOption(Parts)

type Rules = Partial<Pick<RosterRepository, "fixed_base_score" | "work">>

const whyOf = ({ factors, pull }: Pick<ScoredPullRequest, "factors" | "pull">, { fixed_base_score = null, work }: Rules) => {
  if (work === undefined || factors.work === undefined || pull.state !== "MERGED" || pull.scores_nothing !== undefined) return {}
  const why = whyOfWork(factors, pull.copied_share, { fixed_base_score, work })
  return why.length === 0 ? {} : { why }
}

const changeOf = ({ linked_issues, updated_at }: RecordedPullRequest, now: number) => {
  const changed = lastChange([updated_at, ...linked_issues.map((issue) => issue.updated_at)], now)
  return changed === null ? {} : { changed }
}

/** All issues of a miner in a repository, and when one of them, or the text of a pull request that solved one, last changed. */
const seenOf = (account: string, name: string, { issues, now }: Pick<RoundRecord, "issues" | "now">) => {
  const own = entriesOf(issues, account).filter(({ repo_full_name }) => repo_full_name.toLowerCase() === name)
  const changed = lastChange(
    own.flatMap(({ solving_pr: by, updated_at }) => [updated_at, ...(by === null ? [] : [by.edited_at])]),
    now
  )
  return {
    seen: own.map(({ issue_number, solved_by_pr }) => ({ number: issue_number, solver: solved_by_pr })),
    ...(changed === null ? {} : { changed })
  }
}

/** A miner's pull requests in a repository, including those that do not count, for instance because of their branch. */
const pullRequestsSeen = (account: string, name: string, { pulls }: Pick<RoundRecord, "pulls">): ReadonlyArray<number> =>
  entriesOf(pulls, account).flatMap((one) => (one.repo_full_name.toLowerCase() === name ? [one.pr_number] : []))

/** `name`: the repository's in lower case. */
export const componentsOf = (
  { account, contributions, discoveries }: MinerScore,
  name: string,
  rules: Rules,
  record: Pick<RoundRecord, "issues" | "now" | "pulls">
): RepositoryScore["components"] => {
  const own = contributions.get(name)
  const found = discoveries.get(name)
  return {
    ...(own === undefined
      ? {}
      : {
          merged: own.merged,
          open: own.open,
          closed: own.closed,
          ...(own.spamElsewhere === 0 ? {} : { spam_elsewhere: own.spamElsewhere }),
          credibility: own.credibility,
          eligible: own.isEligible,
          collateral: own.collateral,
          seen: pullRequestsSeen(account, name, record),
          pull_requests: own.pullRequests.map(({ pull, factors, spam, earned, collateral }): typeof PullRequestPart.Type => ({
            number: pull.pr_number,
            state: pull.state,
            merged_at: pull.state === "MERGED" ? pull.merged_at : null,
            base: factors.base,
            tokens: factors.tokenScore,
            issue: factors.issue,
            label: factors.label,
            decay: factors.decay,
            review: factors.review,
            spam,
            earned,
            collateral,
            ...changeOf(pull, record.now),
            ...(pull.linked_issues.length > 0 ? {} : { unlinked: true }),
            ...(rules.work === undefined ? {} : { copied: pull.copied_in_part === true ? null : (pull.copied_share ?? null) }),
            ...(pull.scores_nothing === undefined ? {} : { nothing: pull.scores_nothing }),
            ...whyOf({ factors, pull }, rules)
          }))
        }),
    ...(found === undefined
      ? {}
      : {
          discovery: {
            solved: found.solved,
            valid: found.validSolved,
            closed: found.closed,
            open: found.open,
            credibility: found.credibility,
            eligible: found.isEligible,
            ...seenOf(account, name, record),
            issues: found.issues.map(
              ({
                issue,
                solver,
                mergedAt,
                base,
                tokenScore,
                label,
                decay,
                review,
                credibility,
                spam,
                share,
                earned
              }): typeof IssuePart.Type => ({
                number: issue.issue_number,
                solver,
                merged_at: mergedAt,
                base,
                tokens: tokenScore,
                label,
                decay,
                review,
                credibility,
                spam,
                ...(share === undefined ? {} : { share }),
                earned
              })
            )
          }
        })
  }
}

/**
 * A score of an earlier epoch as of `now`, in microseconds: parts older than the repository's window are dropped, and the others decay. Figures of
 * another form stay, such as those that an earlier version wrote.
 */
export const decayed = (score: RepositoryScore, rules: RosterRepository, now: number): RepositoryScore => {
  const { scoring } = rules
  const parts = Option.getOrUndefined(read(score.components))
  if (parts === undefined) return score
  const since = now - scoring.pr_lookback_days * HOURS_PER_DAY * SECONDS_PER_HOUR * MICROSECONDS_PER_SECOND
  const pulls = parts.pull_requests.flatMap((one) => {
    if (one.state !== "MERGED" || one.merged_at === null) return [one]
    if (one.merged_at < since) return []
    const decay = decayMultiplier(one.merged_at, now, scoring.time_decay)
    return [{ ...one, decay, earned: one.earned === 0 ? 0 : earned({ ...one, decay }, one.spam) }]
  })
  const issues = (parts.discovery?.issues ?? []).flatMap((one) => {
    if (one.merged_at < since) return []
    const decay = decayMultiplier(one.merged_at, now, scoring.time_decay)
    return [{ ...one, decay, earned: earnedByIssue({ ...one, decay }) }]
  })
  const { discovery } = score.components
  return {
    ...score,
    pullRequests: totalOf(pulls, rules),
    issues: sumOfIssues(issues, rules),
    components: {
      ...score.components,
      ...(score.components.pull_requests === undefined ? {} : { pull_requests: pulls }),
      ...(typeof discovery === "object" ? { discovery: { ...discovery, issues } } : {})
    }
  }
}

/** The factors of pull requests in an earlier epoch's scores, by `pullRequestKey`: those of the author's score, otherwise those of the score of the issue's finder. */
export const lastingFactors = (scores: ReadonlyArray<RepositoryScore>): ReadonlyMap<string, LastingFactors> => {
  const known = new Map<string, LastingFactors>()
  const parts = scores.flatMap(({ repository, components }) => Option.toArray(read(components)).map((one) => ({ repository, ...one })))
  for (const { repository, discovery } of parts)
    for (const { solver, base, tokens, label, review } of discovery?.issues ?? [])
      known.set(pullRequestKey(repository, solver), { base, tokenScore: tokens, issue: 1, label, review })
  for (const { repository, pull_requests } of parts)
    for (const { number, base, tokens, issue, label, review, state } of pull_requests)
      if (state !== "CLOSED") known.set(pullRequestKey(repository, number), { base, tokenScore: tokens, issue, label, review })
  return known
}
