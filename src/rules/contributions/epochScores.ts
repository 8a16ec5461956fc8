/** An epoch's scores: each miner's own, or its last complete ones with a mark if evidence is missing; and the cells that a report has of them. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { MissingEvidence } from "../../domain/contributions/MissingEvidence.ts"
import { pullRequestKey } from "../../domain/contributions/RoundRecord.ts"
import type { EpochEvidence, KeptScore, MinerScores, RepositoryScore } from "../../domain/EpochEvidence.ts"
import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type Cell, compareCells, type Report, type ReportedMiner, type ReportedRepository } from "../../domain/Report.ts"
import type { RosterRepositories, RosterRepository } from "../../domain/Roster.ts"
import { cellsOf, compareRecords, type ScoredRecord } from "../../domain/ScoredRecord.ts"
import { componentsOf, decayed, lastingFactors } from "./components.ts"
import { greatestCells } from "./greatestCells.ts"
import { sumOfIssues } from "./issueDiscovery.ts"
import { repositoriesOf } from "./repositories.ts"
import { agedRecord, type MeasuredMiner, type MethodsByPullRequest, scoreAlone, scoredRecords } from "./scoredRecords.ts"
import { type MeasuredRound, type MinerScore, minerScores } from "./scoreRound.ts"

/** The part of an epoch's evidence that later epochs need. */
export type EpochMemory = Pick<EpochEvidence, "epoch" | "kept" | "miners" | "records">

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
  /** The roster's repositories with their whole shares; left out: none has lost a part. */
  readonly roster?: RosterRepositories
}

export type ScoredEpoch = Pick<Report, "repositories"> & { readonly scores: Report["miners"] } & Pick<
    EpochEvidence,
    "records" | "kept" | "miners"
  >

const byName = (left: { readonly repository: string }, right: { readonly repository: string }): number =>
  left.repository < right.repository ? -1 : left.repository > right.repository ? 1 : 0

/** Sort order: a miner's whole score, then its issues, then single pull requests. */
const partOf = ({ only }: KeptScore): number => (only === undefined ? -2 : only === "issues" ? -1 : only)

