/**
 * An epoch's scores: each miner's own, or its last complete ones with a mark if evidence is missing; and every miner's part of the contributions'
 * share. Pure.
 */
import type { AccountAddress } from "../../../domain/Account.ts"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import type { EpochEvidence, KeptScore, MinerScores, RepositoryScore } from "../../../domain/EpochEvidence.ts"
import { RECYCLE_UID } from "../../../domain/Metagraph.ts"
import { type Report, type ReportedScore, WHOLE_POOL } from "../../../domain/Report.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import { aged, componentsOf, lastingFactors, pointsOf } from "./components.ts"
import { sumOfIssues } from "./issueDiscovery.ts"
import { type Repositories, repositoriesOf } from "./repositories.ts"
import { type RepositoryScorers, rewardsOf } from "./rewards.ts"
import { type MeasuredMiner, type MethodsByPullRequest, scoredRecords } from "./scoredRecords.ts"
import { type MeasuredRound, type MinerScore, minerScores } from "./scoreRound.ts"
import { compensatedSum } from "./sums.ts"

/** The part of an epoch's evidence that later epochs need. */
export type EpochMemory = Pick<EpochEvidence, "epoch" | "kept" | "miners">

export interface EpochInput extends MeasuredRound {
  readonly methods: MethodsByPullRequest
  /** The hotkey of each UID. */
  readonly hotkeys: ReadonlyMap<number, AccountAddress>
  /** Why some hotkeys' links to accounts could not be checked. The record names no account for them. */
  readonly unlinked: ReadonlyMap<AccountAddress, string>
  /** Those of them whose gist was never seen; left out: none. They keep earlier scores like the others, but without these they count as scoring nothing. */
  readonly unseen?: ReadonlySet<AccountAddress>
  /** The newest scores before this epoch. */
  readonly before: EpochMemory | undefined
}

export type ScoredEpoch = Pick<Report, "scores"> & Pick<EpochEvidence, "records" | "kept" | "miners">

const byName = (left: { readonly repository: string }, right: { readonly repository: string }): number =>
  left.repository < right.repository ? -1 : left.repository > right.repository ? 1 : 0

/** Sort order: a miner's whole score, then its issues, then single pull requests. */
const partOf = ({ only }: KeptScore): number => (only === undefined ? -2 : only === "issues" ? -1 : only)

const scoreOf = (
  miner: MinerScore,
  name: string,
  repository: string,
  rules: Partial<Pick<RosterRepository, "fixed_base_score" | "work">>
): RepositoryScore => ({
  repository,
  pullRequests: miner.contributions.get(name)?.total ?? 0,
  issues: sumOfIssues(miner.discoveries.get(name)?.issues ?? [], rules),
  components: componentsOf(miner, name, rules)
})

/** A miner's last complete scores, from the newest scores before this epoch's. */
const memoryOf = (before: EpochMemory | undefined, hotkey: AccountAddress) => {
  const known = before?.miners.find((miner) => miner.hotkey === hotkey)
  const isIn = (name: string) => (one: { readonly repository: string }) => one.repository.toLowerCase() === name
  /** The epoch that measured a part; for a part that was kept then, the earlier epoch that measured it. */
  const measuredIn = (name: string, only: KeptScore["only"]): number | null => {
    const kept = before?.kept.find((one) => one.hotkey === hotkey && isIn(name)(one) && (one.only === undefined || one.only === only))
    return kept === undefined ? (before?.epoch ?? null) : kept.measuredIn
  }
  return {
    account: known?.account,
    repositories: known?.repositories.map(({ repository }) => repository) ?? [],
    measuredIn,
    /** Its score in a repository, if it had one, and the epoch that computed it; null if none did. */
    in: (name: string, only?: KeptScore["only"]): { readonly score: RepositoryScore | undefined; readonly measuredIn: number | null } =>
      known === undefined
        ? { score: undefined, measuredIn: null }
        : { score: known.repositories.find(isIn(name)), measuredIn: measuredIn(name, only) }
  }
}

