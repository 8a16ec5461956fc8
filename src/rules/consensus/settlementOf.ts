/**
 * Settles an epoch from its reports: the lower median of each cell by stake. Pure, in exact integers: the same reports and the same chain give the same
 * settlement.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import type { JudgedNeuron, Voter } from "../../domain/Electorate.ts"
import { ppmOf, WHOLE_PPM, type WinnerTakesAll } from "../../domain/Emission.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type Cell, compareCells, type Report, type ReportedMiner, reportHash } from "../../domain/Report.ts"
import type { Leader, MeasuredScores, SettledCell, SettledRepository, Settlement } from "../../domain/Settlement.ts"
import { HELD_EPOCHS } from "./hold.ts"
import { lowerMedian } from "./lowerMedian.ts"

type Voters = { readonly voters: ReadonlyArray<Pick<Voter, "hotkey" | "stake">> }
type Neurons = { readonly neurons: ReadonlyArray<Pick<JudgedNeuron, "uid" | "hotkey">> }

/** The parts of a report that decide a settlement. */
export type ReportedScores = Pick<Report, "settlement" | "miners" | "repositories">

/** Reports that count, by hotkey. Those of others than voters are ignored. */
type Reports = ReadonlyMap<AccountAddress, ReportedScores>

const sumOf = (ones: ReadonlyArray<{ readonly stake: bigint }>): bigint => ones.reduce((sum, { stake }) => sum + stake, 0n)

/** The stake of all voters, that of those with a report, and whether that is a quorum: at least two thirds of all stake. */
export const reportingOf = ({ voters }: Voters, reports: ReadonlyMap<AccountAddress, unknown>) => {
  const [total, reporting] = [sumOf(voters), sumOf(voters.filter(({ hotkey }) => reports.has(hotkey)))]
  return { total, reporting, quorum: total > 0n && 3n * reporting >= 2n * total }
}

/** The hash of the earlier settlement that reports of more than half of the reports' stake name; null if there is none. */
export const namedSettlement = ({ voters }: Voters, reports: Reports): string | null => {
  const stakes = new Map<string, bigint>()
  for (const { hotkey, stake } of voters) {
    const named = reports.get(hotkey)?.settlement ?? null
    if (named !== null) stakes.set(named, (stakes.get(named) ?? 0n) + stake)
  }
  const { reporting } = reportingOf({ voters }, reports)
  return [...stakes].find(([, stake]) => 2n * stake > reporting)?.[0] ?? null
}

/**
 * The roster by which an epoch is settled: only reports by it are counted. It is the one that reports of two thirds of all stake name, as where mirrors did
 * not serve the signer's in time and most went on with the one before; otherwise the signer's (`inForce`). Where the signer was committed to none
 * (undefined), it is the one by which most stake reports, and of equal ones the first by its hash; null without a report.
 */
export const settlingRoster = (
  inForce: string | undefined,
  { voters }: Voters,
  reports: ReadonlyMap<AccountAddress, Pick<Report, "roster">>
): string | null => {
  const stakes = new Map<string, bigint>()
  for (const { hotkey, stake } of voters) {
    const named = reports.get(hotkey)?.roster
    if (named !== undefined) stakes.set(named, (stakes.get(named) ?? 0n) + stake)
  }
  const [most] = [...stakes].toSorted(([one, less], [other, more]) => (less === more ? (one < other ? -1 : 1) : more < less ? -1 : 1))
  if (most === undefined) return inForce ?? null
  const [named, stake] = most
  const total = sumOf(voters)
  return inForce === undefined || (total > 0n && 3n * stake >= 2n * total) ? named : inForce
}

type Place = Pick<Cell, "repository" | "side">

const placeKey = ({ repository, side }: Place): string => `${repository} ${side}`

const ZERO_SCORE = { net: 0, full: 0 }

/** A report's cells of a UID: a lookup by place, which gives undefined where the report did not measure, and 0 where it names nothing. */
const readerOf = (miners: ReadonlyArray<ReportedMiner>, hotkeys: ReadonlyMap<number, string>) => {
  const byUid = new Map(
    miners.map(({ uid, hotkey, cells }) => [
      uid,
      cells === null || hotkeys.get(uid) !== hotkey
        ? null
        : new Map(
            cells.map((cell) => [
              placeKey(cell),
              cell.sum === null ? undefined : { net: Math.max(0, cell.sum - cell.less), full: cell.full }
            ])
          )
    ])
  )
  return (uid: number, at: string): { readonly net: number; readonly full: number } | undefined => {
    const cells = byUid.get(uid)
    if (cells === null) return undefined
    return cells?.has(at) === true ? cells.get(at) : ZERO_SCORE
  }
}