const scoreOf = (
  miner: MinerScore,
  name: string,
  repository: string,
  rules: Partial<Pick<RosterRepository, "fixed_base_score" | "work">>,
  record: Parameters<typeof componentsOf>[3]
): RepositoryScore => ({
  repository,
  pullRequests: miner.contributions.get(name)?.total ?? 0,
  issues: sumOfIssues(miner.discoveries.get(name)?.issues ?? [], rules),
  components: componentsOf(miner, name, rules, record)
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

/** A miner's cells: the sums of its records, but null where nothing of a side is known, because no epoch measured what is missing now. */
const cellsWith = (own: ReadonlyArray<Cell>, unknown: ReadonlyArray<Pick<Cell, "repository" | "side">>): ReadonlyArray<Cell> =>
  [
    ...own.filter((cell) => cell.sum !== 0 && !unknown.some((one) => compareCells(one, cell) === 0)),
    ...unknown.map((one): Cell => ({ ...one, sum: null, less: 0, full: 0 }))
  ].toSorted(compareCells)

const LEFT_OUT = "its part of the pool is among the smallest, and the report has no room for it"

/** Scores one epoch. The same input gives the same scores, bit for bit. */
export const scoreMiners = ({ record, totals, methods, missing, hotkeys, unlinked, unseen, before, roster }: EpochInput): ScoredEpoch => {
  const repositories = repositoriesOf(record.repos)
  const written = new Map(Object.keys(record.repos).map((name) => [name.toLowerCase(), name]))
  const writtenOf = (name: string) => written.get(name) ?? name
  const kept: Array<KeptScore> = []
  const measuredMiners: Array<MeasuredMiner> = []
  const keptRecords: Array<ScoredRecord> = []
  const holders = new Map(before?.miners.map(({ uid, hotkey }) => [uid, hotkey]))
  const earlier = (before?.records ?? []).map((record) => ({ ...record, kept: record.kept ?? before?.epoch ?? null }))

  /** Factors from an earlier epoch, for single pull requests that are missing. */
  const alone = new Set(missing.flatMap(({ repository, only }) => (typeof only === "number" ? [pullRequestKey(repository, only)] : [])))
  const lasting = new Map(
    alone.size === 0
      ? []
      : [...lastingFactors((before?.miners ?? []).flatMap((miner) => miner.repositories))].filter(([key]) => alone.has(key))
  )

  const keep = (uid: number, hotkey: AccountAddress, name: string, { only, why }: Pick<MissingEvidence, "only" | "why">) => {
    const { score, measuredIn } = memoryOf(before, hotkey).in(name, only)
    kept.push({ uid, hotkey, repository: writtenOf(name), ...(only === undefined ? {} : { only }), measuredIn, why })
    const rules = repositories.get(name)
    for (const one of earlier)
      if (holders.get(one.uid) === hotkey && one.repository === name && (only === undefined || one.side === "finder"))
        keptRecords.push(...[agedRecord({ ...one, uid }, repositories, record.now)].filter((still) => still !== undefined))
    return score === undefined || rules === undefined ? undefined : { ...decayed(score, rules, record.now), repository: writtenOf(name) }
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

  const whole = minerScores({ record, totals }, lasting)
  const measured = whole.flatMap((miner): ReadonlyArray<MinerScores> => {
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
    measuredMiners.push({
      uid,
      pullRequests: complete.flatMap((name) => contributions.get(name)?.pullRequests ?? []),
      issues: complete.filter((name) => !issueGaps.has(name)).flatMap((name) => discoveries.get(name)?.issues ?? [])
    })
    const scores = names.flatMap((name) => {
      const gap = gaps.get(name)
      if (gap !== undefined) return keep(uid, hotkey, name, gap) ?? []
      const score = scoreOf(miner, name, writtenOf(name), repositories.get(name) ?? {}, record)
      const issueGap = issueGaps.get(name)
      return issueGap === undefined ? score : withEarlierIssues(score, keep(uid, hotkey, name, issueGap))
    })
    for (const { repository, only, why } of own)
      if (typeof only === "number" && complete.includes(repository.toLowerCase())) {
        const isKnown = lasting.has(pullRequestKey(repository, only))
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
  const scored = new Map(miners.map((miner) => [miner.hotkey, miner]))
  const unknown = new Map(
    kept.flatMap(
      ({ hotkey, repository, measuredIn, only }): ReadonlyArray<readonly [string, "all" | "issues"]> =>
        // A pull request that nobody ever measured counts as nothing: otherwise whoever opens one that cannot be read would keep what it had.
        measuredIn !== null || typeof only === "number" ? [] : [[`${hotkey} ${repository.toLowerCase()}`, only ?? "all"]]
    )
  )
  const records = [
    ...keptRecords,
    ...scoredRecords(measuredMiners, {
      totals,
      methods,
      repositories,
      alone: new Map(
        whole
          .flatMap(({ contributions }) => [...contributions.values()].flatMap(({ pullRequests }) => pullRequests))
          .map(({ pull, factors }) => [pullRequestKey(pull.repo_full_name, pull.pr_number), scoreAlone(factors)])
      ),
      earlier: (key, side) => {
        if (!lasting.has(key)) return undefined
        const found = earlier.filter((one) => pullRequestKey(one.repository, one.number) === key)
        return found.find((one) => one.side === side) ?? found[0] ?? { kept: before?.epoch ?? null }
      }
    })
  ].toSorted(compareRecords)
  const sums = cellsOf(records)
  const cells = [...hotkeys]
    .filter(([uid]) => uid !== RECYCLE_UID)
    .toSorted(([left], [right]) => left - right)
    .flatMap(([uid, hotkey]): ReadonlyArray<ReportedMiner> => {
      if (!scored.has(hotkey)) return unlinked.has(hotkey) && unseen?.has(hotkey) !== true ? [{ uid, hotkey, cells: null }] : []
      const lacking = [...repositories.keys()].flatMap((repository) => {
        const what = unknown.get(`${hotkey} ${repository}`)
        const sides = what === undefined ? [] : what === "all" ? (["author", "finder"] as const) : (["finder"] as const)
        return sides.map((side) => ({ repository, side }))
      })
      const own = cellsWith(sums.get(uid) ?? [], lacking)
      return own.length === 0 ? [] : [{ uid, hotkey, cells: own }]
    })
  const maintainers = new Map(Object.entries(record.maintainer_uids_by_repo).map(([name, uids]) => [name.toLowerCase(), uids]))
  const unreadable = new Set(
    missing.flatMap(({ repository, account, only }) => (account === null && only === undefined ? [repository.toLowerCase()] : []))
  )
  const undiminished = repositoriesOf(roster ?? record.repos)
  const reported = [...repositories].flatMap(([name, { emission_share }]): ReadonlyArray<ReportedRepository> => {
    const share = undiminished.get(name)?.emission_share ?? 0
    const lost = share > 0 ? Math.round(1_000 * (1 - emission_share / share)) : 0
    const own = [...new Set(maintainers.get(name))]
      .toSorted((left, right) => left - right)
      .flatMap((uid) => {
        const hotkey = hotkeys.get(uid)
        return hotkey === undefined ? [] : [{ uid, hotkey }]
      })
    // Maintainers of a repository that is missing now are still known, if they were seen.
    if (own.length === 0 && unreadable.has(name)) return [{ repository: name, maintainers: null, lost: 0 }]
    return own.length === 0 && lost === 0 ? [] : [{ repository: name, maintainers: own, lost }]
  })
  const { miners: within, leftOut } = greatestCells({ miners: cells, repositories: reported }, roster ?? record.repos)
  const known = new Set(
    within.flatMap(({ uid, cells: own }) =>
      (own ?? []).flatMap(({ repository, side, sum }) => (sum === null ? [] : `${uid} ${repository} ${side}`))
    )
  )
  const order = (left: KeptScore, right: KeptScore) => left.uid - right.uid || byName(left, right) || partOf(left) - partOf(right)
  return {
    scores: within,
    repositories: reported.toSorted(compareCells),
    records: records.filter(({ uid, repository, side }) => known.has(`${uid} ${repository} ${side}`)),
    kept: [
      ...kept,
      ...leftOut.map((one): KeptScore => ({ ...one, repository: writtenOf(one.repository), measuredIn: null, why: LEFT_OUT }))
    ].toSorted(order),
    miners
  }
}