const scorersOf = (miners: ReadonlyArray<MinerScores>, repositories: Repositories): ReadonlyMap<string, RepositoryScorers> => {
  const side = (name: string, value: (score: RepositoryScore) => number) =>
    new Map(
      miners.flatMap(({ uid, repositories: scores }) => {
        const found = scores.find(({ repository }) => repository.toLowerCase() === name)
        return found !== undefined && value(found) > 0 ? [[uid, value(found)] as const] : []
      })
    )
  return new Map(
    [...repositories.keys()].map((name) => [
      name,
      {
        contributions: side(name, ({ pullRequests }) => pullRequests),
        discoveries: side(name, ({ issues }) => issues),
        points: compensatedSum(
          miners.flatMap(({ repositories: scores }) =>
            scores.flatMap((score) => (score.repository.toLowerCase() === name ? [pointsOf(score)] : []))
          )
        )
      }
    ])
  )
}

/** A billionth of a share: coarser than floating-point noise, a thousand times finer than a part per million. */
const UNITS = 1_000_000_000

/** Cuts fractions of a part per million, but not those that are only floating-point noise. */
const partsPerMillion = (share: number): number => Math.floor(Math.round(share * UNITS) / 1_000)

/**
 * The reported score of every UID. A miner without earnings is left out, or null if evidence is missing and no earlier score stands in for it. UID 0
 * has what nobody earned; it is null while a miner is.
 */
const reportedScores = (
  parts: ReadonlyMap<number, number>,
  hotkeys: ReadonlyMap<number, AccountAddress>,
  isUnmeasured: (hotkey: AccountAddress) => boolean
): ReadonlyArray<ReportedScore> => {
  const miners = [...hotkeys].flatMap(([uid, hotkey]): ReadonlyArray<ReportedScore> => {
    if (uid === RECYCLE_UID) return []
    const value = parts.get(uid) ?? 0
    return value > 0 ? [{ uid, hotkey, value }] : isUnmeasured(hotkey) ? [{ uid, hotkey, value: null }] : []
  })
  const recycled = miners.reduce((rest, { value }) => rest - (value ?? 0), WHOLE_POOL)
  const isKnown = miners.every(({ value }) => value !== null)
  const owner = hotkeys.get(RECYCLE_UID)
  const own = owner === undefined || recycled === 0 ? [] : [{ uid: RECYCLE_UID, hotkey: owner, value: isKnown ? recycled : null }]
  return [...own, ...miners].toSorted((left, right) => left.uid - right.uid)
}