/** A place that stands for all of a UID's cells that no report names. */
const NO_PLACE: Place = { repository: "", side: "author" }

/** One of those with equal keys. */
const distinct = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string): ReadonlyArray<A> => [
  ...new Map(items.map((item) => [keyOf(item), item])).values()
]

const cellKey = (cell: Place & { readonly uid: number }): string => `${cell.uid} ${placeKey(cell)}`

/** The result of counting an epoch's reports. */
export interface CountedReports extends Pick<Settlement, "quorum" | "previous" | "cells" | "repositories"> {
  /** False if a cell depends on the settlement `previous`, which is not given: then the cells are only what the reports measured. */
  readonly isKnown: boolean
}

/**
 * `before`: the settlement that `namedSettlement` names; undefined if there is none, or it is not known. A cell that less than a third of all stake
 * measured keeps what `before` has of it, for at most HELD_EPOCHS epochs and the same hotkey; otherwise it has 0.
 */
export const counted = (
  epoch: number,
  { voters, neurons }: Voters & Neurons,
  reports: Reports,
  before: Pick<Settlement, "cells" | "repositories"> | undefined
): CountedReports => {
  const { total, quorum } = reportingOf({ voters }, reports)
  const previous = namedSettlement({ voters }, reports)
  if (!quorum) return { quorum, previous, cells: [], repositories: [], isKnown: true }
  const hotkeys = new Map(neurons.flatMap(({ uid, hotkey }) => (uid === RECYCLE_UID ? [] : [[uid, hotkey] as const])))
  const isHeldBy = (uid: number, hotkey: string) => hotkeys.get(uid) === hotkey
  const reporters = voters.flatMap(({ hotkey, stake }) => {
    const report = reports.get(hotkey)
    if (report === undefined) return []
    const named = new Map(report.repositories.map((one) => [one.repository, one]))
    return [{ stake, report, cellOf: readerOf(report.miners, hotkeys), repositoryOf: (name: string) => named.get(name) }]
  })
  const isRecent = ({ measuredIn }: { readonly measuredIn: number }) => epoch - measuredIn <= HELD_EPOCHS
  const kept = {
    cells: new Map((before?.cells ?? []).filter((one) => isRecent(one) && isHeldBy(one.uid, one.hotkey)).map((one) => [cellKey(one), one])),
    repositories: new Map((before?.repositories ?? []).filter(isRecent).map((one) => [one.repository, one]))
  }
  let needsBefore = false
  const keptOr = <A>(one: A | undefined): ReadonlyArray<A> => {
    needsBefore = true
    return one === undefined ? [] : [one]
  }

  const places = reporters.flatMap(({ report }) =>
    report.miners.flatMap(({ uid, cells }) => (cells ?? [NO_PLACE]).map(({ repository, side }) => ({ uid, repository, side })))
  )
  const cells = distinct([...places, ...kept.cells.values()], cellKey).flatMap((place): ReadonlyArray<SettledCell> => {
    const { uid, repository, side } = place
    const hotkey = hotkeys.get(uid)
    if (hotkey === undefined) return []
    const at = placeKey(place)
    const votes = reporters.flatMap(({ stake, cellOf }) => {
      const cell = cellOf(uid, at)
      return cell === undefined ? [] : [{ stake, value: cell.net, full: cell.full }]
    })
    const net = lowerMedian(votes, total)
    const full = votes.some((vote) => vote.full > 0)
      ? lowerMedian(
          votes.map((vote) => ({ stake: vote.stake, value: vote.full })),
          total
        )
      : 0
    if (net === undefined || full === undefined) return keptOr(kept.cells.get(cellKey(place)))
    return net + full > 0 ? [{ uid, hotkey, repository, side, net, full, measuredIn: epoch }] : []
  })

  const names = reporters.flatMap(({ report }) => report.repositories.map(({ repository }) => repository))
  const repositories = distinct([...names, ...kept.repositories.keys()], (name) => name).flatMap(
    (repository): ReadonlyArray<SettledRepository> => {
      const votes = reporters.flatMap(({ stake, repositoryOf }) => {
        const { maintainers, lost } = repositoryOf(repository) ?? { maintainers: [], lost: 0 }
        return maintainers === null
          ? []
          : [{ stake, value: lost, named: new Set(maintainers.flatMap(({ uid, hotkey }) => (isHeldBy(uid, hotkey) ? [uid] : []))) }]
      })
      const lost = lowerMedian(votes, total)
      if (lost === undefined) return keptOr(kept.repositories.get(repository))
      const measuring = sumOf(votes)
      const naming = new Map<number, bigint>()
      for (const { stake, named } of votes) for (const uid of named) naming.set(uid, (naming.get(uid) ?? 0n) + stake)
      // The lower median of 1 from who names the UID and 0 from the others, but without a count for each UID.
      const maintainers = [...naming]
        .flatMap(([uid, stake]) => {
          const hotkey = hotkeys.get(uid)
          return hotkey !== undefined && 2n * stake > measuring ? [{ uid, hotkey }] : []
        })
        .toSorted((left, right) => left.uid - right.uid)
      return maintainers.length + lost > 0 ? [{ repository, maintainers, lost, measuredIn: epoch }] : []
    }
  )
  return {
    quorum,
    previous,
    cells: cells.toSorted((left, right) => left.uid - right.uid || compareCells(left, right)),
    repositories: repositories.toSorted(compareCells),
    isKnown: !needsBefore || previous === null || before !== undefined
  }
}

