/** Scores a whole round: from the record and the files' totals to every miner's part of the emission. */
import type { MissingEvidence } from "../../domain/contributions/MissingEvidence.ts"
import { entriesOf, pullRequestKey, type RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import type { Emission } from "../../domain/Emission.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import { type Miner, minersOf } from "./accounts.ts"
import { baseScore } from "./baseScore.ts"
import { closedAsSpam, openAboveLimits } from "./burden.ts"
import { classifyIssue } from "./classifyIssue.ts"
import type { FileTotals } from "./files/totals.ts"
import { type DiscoveryRound, type DiscoveryScore, type SolvingScore, scoreDiscoveries, sumOfIssues } from "./issueDiscovery.ts"
import { byRepository, type Repositories, repositoriesOf } from "./repositories.ts"
import { emissionRewards, type RepositoryScorers } from "./rewards.ts"
import { type ContributionScore, type CountedPullRequest, type ScoredPullRequest, scoreRepository } from "./scoreMiner.ts"
import { type LastingFactors, scorePullRequest, withAge } from "./scorePullRequest.ts"
import { whyDropped } from "./whichPullRequests.ts"
import { applyWorkCaps } from "./work/capped.ts"
import { pointsBeforeDecay } from "./work/slice.ts"
import { workAlone } from "./work/whatCounts.ts"

/** Totals of pull requests' files by `pullRequestKey`, without those whose files could not be loaded. */
export type TotalsByPullRequest = ReadonlyMap<string, FileTotals>

/** An earlier epoch's factors of pull requests that cannot be measured now, by `pullRequestKey`. */
export type KeptPullRequests = ReadonlyMap<string, LastingFactors>

/** A round with scored files: the input of its miners' scores. */
export interface MeasuredRound {
  readonly record: RoundRecord
  readonly totals: TotalsByPullRequest
  /** Evidence that GitHub did not give. Empty for a recorded round. */
  readonly missing: ReadonlyArray<MissingEvidence>
}

/** One miner in a round, by lower-case repository name. */
export interface MinerScore {
  readonly uid: number
  readonly account: string
  readonly contributions: ReadonlyMap<string, ContributionScore>
  readonly discoveries: ReadonlyMap<string, DiscoveryScore>
}

export interface RoundScore {
  /** Parts of the whole emission by UID. */
  readonly rewards: ReadonlyMap<number, number>
  readonly miners: ReadonlyArray<MinerScore>
}

export interface PullRequestId {
  readonly repository: string
  readonly number: number
}

/** The pull requests whose files decide a round, each once: those that count, and anybody's that solved a miner's issue. */
export const pullRequestsToScore = (record: RoundRecord): ReadonlyArray<PullRequestId> => {
  const repositories = repositoriesOf(record.repos)
  const wanted = new Map<string, PullRequestId>()
  const want = (repository: string, number: number) => {
    const id = { repository: repository.toLowerCase(), number }
    wanted.set(pullRequestKey(id.repository, number), id)
  }
  for (const { account } of minersOf(record.uids)) {
    for (const pull of entriesOf(record.pulls, account))
      if (pull.scoring_data_stored && pull.scores_nothing === undefined && whyDropped(pull, repositories) === null)
        want(pull.repo_full_name, pull.pr_number)
    for (const issue of entriesOf(record.issues, account)) {
      const rules = repositories.get(issue.repo_full_name.toLowerCase())
      if (rules === undefined || isMaintainer(issue.author_association)) continue
      const outcome = classifyIssue(issue, rules)
      if (outcome._tag === "Solved" && outcome.by.scores_nothing === undefined) want(issue.repo_full_name, outcome.by.pr_number)
    }
  }
  return [...wanted.values()]
}

interface Measures {
  readonly repositories: Repositories
  readonly totals: TotalsByPullRequest
  readonly kept: KeptPullRequests
}

/** A miner's pull requests that count, in the record's order; held to their caps where a repository is scored for work. */
const countedPullRequests = (miner: Miner, record: RoundRecord, measures: Measures): ReadonlyArray<CountedPullRequest> => {
  const all = factorsOf(miner, record, measures)
  const held = new Map(
    [...byRepository(all, ({ pull }) => pull.repo_full_name)].flatMap(([name, own]) => {
      const rules = measures.repositories.get(name)
      if (rules?.work === undefined) return []
      return applyWorkCaps(own, { ...rules, work: rules.work }).map((one) => [one.pull, one] as const)
    })
  )
  return held.size === 0 ? all : all.map((one) => held.get(one.pull) ?? one)
}

const factorsOf = (miner: Miner, record: RoundRecord, { repositories, totals, kept }: Measures) =>
  entriesOf(record.pulls, miner.account).flatMap((pull): ReadonlyArray<CountedPullRequest> => {
    const rules = repositories.get(pull.repo_full_name.toLowerCase())
    if (rules === undefined || whyDropped(pull, repositories) !== null) return []
    const key = pullRequestKey(pull.repo_full_name, pull.pr_number)
    const known = kept.get(key)
    const factors =
      known === undefined ? scorePullRequest(pull, totals.get(key), rules, record.now) : withAge(known, pull, rules, record.now)
    return [{ pull, factors }]
  })

/** Scores of solving pull requests: as scored for their authors when they count there, otherwise by their files. */
const solvingScores = (counted: ReadonlyArray<CountedPullRequest>, { repositories, totals, kept }: Measures): DiscoveryRound["scoreOf"] => {
  const own = new Map<string, SolvingScore>()
  for (const { pull, factors } of counted) {
    const key = pullRequestKey(pull.repo_full_name, pull.pr_number)
    if (pull.state === "MERGED" && !own.has(key)) own.set(key, { base: factors.base, tokenScore: factors.tokenScore, issue: factors.issue })
  }
  return (repository, number) => {
    const key = pullRequestKey(repository, number)
    const known = own.get(key) ?? kept.get(key)
    if (known !== undefined) return known
    const rules = repositories.get(repository)
    const files = totals.get(key)
    if (rules === undefined || files === undefined) return undefined
    if (rules.work !== undefined) {
      const alone = workAlone(files.work, { ...rules, work: rules.work })
      return alone === undefined ? undefined : { base: alone.alone, tokenScore: alone.counted }
    }
    return { base: rules.fixed_base_score ?? baseScore(files, rules.scoring.src_tok_saturation_scale), tokenScore: files.tokenScore }
  }
}

/** A recorded round has whole scores: a million millionths of a point are finer than their noise. */
const POINT = 1_000_000_000_000

const partsOf = (score: number): bigint => BigInt(Math.round(score * POINT))

/** The scores above zero in each repository. */
const scorersOf = (miners: ReadonlyArray<MinerScore>, repositories: Repositories): ReadonlyMap<string, RepositoryScorers> => {
  const positive = (scores: ReadonlyArray<readonly [number, number]>) =>
    new Map(scores.map(([uid, score]) => [uid, partsOf(score)] as const).filter(([, score]) => score > 0n))
  return new Map(
    [...repositories].map(([name, rules]) => [
      name,
      {
        contributions: positive(miners.map(({ uid, contributions }) => [uid, contributions.get(name)?.total ?? 0])),
        discoveries: positive(miners.map(({ uid, discoveries }) => [uid, sumOfIssues(discoveries.get(name)?.issues ?? [], rules)])),
        points: partsOf(
          pointsBeforeDecay(
            miners.flatMap(({ contributions, discoveries }) => [
              ...(contributions.get(name)?.pullRequests ?? []).map(({ earned, factors }) => ({ ...factors, earned })),
              ...(discoveries.get(name)?.issues ?? []).map(({ share = 1, ...one }) => ({ ...one, issue: share }))
            ])
          )
        ),
        // The record's shares are what is left of them.
        lost: 0n
      }
    ])
  )
}

/** Every miner's scores in each repository. Pull requests and issues keep the record's order. */
export const minerScores = (
  { record, totals }: Pick<MeasuredRound, "record" | "totals">,
  kept: KeptPullRequests = new Map()
): ReadonlyArray<MinerScore> => {
  const repositories = repositoriesOf(record.repos)
  const measures = { repositories, totals, kept }
  const contributors = minersOf(record.uids).map((miner) => ({ miner, counted: countedPullRequests(miner, record, measures) }))
  const discoveries = scoreDiscoveries({
    miners: contributors.map(({ miner }) => ({ miner, issues: entriesOf(record.issues, miner.account) })),
    repositories,
    now: record.now,
    scoreOf: solvingScores(
      contributors.flatMap(({ counted }) => counted),
      measures
    )
  })
  const pulls = contributors.flatMap(({ counted }) => counted.map(({ pull }) => pull))
  const aboveLimits = openAboveLimits(pulls, repositories)
  return contributors.map(({ miner, counted }): MinerScore => {
    const spam = closedAsSpam(
      record,
      counted.map(({ pull }) => pull),
      repositories
    )
    const contributions = new Map<string, ContributionScore>()
    for (const [name, pulls] of byRepository(counted, ({ pull }) => pull.repo_full_name)) {
      const rules = repositories.get(name)
      const spamElsewhere = spam.filter(({ repo_full_name }) => repo_full_name.toLowerCase() !== name).length
      if (rules !== undefined) contributions.set(name, scoreRepository(pulls, rules, { aboveLimits, spamElsewhere }))
    }
    return { ...miner, contributions, discoveries: discoveries.get(miner.uid) ?? new Map() }
  })
}

/** The treasury's UID on the main network in August 2026, for recorded rounds that name none. */
const TREASURY_UID_OF_AUGUST_2026 = 111

/** Scores and rewards of a whole round, with the record's treasury UID. The same input gives the same numbers, bit for bit. */
export const scoreRound = (round: Pick<MeasuredRound, "record" | "totals">, emission: Emission): RoundScore => {
  const { record } = round
  const repositories = repositoriesOf(record.repos)
  const miners = minerScores(round)
  const input = {
    uids: new Set(Object.keys(record.uids).map(Number)),
    repositories,
    scorers: scorersOf(miners, repositories),
    point: BigInt(POINT),
    maintainers: new Map(Object.entries(record.maintainer_uids_by_repo).map(([name, uids]) => [name.toLowerCase(), uids]))
  }
  return { rewards: emissionRewards(input, emission, record.treasury_uid ?? TREASURY_UID_OF_AUGUST_2026), miners }
}

const STATES = ["MERGED", "OPEN", "CLOSED"] as const

/** A miner's pull requests: merged, open, then closed ones, each in the record's order. */
export const pullRequestsOf = (miner: MinerScore, record: RoundRecord): ReadonlyArray<ScoredPullRequest> => {
  const scored = new Map(
    [...miner.contributions.values()].flatMap(({ pullRequests }) => pullRequests).map((pullRequest) => [pullRequest.pull, pullRequest])
  )
  const recorded = entriesOf(record.pulls, miner.account).flatMap((pull) => scored.get(pull) ?? [])
  return STATES.flatMap((state) => recorded.filter(({ pull }) => pull.state === state))
}