/** Scores one epoch. The same input gives the same scores, bit for bit. */
export const scoreMiners = ({ record, totals, methods, missing, hotkeys, unlinked, unseen, before }: EpochInput): ScoredEpoch => {
  const repositories = repositoriesOf(record.repos)
  const written = new Map(Object.keys(record.repos).map((name) => [name.toLowerCase(), name]))
  const writtenOf = (name: string) => written.get(name) ?? name
  const kept: Array<KeptScore> = []
  const measuredMiners: Array<MeasuredMiner> = []

  /** Factors from an earlier epoch, for single pull requests that are missing. */
  const alone = new Set(missing.flatMap(({ repository, only }) => (typeof only === "number" ? [pullRequestKey(repository, only)] : [])))
  const known = new Map(
    alone.size === 0
      ? []
      : [...lastingFactors((before?.miners ?? []).flatMap((miner) => miner.repositories))].filter(([key]) => alone.has(key))
  )

  const keep = (uid: number, hotkey: AccountAddress, name: string, { only, why }: Pick<MissingEvidence, "only" | "why">) => {
    const { score, measuredIn } = memoryOf(before, hotkey).in(name, only)
    kept.push({ uid, hotkey, repository: writtenOf(name), ...(only === undefined ? {} : { only }), measuredIn, why })
    const rules = repositories.get(name)
    return score === undefined || rules === undefined ? undefined : { ...aged(score, rules, record.now), repository: writtenOf(name) }
  }

  /** This epoch's contributions with the issues of an earlier one. */
  const withEarlierIssues = (now: RepositoryScore, earlier: RepositoryScore | undefined): RepositoryScore => {
    const { discovery: _, ...contributions } = now.components
    const found = earlier?.components.discovery
    return {
      ...now,
      issues: earlier?.issues ?? 0,
      components: { ...contributions, ...(found === undefined ? {} : { discovery: found }) }
    }
  }

  const measured = minerScores({ record, totals }, known).flatMap((miner): ReadonlyArray<MinerScores> => {
    const { uid, account, contributions, discoveries } = miner
    const hotkey = hotkeys.get(uid)
    if (hotkey === undefined) return []
    const own = missing.filter((one) => one.account === null || one.account === account)
    const gapsOf = (only: KeptScore["only"]) =>
      new Map(own.filter((one) => one.only === only).map((one) => [one.repository.toLowerCase(), one] as const))
    const [gaps, issueGaps] = [gapsOf(undefined), gapsOf("issues")]
    const names = [...new Set([...contributions.keys(), ...discoveries.keys(), ...gaps.keys(), ...issueGaps.keys()])].filter((name) =>
      repositories.has(name)
    )
    const complete = names.filter((name) => !gaps.has(name))
    const isAlone = (repository: string, number: number) => alone.has(pullRequestKey(repository, number))
    measuredMiners.push({
      uid,
      hotkey,
      pullRequests: complete
        .flatMap((name) => contributions.get(name)?.pullRequests ?? [])
        .filter(({ pull }) => !isAlone(pull.repo_full_name, pull.pr_number)),
      issues: complete
        .filter((name) => !issueGaps.has(name))
        .flatMap((name) => discoveries.get(name)?.issues ?? [])
        .filter(({ issue, solver }) => !isAlone(issue.repo_full_name, solver))
    })
    const scores = names.flatMap((name) => {
      const gap = gaps.get(name)
      if (gap !== undefined) return keep(uid, hotkey, name, gap) ?? []
      const score = scoreOf(miner, name, writtenOf(name), repositories.get(name) ?? {})
      const issueGap = issueGaps.get(name)
      return issueGap === undefined ? score : withEarlierIssues(score, keep(uid, hotkey, name, issueGap))
    })
    for (const { repository, only, why } of own)
      if (typeof only === "number" && complete.includes(repository.toLowerCase())) {
        const isKnown = known.has(pullRequestKey(repository, only))
        const measuredIn = isKnown ? memoryOf(before, hotkey).measuredIn(repository.toLowerCase(), only) : null
        kept.push({ uid, hotkey, repository: writtenOf(repository.toLowerCase()), only, measuredIn, why })
      }
    return [{ uid, hotkey, account, repositories: scores.toSorted(byName) }]
  })

  const accounts = new Set(Object.values(record.uids))
  const remembered = [...hotkeys].flatMap(([uid, hotkey]): ReadonlyArray<MinerScores> => {
    const why = unlinked.get(hotkey)
    const memory = memoryOf(before, hotkey)
    // Another hotkey has linked the account since.
    if (why === undefined || memory.account === undefined || accounts.has(memory.account)) return []
    const names = memory.repositories.map((name) => name.toLowerCase()).filter((name) => repositories.has(name))
    return [
      {
        uid,
        hotkey,
        account: memory.account,
        repositories: names.flatMap((name) => keep(uid, hotkey, name, { why }) ?? []).toSorted(byName)
      }
    ]
  })

  const miners = [...measured, ...remembered].toSorted((left, right) => left.uid - right.uid)
  const shares = rewardsOf({
    uids: new Set([...hotkeys.keys()].filter((uid) => uid !== RECYCLE_UID)),
    repositories,
    scorers: scorersOf(miners, repositories),
    maintainers: new Map(Object.entries(record.maintainer_uids_by_repo).map(([name, uids]) => [name.toLowerCase(), uids])),
    // Parts of the pool itself; the pools' shares are applied when weights are set.
    pool: 1
  })
  const parts = new Map([...shares].map(([uid, share]) => [uid, partsPerMillion(share)] as const).filter(([uid]) => hotkeys.has(uid)))
  const scored = new Set(miners.map(({ hotkey }) => hotkey))
  const withoutScore = new Set(kept.filter(({ measuredIn, only }) => measuredIn === null && only === undefined).map(({ hotkey }) => hotkey))
  const order = (left: KeptScore, right: KeptScore) => left.uid - right.uid || byName(left, right) || partOf(left) - partOf(right)
  return {
    scores: reportedScores(
      parts,
      hotkeys,
      (hotkey) => withoutScore.has(hotkey) || (unlinked.has(hotkey) && unseen?.has(hotkey) !== true && !scored.has(hotkey))
    ),
    records: scoredRecords(measuredMiners, totals, methods),
    kept: kept.toSorted(order),
    miners
  }
}