/** A pool that one miner gets. `sharesOf`: the miners' shares in parts per million, as if they divided it. */
export interface Winning extends WinnerTakesAll {
  readonly sharesOf: (measured: MeasuredScores) => ReadonlyMap<AccountAddress, number>
}

/**
 * Who gets the whole pool: the leader of the settlement before, while its hotkey is registered, until another miner has been ahead by the margin in
 * `epochs` settlements in a row. Where there is no such leader, the first at once. Equal shares: the lower UID. Undefined: nobody earned anything yet.
 */
export const leaderOf = (
  measured: MeasuredScores,
  { neurons }: Neurons,
  { sharesOf, margin, epochs }: Winning,
  before: Leader | undefined
): Leader | undefined => {
  const shares = sharesOf(measured)
  const shareOf = ({ hotkey }: Pick<JudgedNeuron, "hotkey">) => shares.get(hotkey) ?? 0
  const miners = neurons.filter(({ uid }) => uid !== RECYCLE_UID)
  const leader = miners.find(({ hotkey }) => hotkey === before?.hotkey)
  const [first] = miners
    .filter((one) => one !== leader && shareOf(one) > 0)
    .toSorted((left, right) => shareOf(right) - shareOf(left) || left.uid - right.uid)
  const as = ({ uid, hotkey }: Pick<JudgedNeuron, "uid" | "hotkey">, challenger: Leader["challenger"]): Leader => ({
    uid,
    hotkey,
    challenger
  })
  if (leader === undefined) return first && as(first, null)
  const [share, least] = [BigInt(first === undefined ? 0 : shareOf(first)), BigInt(shareOf(leader))]
  const isAhead = share > least && share * BigInt(WHOLE_PPM) >= least * BigInt(WHOLE_PPM + ppmOf(margin))
  if (first === undefined || !isAhead) return as(leader, null)
  const ahead = before?.challenger?.hotkey === first.hotkey ? before.challenger.epochs + 1 : 1
  return ahead >= epochs ? as(first, null) : as(leader, { hotkey: first.hotkey, epochs: ahead })
}

/** The settlement of an epoch, and whether all that it depends on is known. `winning`: how the roster gives the pool to one miner, if it does. */
export const settlementOf = (
  { index, firstBlock }: Epoch,
  roster: string,
  electorate: Voters & Neurons,
  reports: ReadonlyMap<AccountAddress, Report>,
  before: Settlement | undefined,
  winning?: Winning
): { readonly settlement: Settlement; readonly isKnown: boolean } => {
  const { isKnown, ...found } = counted(index, electorate, reports, before)
  const voters = electorate.voters
    .toSorted((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
    .map(({ hotkey, stake }) => {
      const report = reports.get(hotkey)
      return { hotkey, stake, report: report === undefined ? null : reportHash(report) }
    })
  const leader = winning === undefined || !found.quorum ? undefined : leaderOf(found, electorate, winning, before?.leader)
  return {
    settlement: {
      format: "gittensor/settlement/v1",
      epoch: index,
      block: firstBlock,
      roster,
      voters,
      ...found,
      ...(leader === undefined ? {} : { leader })
    },
    isKnown: isKnown && (winning === undefined || !found.quorum || found.previous === null || before !== undefined)
  }
}
